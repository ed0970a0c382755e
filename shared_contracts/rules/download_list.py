"""Rules for the list of those who took the documentation (S216-A3.1f).

Both systems ask those that need the purchase and the list before, the SEZ before it signs.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared_contracts.messages.download_list import Download, DownloadList
from shared_contracts.rules.course import identifier
from shared_contracts.rules.rule import (
    Found,
    RuleBook,
    RuleBooks,
    earlier,
    placed,
    shown,
    unlike,
    wrong_time,
)

BOOK = RuleBook()
"""Rules on the list alone."""

FORMED = RuleBook()
"""Rules on the list and the moment of its forming."""

KNOWN = RuleBook()
"""Rules on the list, its purchase and the list before; their one fact is a ``TakingCourse``."""


class DocumentedPurchase(Protocol):
    """A purchase whose documentation is taken.

    ``files`` holds every version of a file it ever had, as ``documentId/version``; None where only
    the other side knows them all.
    """

    @property
    def status(self) -> str:
        """What it is meanwhile."""

    @property
    def published_at(self) -> datetime:
        """When it was published."""

    @property
    def files(self) -> Collection[str] | None:
        """Its files."""


class TakenBefore(Protocol):
    """The list before the version that is judged; ``downloads`` is how many were told so far."""

    @property
    def purchase_id(self) -> UUID:
        """The purchase that it names."""

    @property
    def as_of(self) -> datetime:
        """The moment that it tells of."""

    @property
    def downloads(self) -> int:
        """How many downloads were told so far."""


@dataclass(frozen=True, slots=True)
class TakingCourse:
    """The purchase and the list before the version."""

    purchase: DocumentedPurchase | None
    before: TakenBefore | None


@BOOK.rule("F-DWN-1")
def taken_before_the_list(document: DownloadList) -> Iterator[Found]:
    """What is listed was taken by the moment that the list tells of."""
    for place, one in _downloads(document):
        if earlier(document.as_of, one.downloaded_at):
            yield wrong_time(
                f"{place}/DownloadedAt", one.downloaded_at, "AFTER_THE_LIST", document.as_of
            )


@BOOK.rule("F-DWN-2")
def all_downloads_are_there(document: DownloadList) -> Iterator[Found]:
    """As many are there as were declared, each once; the first list tells all (S216-A2.1.2)."""
    if document.download_count != len(document.downloads):
        expected = str(len(document.downloads))
        given = str(document.download_count)
        yield unlike("/DownloadList/DownloadCount", given, "DOWNLOAD_COUNT", expected)
    if document.incremental and document.act.version <= 1:
        yield unlike("/DownloadList/Incremental", "true", "FIRST_INCREMENT", "false")
    seen: set[tuple[object, ...]] = set()
    for place, one in _downloads(document):
        key = identifier(one.supplier), one.document_id, one.document_version, one.downloaded_at
        if key in seen:
            yield Found(place, key[0], {"cause": "DOWNLOAD_REPEATED", "expected": "—"})
        seen.add(key)


@FORMED.rule("F-DWN-1")
def list_tells_of_the_past(document: DownloadList, formed_at: datetime) -> Iterator[Found]:
    """A list tells of no moment after it was formed."""
    if earlier(formed_at, document.as_of):
        yield wrong_time("/DownloadList/AsOf", document.as_of, "AFTER_FORMING", formed_at)


@KNOWN.rule("F-DWN-1")
def taken_after_the_publication(document: DownloadList, course: TakingCourse) -> Iterator[Found]:
    """What was taken are known files of a purchase on record, after its publication."""
    purchase, value = course.purchase, str(document.purchase_id)
    if purchase is None or purchase.status == "DELETED":
        cause = "LIST_PURCHASE_UNKNOWN" if purchase is None else "LIST_PURCHASE_ENDED"
        yield Found("/DownloadList/PurchaseId", value, {"cause": cause, "limit": "—"})
        return
    for place, one in _downloads(document):
        if earlier(one.downloaded_at, purchase.published_at):
            limit = purchase.published_at
            yield wrong_time(
                f"{place}/DownloadedAt", one.downloaded_at, "BEFORE_PUBLICATION", limit
            )
        file = f"{one.document_id}/{one.document_version}"
        if purchase.files is not None and file not in purchase.files:
            named = {"cause": "FILE_UNKNOWN", "limit": "—"}
            yield Found(f"{place}/DocumentVersion", str(one.document_version), named)


@KNOWN.rule("F-DWN-2")
def list_goes_on(document: DownloadList, course: TakingCourse) -> Iterator[Found]:
    """A list stays with its purchase, moves on in time, and forgets nothing."""
    before = course.before
    if before is None:
        return
    if document.purchase_id != before.purchase_id:
        given = str(document.purchase_id)
        yield unlike("/DownloadList/PurchaseId", given, "CHANGED", str(before.purchase_id))
    if earlier(document.as_of, before.as_of):
        yield unlike("/DownloadList/AsOf", shown(document.as_of), "BACKWARDS", shown(before.as_of))
    if not document.incremental and len(document.downloads) < before.downloads:
        given = str(len(document.downloads))
        yield unlike("/DownloadList/Downloads", given, "DOWNLOADS_DROPPED", str(before.downloads))
    for place, one in _downloads(document) if document.incremental else ():
        if not earlier(before.as_of, one.downloaded_at):
            named = {"cause": "TOLD_BEFORE", "expected": f"> {shown(before.as_of)}"}
            yield Found(f"{place}/DownloadedAt", shown(one.downloaded_at), named)


RULES = RuleBooks(KNOWN)
"""The rules on a list, its purchase and the list before it."""


def told(document: DownloadList, before: int | None) -> int:
    """How many downloads are told with this list, after so many ``before`` it."""
    return len(document.downloads) + ((before or 0) if document.incremental else 0)


def _downloads(document: DownloadList) -> Iterator[tuple[str, Download]]:
    return placed("/DownloadList/Downloads/Download", document.downloads)
