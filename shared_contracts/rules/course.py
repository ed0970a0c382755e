"""Rules for a version against the purchase as it stood before (S216-A3.1b, c, d, h).

Both systems ask them: the Registry of what is on record, the SEZ of its own tender before it is
signed. What each operation may alter stands in reading R44.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared_contracts.messages.document import Deletion, Party
from shared_contracts.messages.purchase import Purchase, PurchaseExtension
from shared_contracts.messages.tags import tag
from shared_contracts.rules.announced_terms import PurchaseTerms, changed_terms
from shared_contracts.rules.rule import Found, RuleBook, earlier, shown

BOOK = RuleBook()


class PurchaseBefore(Protocol):
    """A purchase as it stands before the version that is judged.

    ``status`` is ANNOUNCED, REVIEWED, SUMMED_UP, FAILED, CANCELLED or DELETED; ``customer`` is the
    BIN or IIN of the customer; ``lots`` are the numbers of its lots; ``base`` is the purchase on
    whose base it was announced.
    """

    @property
    def status(self) -> str:
        """What was last declared of it."""

    @property
    def method(self) -> str:
        """OT, EA or SS."""

    @property
    def customer(self) -> str:
        """BIN or IIN of the customer."""

    @property
    def base(self) -> UUID | None:
        """The purchase on whose base it was announced."""

    @property
    def published_at(self) -> datetime:
        """When it was published."""

    @property
    def bids_from(self) -> datetime | None:
        """When bidding starts."""

    @property
    def bids_to(self) -> datetime | None:
        """When bidding ends, after all extensions."""

    @property
    def opening_at(self) -> datetime | None:
        """When bids are opened."""

    @property
    def auction_from(self) -> datetime | None:
        """When the auction starts."""

    @property
    def auction_to(self) -> datetime | None:
        """When the auction ends."""

    @property
    def lots(self) -> tuple[int, ...]:
        """Numbers of its lots."""

    @property
    def known_files(self) -> Mapping[str, str]:
        """SHA-256 of versions of its files, as far as they are known, by ``documentId/version``."""

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced, as far as bids were made on it."""

    @property
    def results_id(self) -> UUID | None:
        """The id of the protocol of its results, or of the single source."""


@dataclass(frozen=True, slots=True)
class Course:
    """The purchase before the version, and when what the version does must be lawful.

    The first of ``moments`` is the forming; of a late record the arrival follows (wire.md 10).
    """

    before: PurchaseBefore
    moments: Sequence[datetime]

    def reached(self, moment: datetime | None) -> bool:
        """Whether ``moment`` had come when the version was formed, or received if late."""
        return moment is not None and any(now >= moment for now in self.moments)


UNDER_PROTOCOL = frozenset({"REVIEWED", "SUMMED_UP"})
"""What a purchase is while a protocol rests on it."""

MOVABLE = (
    ("published_at", "published_at"),
    ("bids_from", "published_at"),
    ("bids_to", "bids_to"),
    ("opening_at", "opening_at"),
    ("auction_from", "auction_from"),
    ("auction_to", "auction_to"),
)
"""Each moment of a purchase, and the moment on record after which it no longer moves."""


@BOOK.rule("F-PUR-17")
def what_was_announced_stays(purchase: Purchase, course: Course) -> Iterator[Found]:
    """An announced purchase keeps its customer, its method and its base."""
    before, base = course.before, purchase.base_purchase
    if identifier(purchase.customer) != before.customer:
        named = {"expected": before.customer}
        yield Found("/Purchase/Customer", identifier(purchase.customer), named)
    if purchase.method != before.method:
        yield Found("/Purchase/Method", purchase.method, {"expected": before.method})
    if before.base is not None and (base is None or base.object_id != before.base):
        given = None if base is None else str(base.object_id)
        yield Found("/Purchase/BasePurchase/ObjectId", given, {"expected": str(before.base)})


@BOOK.rule("F-PUR-17")
def lots_stay(purchase: Purchase, course: Course) -> Iterator[Found]:
    """No announced lot is left out, and none is added when bidding has ended."""
    before = course.before
    given = {lot.lot_number for lot in purchase.lots}
    known = set(before.lots)
    if known - given or (given - known and course.reached(before.bids_to)):
        yield Found("/Purchase/Lots", _listed(given), {"expected": _listed(known)})


@BOOK.rule("F-PUR-17")
def terms_stay_once_bids_are_made(purchase: Purchase, course: Course) -> Iterator[Found]:
    """What bidders priced no longer changes when bidding has ended, or a protocol is there."""
    before = course.before
    if course.reached(before.bids_to) or before.status in UNDER_PROTOCOL:
        yield from changed_terms(purchase, before.terms)


