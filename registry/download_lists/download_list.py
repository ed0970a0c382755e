"""A list of those who took the documentation, in the Registry: what may happen (S216-A3.1f)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, VersionRecorded
from registry.records.state import RecordState
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.download_list import DownloadList
from shared_contracts.rules.download_list import told

# What can happen


@topic("download-list-recorded.1")
class DownloadListRecorded(VersionRecorded, frozen=True, kw_only=True):
    """Who took the documentation until a moment was recorded."""

    document: DownloadList


@topic("download-list-deleted.1")
class DownloadListDeleted(VersionRecorded, frozen=True, kw_only=True):
    """The list was deleted; its history stays (S216-A3.1i, S216-12a)."""

    document: Deletion


# What it is meanwhile


class UnknownDownloadList(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class DownloadListOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision needs to know; ``downloads`` is how many were told so far."""

    conditions_version: int
    first_formed_at: datetime
    purchase_id: UUID
    as_of: datetime
    downloads: int


class RecordedDownloads(DownloadListOnRecord, frozen=True, kw_only=True, tag="RECORDED"):
    """The list is on record, and may go on."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class DeletedDownloads(DownloadListOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The list was deleted; nothing more may happen to it."""


State = UnknownDownloadList | RecordedDownloads | DeletedDownloads

# Decide


def decide(listed: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where it cannot (F-HDR-2)."""
    match listed, delivery.document, delivery.document.act.operation:
        case (UnknownDownloadList(), DownloadList() as document, Operation.CREATE) | (
            RecordedDownloads(),
            DownloadList() as document,
            Operation.UPDATE,
        ):
            return [DownloadListRecorded(**delivery.fields(), document=document)]
        case RecordedDownloads(), Deletion() as document, Operation.DELETE:
            return [DownloadListDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(listed.status)


# Evolve


def evolve(listed: State, event: Event) -> State:
    """What a list is after ``event``; events of other objects leave it as it was."""
    match listed, event:
        case UnknownDownloadList(), DownloadListRecorded(document=document, header=header):
            kept = {"first_formed_at": header.formed_at, "downloads": told(document, None)}
            return _recorded(event, kept)
        case DownloadListOnRecord() as before, DownloadListRecorded(document=document):
            downloads = told(document, before.downloads)
            kept = {"first_formed_at": before.first_formed_at, "downloads": downloads}
            return _recorded(event, kept)
        case DownloadListOnRecord() as before, DownloadListDeleted():
            return DeletedDownloads(**(msgspec.structs.asdict(before) | event.state_fields()))
        case _:
            return listed


def _recorded(event: DownloadListRecorded, kept: dict[str, Any]) -> RecordedDownloads:
    document = event.document
    return RecordedDownloads(
        purchase_id=document.purchase_id,
        as_of=document.as_of,
        **kept,
        **event.state_fields(),
    )
