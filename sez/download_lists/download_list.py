"""A list of those who took the documentation, in the SEZ: each version signed by the system."""

from sez.records import chain
from sez.records.chain import Undrafted
from sez.records.state import DocumentState
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.download_list import DownloadList
from shared_contracts.rules.download_list import told

# What can happen


@topic("download-list-formed.1")
class DownloadListFormed(VersionSigned, frozen=True, kw_only=True):
    """Who took the documentation until a moment was listed and signed (S216-A3.1f)."""

    document: DownloadList


@topic("download-list-removed.1")
class DownloadListRemoved(VersionSigned, frozen=True, kw_only=True):
    """The list was deleted (S216-A3.1i)."""

    document: Deletion


# What it is meanwhile


class UnformedDownloadList(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such list."""


class SignedDownloadList(DocumentState[DownloadList], frozen=True, kw_only=True):
    """The last signed version: the list as it was told, and the hash to chain the next to.

    ``downloads`` is how many were told so far.
    """

    downloads: int


class FormedDownloadList(SignedDownloadList, frozen=True, kw_only=True, tag="FORMED"):
    """The list is there, and may go on."""


class RemovedDownloadList(SignedDownloadList, frozen=True, kw_only=True, tag="DELETED"):
    """The list was deleted."""


State = UnformedDownloadList | FormedDownloadList | RemovedDownloadList


@topic("download-list-withdrawn.1")
class DownloadListWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a list was taken back (S216-A2.1.8)."""

    back_to: State


# Decide

Command = Publish | WithdrawVersion[State]


def last(listed: State) -> SignedDownloadList | None:
    """The last signed version, if there is one."""
    return listed if isinstance(listed, SignedDownloadList) else None


def _published(listed: State, command: Publish) -> Event:
    match listed, command.document, command.document.act.operation:
        case UnformedDownloadList(), DownloadList() as document, Operation.CREATE:
            return DownloadListFormed(**chain.version_fields(command), document=document)
        case FormedDownloadList(), DownloadList() as document, Operation.UPDATE:
            return DownloadListFormed(**chain.version_fields(command), document=document)
        case FormedDownloadList(), Deletion() as document, Operation.DELETE:
            return DownloadListRemoved(**chain.version_fields(command), document=document)
        case _:
            raise chain.refused("list of downloads", listed, command)


decide = Undrafted("list of downloads", _published, DownloadListWithdrawn).decide
"""Say what happens when a command meets an object; ``RefusedByRule`` where it cannot."""


# Evolve


def evolve(listed: State, event: Event) -> State:
    """What a list is after ``event``."""
    match listed, event:
        case _, DownloadListWithdrawn(back_to=before):
            return before
        case _, DownloadListFormed(document=document):
            known = last(listed)
            return FormedDownloadList(
                **chain.state_fields(event),
                document=document,
                downloads=told(document, None if known is None else known.downloads),
            )
        case FormedDownloadList(), DownloadListRemoved():
            return RemovedDownloadList(
                **chain.state_fields(event),
                document=listed.document,
                downloads=listed.downloads,
            )
        case _:
            return listed