@BOOK.rule("F-PUR-18")
def times_only_move_later(purchase: Purchase, course: Course) -> Iterator[Found]:
    """A moment on record moves only before it has come, and only later; none is left out."""
    for name, until in MOVABLE:
        moment, recorded = getattr(purchase, name), getattr(course.before, name)
        cause = _wrong_move(moment, recorded, course, getattr(course.before, until))
        if cause:
            said = "—" if recorded is None else shown(recorded)
            named = {"cause": cause, "recorded": said}
            yield Found(f"/Purchase/{tag(name)}", moment and shown(moment), named)


@BOOK.rule("F-PUR-19")
def failure_follows_the_end_of_bidding(purchase: Purchase, course: Course) -> Iterator[Found]:
    """A purchase is declared failed when its bidding has ended (S216-A3.1d)."""
    outcome = purchase.outcome
    if outcome is None or outcome.kind != "FAILED":
        return
    if earlier(course.moments[0], course.before.bids_to):
        yield Found("/Purchase/Outcome/Kind", outcome.kind, {"cause": "OUTCOME_TOO_EARLY"})


@BOOK.rule("F-EXT-1")
def extended_while_bids_are_accepted(
    extension: PurchaseExtension, course: Course
) -> Iterator[Found]:
    """An extension is formed while bids are accepted, and moves the present end."""
    before = course.before
    if before.bids_to is None:
        given = shown(extension.old_bids_to)
        yield _extension("OldBidsTo", given, "NO_BIDDING", "NO_TERM")
        return
    late = [moment for moment in course.moments if not accepting(before, moment)]
    if late:
        term = f"{_said(before.bids_from)} – {_said(before.bids_to)}"
        yield _extension("OldBidsTo", shown(late[0]), "NOT_ACCEPTING", term)
    if extension.old_bids_to != before.bids_to:
        given = shown(extension.old_bids_to)
        yield _extension("OldBidsTo", given, "NOT_CURRENT", _said(before.bids_to))
    if earlier(extension.new_bids_to, course.moments[-1]):
        now = f"> {shown(course.moments[-1])}"
        yield _extension("NewBidsTo", shown(extension.new_bids_to), "IN_THE_PAST", now)


@BOOK.rule("F-EXT-1")
def opening_moves_along(extension: PurchaseExtension, course: Course) -> Iterator[Found]:
    """The opening is the present one, and moves neither forward nor before the new end."""
    opening = course.before.opening_at
    old, new = extension.old_opening_at, extension.new_opening_at
    if old is not None and old != opening:
        yield _extension("OldOpeningAt", shown(old), "NOT_CURRENT", _said(opening))
    if new is not None and earlier(new, opening):
        yield _extension("NewOpeningAt", shown(new), "OPENING_FORWARD", f">= {_said(opening)}")
    if new is None and earlier(opening, extension.new_bids_to):
        least = f">= {shown(extension.new_bids_to)}"
        yield _extension("NewOpeningAt", None, "OPENING_EARLY", least)


@BOOK.rule("F-EXT-1")
def auction_is_still_to_come(extension: PurchaseExtension, course: Course) -> Iterator[Found]:
    """Bidding is not extended past the start of the auction; a change moves that first."""
    auction = course.before.auction_from
    if earlier(auction, extension.new_bids_to):
        given, most = shown(extension.new_bids_to), f"<= {_said(auction)}"
        yield _extension("NewBidsTo", given, "AUCTION_EARLY", most)


@BOOK.rule("F-DEL-2")
def results_are_deleted_first(deletion: Deletion, course: Course) -> Iterator[Found]:
    """A purchase with a protocol of its results is deleted after that protocol (S216-A3.1i)."""
    if course.before.results_id is not None:
        named = {"status": course.before.status}
        yield Found("/Deletion/Act/ObjectId", str(deletion.act.object_id), named)


def accepting(purchase: PurchaseBefore, moment: datetime) -> bool:
    """Whether the purchase takes bids at ``moment``: from their start until before their end."""
    if purchase.status != "ANNOUNCED" or purchase.bids_from is None or purchase.bids_to is None:
        return False
    return purchase.bids_from <= moment < purchase.bids_to


def identifier(party: Party) -> str:
    """BIN or IIN of a party; empty where it states none (F-ID-3)."""
    return party.bin or party.iin or ""


def _wrong_move(
    moment: datetime | None, recorded: datetime | None, course: Course, until: datetime | None
) -> str | None:
    """What is wrong with a moment that is ``recorded`` and fixed from ``until`` on."""
    if moment == recorded:
        return None
    if moment is None:
        return "TIME_DROPPED"
    if moment.tzinfo is None:
        return None
    if recorded is None:
        return "IN_THE_PAST" if course.reached(moment) else None
    if course.reached(until):
        return "TIME_REACHED"
    return "TIME_EARLIER" if moment < recorded else None


def _listed(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _said(moment: datetime | None) -> str:
    return "—" if moment is None else shown(moment)


def _extension(field: str, value: str | None, cause: str, expected: str) -> Found:
    return Found(f"/PurchaseExtension/{field}", value, {"cause": cause, "expected": expected})
