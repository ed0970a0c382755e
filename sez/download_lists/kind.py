"""Lists of those who took the documentation as a kind of record in the SEZ."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sez.download_lists import download_list
from sez.records.kind import Related, SezKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import download_list as rules

OBJECTS: ObjectKind[download_list.State] = ObjectKind(
    DOWNLOAD_LIST, download_list.UnformedDownloadList(), download_list.evolve, download_list.State
)
"""Lists of those who took the documentation, by their id."""


@dataclass(frozen=True, slots=True)
class DownloadsBefore:
    """The list before, as the rules see it."""

    purchase_id: UUID
    as_of: datetime
    downloads: int


def examine_related(
    document: Amendable, listed: download_list.State, related: Related, at: datetime
) -> list[Breach]:
    """Every breach by a list formed at ``at`` against its purchase and the list before it.

    These are rules that the Registry asks too: what it would refuse is not signed.
    """
    before = download_list.last(listed)
    purchase = next(iter(related.get(PURCHASE, {}).values()), None)
    known = None
    if before is not None:
        told = before.document
        known = DownloadsBefore(told.purchase_id, told.as_of, before.downloads)
    return rules.RULES.examine(document, at, rules.TakingCourse(purchase, known))


KIND: SezKind[download_list.State, download_list.Command] = SezKind(
    object_type=DOWNLOAD_LIST,
    objects=OBJECTS,
    decide=download_list.decide,
    examine_next=lambda *_: [],
    examine_related=examine_related,
)
"""The kind DOWNLOAD_LIST."""
