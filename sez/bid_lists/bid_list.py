"""A list of bids in the SEZ: formed, opened, deleted, each version signed by the system."""

from sez.records import chain
from sez.records.chain import Undrafted
from sez.records.state import DocumentState
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Deletion, Operation

# What can happen


@topic("bid-list-formed.1")
class BidListFormed(VersionSigned, frozen=True, kw_only=True):
    """The bids as they stood at a moment were listed and signed (S216-A3.1e)."""

    document: BidList


@topic("bid-list-removed.1")
class BidListRemoved(VersionSigned, frozen=True, kw_only=True):
    """The list was deleted (S216-A3.1i)."""

    document: Deletion


# What it is meanwhile


class UnformedBidList(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such list."""


class SignedBidList(DocumentState[BidList], frozen=True, kw_only=True):
    """The last signed version: the list as it stands."""


class FormedBidList(SignedBidList, frozen=True, kw_only=True, tag="FORMED"):
    """The list is there, and may go on until its bids are opened."""

    @property
    def opened(self) -> bool:
        """Whether it tells what the bids offer: then nothing but a deletion may follow."""
        return any(bid.contents is not None for bid in self.document.bids)


class RemovedBidList(SignedBidList, frozen=True, kw_only=True, tag="DELETED"):
    """The list was deleted."""


State = UnformedBidList | FormedBidList | RemovedBidList


@topic("bid-list-withdrawn.1")
class BidListWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a list was taken back (S216-A2.1.8)."""

    back_to: State


# Decide

Command = Publish | WithdrawVersion[State]


def last(listed: State) -> SignedBidList | None:
    """The last signed version, if there is one."""
    return listed if isinstance(listed, SignedBidList) else None


def _published(listed: State, command: Publish) -> Event:
    match listed, command.document, command.document.act.operation:
        case UnformedBidList(), BidList() as document, Operation.CREATE:
            return BidListFormed(**chain.version_fields(command), document=document)
        case FormedBidList(opened=False), BidList() as document, Operation.UPDATE:
            return BidListFormed(**chain.version_fields(command), document=document)
        case FormedBidList(), Deletion() as document, Operation.DELETE:
            return BidListRemoved(**chain.version_fields(command), document=document)
        case RemovedBidList(), _, _:
            raise chain.refused("list of bids", listed, command)
        case _:
            cure = "once its bids are opened it can only be deleted"
            raise RefusedByRule(f"{chain.refused('list of bids', listed, command)}; {cure}")


decide = Undrafted("list of bids", _published, BidListWithdrawn).decide
"""Say what happens when a command meets an object; ``RefusedByRule`` where it cannot."""


# Evolve


def evolve(listed: State, event: Event) -> State:
    """What a list is after ``event``."""
    match listed, event:
        case _, BidListWithdrawn(back_to=before):
            return before
        case _, BidListFormed(document=document):
            return FormedBidList(**chain.state_fields(event), document=document)
        case FormedBidList(), BidListRemoved():
            return RemovedBidList(**chain.state_fields(event), document=listed.document)
        case _:
            return listed
