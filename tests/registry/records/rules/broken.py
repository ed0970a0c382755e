"""One record per state rule that breaks it, with the finding it must give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from registry.exclusions.exclusion import ExcludedCustomer, ExclusionGround, ExclusionPeriod
from registry.kinds import KINDS
from registry.purchases.rules.recorded import PurchaseFacts
from registry.purchases.states import AnnouncedPurchase, DeletedPurchase, FailedPurchase
from registry.records.rules.facts import Facts, Planned, RecordFacts, SendingSystem
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import KPVED, Edition
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.faults import Breach
from shared_contracts.messages.document import (
    Amendable,
    Environment,
    Operation,
    Part,
)
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.package import FormedBy, RecordHeader
from shared_contracts.messages.purchase import Lot, ProgrammeItem
from shared_contracts.messages.versions import OF_CONDITIONS
from shared_contracts.rules.announced_terms import PurchaseTerms, terms_of
from shared_contracts.rules.rule import shown
from tests import lists, programmes, samples
from tests.registry.records.rules import broken_lists, broken_programmes, broken_supplier
from tests.samples import AT

P = TypeVar("P", bound=Part)

HEADER = "/Package/Records/Record[2]/Header"
REGISTRY_ID = UUID("01939b2e-7c00-7abc-8def-0123456789ab")
PROGRAMME = UUID("3f0d6f1c-52f5-4f0e-9a55-6c9f5a0b1d2e")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


NO_TERMS = PurchaseTerms(lots=())
"""Those of a purchase that was recorded before they were kept."""


@dataclass(frozen=True)
class OnRecord:
    """A purchase as it stands in the Registry."""

    status: str = "ANNOUNCED"
    registry_id: UUID = REGISTRY_ID
    version: int = 1
    document_hash: str = samples.HASH
    method: str = "OT"
    customer: str = samples.CUSTOMER_BIN
    base: UUID | None = None
    published_at: datetime = AT
    bids_from: datetime | None = AT
    bids_to: datetime | None = AT + 20 * DAY
    opening_at: datetime | None = AT + 20 * DAY
    auction_from: datetime | None = None
    auction_to: datetime | None = None
    conditions_version: int = 1
    first_formed_at: datetime = AT
    lots: tuple[int, ...] = (1, 2)
    files: Mapping[str, str] = field(default_factory=dict)
    terms: PurchaseTerms = NO_TERMS
    results_id: UUID | None = None
    review_id: UUID | None = None
    bid_list_id: UUID | None = None

    @property
    def known_files(self) -> Mapping[str, str]:
        """The same, as the rules that a SEZ asks too call it."""
        return self.files

    @property
    def takes(self) -> frozenset[Operation]:
        """What may be done to it."""
        named = {"ANNOUNCED": AnnouncedPurchase, "DELETED": DeletedPurchase}
        return named.get(self.status, FailedPurchase).takes


EXCLUDED = ExclusionPeriod(
    ground=ExclusionGround.NATIONAL_HOLDING, since=date(2020, 1, 1), basis="Решение № 1"
)
"""Without an end."""


class Broken(NamedTuple):
    """A record that breaks a rule at a path by a value; the other rules it may break too."""

    rule: str
    document: Amendable
    facts: Facts[Any, Any]
    path: str
    value: str | None
    also: frozenset[str] = frozenset()

    def breaches(self) -> list[Breach]:
        """What the state rules of its kind say of it."""
        return KINDS[kind_of(self.document).object_type].rules.examine(self.document, self.facts)


def header(document: Amendable, formed_at: datetime = AT) -> RecordHeader:
    """The header of a record that carries ``document``."""
    return RecordHeader(
        object_type=document.act.object_type,
        object_id=document.act.object_id,
        version=document.act.version,
        formed_at=formed_at,
        formed_by=FormedBy(name="Ахметов Ерлан", iin=samples.SIGNER_IIN),
        document_hash=samples.HASH,
    )


def facts(document: Amendable, formed_at: datetime = AT, **changes: Any) -> PurchaseFacts:
    """What is known of a record received a second after it was formed."""
    known: PurchaseFacts = Facts(
        sez_code=samples.SEZ_CODE,
        environment=Environment.STAND,
        received_at=formed_at + SECOND,
        first_received_at=formed_at + SECOND,
        sender=SendingSystem(date(2026, 1, 1), tuple(OF_CONDITIONS)),
        number=2,
        header=header(document, formed_at),
        codes=builtin(),
    )
    return replace(known, **changes)


def put(part: P, **changes: Any) -> P:
    """The part with fields changed."""
    return msgspec.structs.replace(part, **changes)


OT = samples.purchase_open_tender()
CHANGED = samples.changed()
DOCS = samples.tender_documentation()
EXTENSION = samples.extension()
DELETION = samples.deletion()
STANDS = OnRecord()
FAILED = OnRecord(status="FAILED")
AUCTION = OnRecord(
    method="EA",
    customer=samples.CONTRACTOR_BIN,
    bids_to=AT + 12 * DAY,
    opening_at=AT + 12 * DAY,
    auction_from=AT + 14 * DAY,
    auction_to=AT + 14 * DAY + timedelta(minutes=30),
    lots=(1,),
)
SINGLE = OnRecord(method="SS", bids_from=None, bids_to=None, opening_at=None, lots=(1,))
AS_CHANGE = {
    "operation": Operation.UPDATE,
    "reason": "Түзету",
    "previous_hash": samples.HASH,
}
EA = samples.with_act(samples.purchase_auction(), version=2, **AS_CHANGE)
ON_BASE = samples.purchase_single_source(base=samples.BASE_ID)
HASHES = {f"{DOCS.documents[0].document_id}/1": samples.HASH}


def broken() -> Iterator[Broken]:
    """The whole table."""
    yield from of_versions()
    yield from of_times()
    yield from of_headers()
    yield from of_every_document()
    yield from of_codes()
    yield from of_purchases()
    yield from of_changes()
    yield from of_documentation()
    yield from of_extensions()
    yield from of_suppliers()
    yield from of_programme_records()
    yield from of_lists()


def of_suppliers() -> Iterator[Broken]:
    """Cards of suppliers."""
    own: tuple[Amendable, ...] = (broken_supplier.CARD, broken_supplier.CHANGED)
    for document in (*own, broken_supplier.DELETION):
        yield from of_any(document, broken_supplier.STANDS)
    for rule, document, known, path, value in broken_supplier.broken_suppliers():
        at = AT if document.act.version == 1 else AT + 3 * DAY
        yield Broken(rule, document, facts(document, at, **known), path, value)
    card = broken_supplier.CARD
    gone = without_product("28.29.12", AT.date() + DAY)
    stale = facts(card, codes=gone, received_at=AT + 2 * DAY)
    place = "/SupplierCard/GoodsRecords/GoodsRecord[1]/SkpCode"
    yield Broken("CLF-STALE", card, stale, place, "28.29.12")


def of_versions() -> Iterator[Broken]:
    """Versions, operations and states."""
    third = facts(CHANGED, current=replace(STANDS, version=2))
    yield Broken("F-HDR-1", CHANGED, third, "/Purchase/Act/Version", "2")
    other = facts(CHANGED, current=replace(STANDS, document_hash="0" * 64))
    yield Broken("F-HDR-1", CHANGED, other, "/Purchase/Act/PreviousHash", samples.HASH)
    path = "/Purchase/Act/Operation"
    first = samples.with_act(OT, operation=Operation.UPDATE)
    yield Broken("F-HDR-2", first, facts(first), path, "UPDATE")
    for status in ("FAILED", "CANCELLED", "DELETED"):
        ended = facts(CHANGED, current=replace(STANDS, status=status))
        yield Broken("F-HDR-2", CHANGED, ended, path, "UPDATE")
    gone = facts(DELETION, AT + DAY, current=replace(STANDS, status="DELETED"))
    yield Broken("F-HDR-2", DELETION, gone, "/Deletion/Act/Operation", "DELETE")


def of_times() -> Iterator[Broken]:
    """When a record was formed, and when it came."""
    at = f"{HEADER}/FormedAt"
    late = facts(OT, first_received_at=AT + timedelta(hours=1, milliseconds=1))
    yield Broken("F-HDR-4", OT, late, at, AT.isoformat())
    naive = put(header(OT), formed_at=AT.replace(tzinfo=None))
    yield Broken("F-TIME-1", OT, facts(OT, header=naive), at, "2026-11-23T10:00:00")
    summer = AT.astimezone(samples.zone(6))
    yield Broken(
        "F-TIME-2", OT, facts(OT, header=put(header(OT), formed_at=summer)), at, summer.isoformat()
    )
    signer = put(header(OT), formed_by=FormedBy(name="А", iin="1"))
    yield Broken("F-ID-1", OT, facts(OT, header=signer), f"{HEADER}/FormedBy/Iin", "1")


def of_headers() -> Iterator[Broken]:
    """Conditions, access, and what record and document say of each other."""
    act = "/Purchase/Act"
    kept = facts(CHANGED, current=replace(STANDS, conditions_version=7))
    yield Broken("F-HDR-5", CHANGED, kept, f"{act}/ConditionsVersion", "1")
    yield from of_access()
    production = samples.with_act(OT, environment=Environment.PRODUCTION)
    yield Broken("F-HDR-7", production, facts(production), f"{act}/Environment", "PRODUCTION")
    another = facts(OT, header=put(header(OT), object_id=samples.BASE_ID))
    yield Broken("F-HDR-7", OT, another, f"{act}/ObjectId", str(samples.PURCHASE_ID))
    later = facts(OT, header=put(header(OT), version=2))
    yield Broken("F-HDR-7", OT, later, f"{act}/Version", "1")
    named = put(header(CHANGED), registry_id=samples.BASE_ID)
    given = facts(CHANGED, header=named, current=STANDS)
    yield Broken("F-HDR-7", CHANGED, given, f"{HEADER}/RegistryId", str(samples.BASE_ID))


def of_every_document() -> Iterator[Broken]:
    """What is asked of the header of every document, the object being on record."""
    for document in (OT, DOCS, EXTENSION, DELETION):
        yield from of_any(document, STANDS)
    for document, at in ((DOCS, AT + 3 * DAY), (EXTENSION, AT + DAY)):
        gone = facts(document, at, current=replace(STANDS, status="DELETED"))
        path = f"/{type(document).__name__}/Act/Operation"
        no_more = frozenset({"F-EXT-1"})  # nor is a purchase extended that has ended
        yield Broken("F-HDR-2", document, gone, path, "UPDATE", no_more)


def of_any(document: Amendable, on_record: RecordFacts, **known: Any) -> Iterator[Broken]:
    """What a document of any kind is asked: its version, operation, times, conditions, access.

    ``known`` are facts that its kind is asked besides.
    """
    first, wrong = document.act.version == 1, "0" * 64
    at, current = (AT, None) if first else (AT + 3 * DAY, on_record)
    act = f"/{type(document).__name__}/Act"
    there = facts(document, at, current=on_record, **known)
    other_way = there if first else facts(document, at, **known)
    operation = document.act.operation
    if first:
        yield Broken("F-HDR-1", document, there, f"{act}/Version", "1", frozenset({"F-HDR-2"}))
    yield Broken(
        "F-HDR-2", document, other_way, f"{act}/Operation", operation, frozenset({"F-HDR-1"})
    )
    second = samples.with_act(document, version=2, **AS_CHANGE) if first else document
    other = samples.with_act(second, previous_hash=wrong)
    after = facts(other, AT + 3 * DAY, current=on_record, **known)
    yield Broken("F-HDR-1", other, after, f"{act}/PreviousHash", wrong)
    once_more = samples.with_act(second, operation=Operation.CREATE)
    made = facts(once_more, AT + 3 * DAY, current=on_record, **known)
    yield Broken("F-HDR-2", once_more, made, f"{act}/Operation", "CREATE")
    yield from _of_any_header(document, at, current, known)


def _of_any_header(
    document: Amendable, at: datetime, current: RecordFacts | None, known: Mapping[str, Any]
) -> Iterator[Broken]:
    act, formed = f"/{type(document).__name__}/Act", f"{HEADER}/FormedAt"
    came = at - 61 * SECOND
    came_early = {"received_at": came, "first_received_at": came}
    future = facts(document, at, current=current, **came_early, **known)
    yield Broken("F-HDR-3", document, future, formed, at.isoformat())
    in_two_hours = at + timedelta(hours=2)
    late = facts(document, at, current=current, first_received_at=in_two_hours, **known)
    yield Broken("F-HDR-4", document, late, formed, at.isoformat())
    new = samples.with_act(document, conditions_version=9)
    unlike = facts(new, at, current=current, **known)
    yield Broken("F-HDR-5", new, unlike, f"{act}/ConditionsVersion", "9")
    tomorrow = SendingSystem(at.date() + DAY, tuple(OF_CONDITIONS))
    closed = facts(document, at, current=current, sender=tomorrow, **known)
    yield Broken("F-HDR-6", document, closed, "/Package/SezCode", "SEZ01")
    foreign = samples.with_act(document, sez_code="SEZ02")
    elsewhere = facts(foreign, at, current=current, **known)
    yield Broken("F-HDR-7", foreign, elsewhere, f"{act}/SezCode", "SEZ02")


def of_lists() -> Iterator[Broken]:
    """Lists that the platform forms, for a purchase on record."""
    yield from (Broken(*case) for case in broken_lists.broken(facts, STANDS))
    purchase = replace(STANDS, files={f"{lists.FILE_ID}/1": samples.HASH})
    for document in (lists.bid_list(), lists.download_list()):
        for case in of_any(document, broken_lists.recorded(document)):
            yield case._replace(facts=broken_lists.of_purchase(case.facts, purchase))


def of_access() -> Iterator[Broken]:
    """Access that has not begun."""
    tomorrow = facts(OT, sender=SendingSystem(date(2026, 11, 24)))
    yield Broken("F-HDR-6", OT, tomorrow, "/Package/SezCode", "SEZ01")
    midnight = AT.replace(hour=0, minute=0)
    today = SendingSystem(midnight.date())
    eve = facts(OT, midnight - SECOND, sender=today)
    eve = replace(eve, received_at=midnight + SECOND, first_received_at=midnight + SECOND)
    yield Broken("F-HDR-6", OT, eve, "/Package/SezCode", "SEZ01")
    again = facts(OT, sender=today, first_received_at=midnight - SECOND)
    yield Broken("F-HDR-6", OT, again, "/Package/SezCode", "SEZ01")
    production = samples.with_act(OT, environment=Environment.PRODUCTION)
    without = facts(production, environment=Environment.PRODUCTION, sender=SendingSystem(None))
    yield Broken("F-HDR-6", production, without, "/Package/SezCode", "SEZ01")


def of_codes() -> Iterator[Broken]:
    """Codes of the classifiers."""
    lot = "/Purchase/Lots/Lot[2]"
    unit = samples.with_lot(OT, 2, unit="021")
    yield Broken("F-CLF-1", unit, facts(unit), f"{lot}/Unit", "021")
    product = samples.with_lot(OT, 2, skp_code="09.10.99")
    yield Broken("F-CLF-1", product, facts(product), f"{lot}/SkpCode", "09.10.99")
    [place] = OT.lots[1].delivery_places
    here = f"{lot}/DeliveryPlaces/DeliveryPlace[1]"
    away = samples.with_lot(OT, 2, delivery_places=(put(place, kato="511010000"),))
    yield Broken("F-CLF-1", away, facts(away), f"{here}/Kato", "511010000")
    abroad = samples.with_lot(OT, 2, delivery_places=(put(place, country="XK"),))
    yield Broken("F-CLF-1", abroad, facts(abroad), f"{here}/Country", "XK")
    stale = facts(OT, codes=without_product("09.10.12", AT.date() + DAY), received_at=AT + 2 * DAY)
    yield Broken("CLF-STALE", OT, stale, f"{lot}/SkpCode", "09.10.12")


def of_purchases() -> Iterator[Broken]:
    """A purchase against what else is on record."""
    base = "/Purchase/BasePurchase/ObjectId"
    one = str(samples.BASE_ID)
    yield Broken("F-PUR-5", ON_BASE, facts(ON_BASE), base, one)
    runs = facts(ON_BASE, base=STANDS)
    yield Broken("F-PUR-5", ON_BASE, runs, base, one)
    single = facts(ON_BASE, base=OnRecord(status="FAILED", method="SS"))
    yield Broken("F-PUR-5", ON_BASE, single, base, one)
    foreign = facts(ON_BASE, base=replace(FAILED, customer=samples.CONTRACTOR_BIN))
    yield Broken("F-PUR-5", ON_BASE, foreign, base, one)
    added = samples.with_act(ON_BASE, version=2, **AS_CHANGE)
    later = facts(added, base=STANDS, current=SINGLE)
    yield Broken("F-PUR-5", added, later, base, one)
    excluded = facts(OT, exclusions={samples.CUSTOMER_BIN: ExcludedCustomer(periods=(EXCLUDED,))})
    yield Broken("F-PUR-6", OT, excluded, "/Purchase/Customer", samples.CUSTOMER_BIN)
    unknown = facts(OT, participants=frozenset())
    yield Broken("F-ID-2", OT, unknown, "/Purchase/Customer", samples.CUSTOMER_BIN)
    uranium = facts(OT, sender=SendingSystem(date(2026, 1, 1), sectors=("URANIUM",)))
    yield Broken("F-PUR-14", OT, uranium, "/Purchase/MineralSector", "HYDROCARBONS")
    yield from of_programmes()


def of_programmes() -> Iterator[Broken]:
    """A purchase against the programme it names."""
    item = "/Purchase/ProgrammeItems/ProgrammeItem[1]"
    named = put(OT, programme_items=(ProgrammeItem(programme_id=PROGRAMME, item_number="7"),))
    none = facts(named, programme={})
    yield Broken("F-PUR-10", named, none, item, "7")
    plan = Planned(method="SS", skp_code="27.90.33", amount=Decimal(1))
    other = facts(named, programme={(PROGRAMME, "7"): plan})
    yield Broken("F-PUR-10", named, other, "/Purchase/Method", "OT")
    yield Broken("F-PUR-10", named, other, "/Purchase/Lots/Lot[2]/SkpCode", "09.10.12")
    yield Broken("F-PUR-10", named, other, "/Purchase/PlannedTotal", "170542909.97")


def of_programme_records() -> Iterator[Broken]:
    """A programme against what is on record."""
    for document in broken_programmes.DOCUMENTS:
        yield from of_any(document, broken_programmes.THERE)
    for rule, broke, known, path, value in broken_programmes.cases():
        at = AT + DAY if broke.act.version > 1 else AT
        yield Broken(rule, broke, facts(broke, at, **known), path, value)
    whole = programmes.annual()
    gone = without_product("09.10.12", AT.date() + DAY)
    stale = facts(whole, codes=gone, received_at=AT + 2 * DAY)
    yield Broken("CLF-STALE", whole, stale, "/Programme/Items/Item[2]/SkpCode", "09.10.12")


def of_changes() -> Iterator[Broken]:
    """A change against the purchase that it changes."""
    taken = facts(CHANGED, current=replace(STANDS, customer=samples.CONTRACTOR_BIN))
    yield Broken("F-PUR-17", CHANGED, taken, "/Purchase/Customer", samples.CUSTOMER_BIN)
    auction = facts(CHANGED, current=replace(STANDS, method="EA"))
    yield Broken("F-PUR-17", CHANGED, auction, "/Purchase/Method", "OT")
    based = facts(CHANGED, current=replace(STANDS, base=samples.BASE_ID))
    yield Broken("F-PUR-17", CHANGED, based, "/Purchase/BasePurchase/ObjectId", None)
    more = facts(CHANGED, current=replace(STANDS, lots=(1, 2, 3)))
    yield Broken("F-PUR-17", CHANGED, more, "/Purchase/Lots", "1, 2")
    fewer = facts(CHANGED, AT + 20 * DAY, current=replace(STANDS, lots=(1,)))
    yield Broken("F-PUR-17", CHANGED, fewer, "/Purchase/Lots", "1, 2")
    dearer = replace(STANDS, terms=terms_of(put(CHANGED, lots=_dearer(CHANGED.lots))))
    priced = facts(CHANGED, AT + 20 * DAY, current=dearer)
    amount = str(CHANGED.lots[0].amount)
    yield Broken("F-PUR-17", CHANGED, priced, "/Purchase/Lots/Lot[1]/Amount", amount)
    yield from of_moved_times()
    failed = samples.failed()
    early = facts(failed, AT + 20 * DAY - SECOND, current=STANDS)
    yield Broken("F-PUR-19", failed, early, "/Purchase/Outcome/Kind", "FAILED")


def _dearer(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """The lots, of which the first costs a tenge more."""
    first, *others = lots
    return (msgspec.structs.replace(first, amount=first.amount + 1), *others)


def of_moved_times() -> Iterator[Broken]:
    """Times of an announced purchase that a change may not move so."""
    at, end = AT + DAY, AT + 20 * DAY
    for element, later in (
        ("BidsTo", replace(STANDS, bids_to=end + DAY)),
        ("OpeningAt", replace(STANDS, opening_at=end + DAY)),
    ):
        longer = facts(CHANGED, at, current=later)
        yield Broken("F-PUR-18", CHANGED, longer, f"/Purchase/{element}", end.isoformat())
    again = put(CHANGED, bids_to=end + DAY, opening_at=end + DAY)
    reopened = facts(again, end, current=replace(STANDS, opening_at=end + DAY))
    yield Broken("F-PUR-18", again, reopened, "/Purchase/BidsTo", (end + DAY).isoformat())
    opened = put(CHANGED, opening_at=end + DAY)
    yield Broken(
        "F-PUR-18",
        opened,
        facts(opened, end, current=STANDS),
        "/Purchase/OpeningAt",
        (end + DAY).isoformat(),
    )
    for element, earlier in (
        ("PublishedAt", replace(STANDS, published_at=AT - SECOND)),
        ("BidsFrom", replace(STANDS, bids_from=AT - SECOND)),
    ):
        moved = facts(CHANGED, at, current=earlier)
        yield Broken("F-PUR-18", CHANGED, moved, f"/Purchase/{element}", AT.isoformat())
    begun = put(CHANGED, bids_from=AT + 2 * DAY)
    waiting = facts(begun, at, current=replace(STANDS, bids_from=AT + 3 * DAY))
    yield Broken("F-PUR-18", begun, waiting, "/Purchase/BidsFrom", (AT + 2 * DAY).isoformat())
    for name, element in (("auction_from", "AuctionFrom"), ("auction_to", "AuctionTo")):
        without = put(EA, **{name: None})
        known = facts(without, at, current=AUCTION)
        yield Broken("F-PUR-18", without, known, f"/Purchase/{element}", None)
    past = put(CHANGED, opening_at=AT + 20 * DAY)
    known = facts(past, end, current=replace(STANDS, opening_at=None))
    yield Broken("F-PUR-18", past, known, "/Purchase/OpeningAt", end.isoformat())
    slow = put(CHANGED, bids_to=end + DAY, opening_at=end + DAY)
    came = facts(slow, at, current=STANDS, received_at=end, first_received_at=end)
    yield Broken(
        "F-PUR-18",
        slow,
        came,
        "/Purchase/BidsTo",
        (end + DAY).isoformat(),
        frozenset({"F-HDR-4"}),
    )


def of_documentation() -> Iterator[Broken]:
    """Changed files against those on record."""
    at = AT + 3 * DAY
    files = "/TenderDocumentation/Documents"
    bare = put(DOCS, documents=DOCS.documents[1:])
    yield Broken("F-DOC-1", bare, facts(bare, at, current=STANDS), files, None)
    more = facts(DOCS, at, current=replace(STANDS, lots=(1, 2, 3)))
    yield Broken("F-PUR-9", DOCS, more, files, None)
    one = facts(DOCS, at, current=replace(STANDS, lots=(1,)))
    yield Broken("F-DOC-7", DOCS, one, f"{files}/Document[3]/LotNumbers/LotNumber[1]", "2")
    swapped = facts(DOCS, at, current=replace(STANDS, files=HASHES))
    whole = put(CHANGED, documents=DOCS.documents)
    known = facts(whole, at, current=replace(STANDS, files=HASHES))
    value = DOCS.documents[0].sha256
    yield Broken("F-DOC-4", whole, known, "/Purchase/Documents/Document[1]/Sha256", value)
    yield Broken("F-DOC-4", DOCS, swapped, f"{files}/Document[1]/Sha256", value)
    late = facts(DOCS, AT + 15 * DAY + SECOND, current=STANDS)
    yield Broken("F-DOC-5", DOCS, late, files, (AT + 20 * DAY).isoformat())


def of_extensions() -> Iterator[Broken]:
    """Extensions against the purchase on record, and deletions."""
    root, end = "/PurchaseExtension", AT + 20 * DAY
    over = facts(EXTENSION, end, current=STANDS)
    yield Broken("F-EXT-1", EXTENSION, over, f"{root}/OldBidsTo", end.isoformat())
    waiting = facts(EXTENSION, AT - SECOND, current=STANDS)
    yield Broken("F-EXT-1", EXTENSION, waiting, f"{root}/OldBidsTo", (AT - SECOND).isoformat())
    moved = replace(STANDS, bids_to=end + DAY)
    yield Broken(
        "F-EXT-1",
        EXTENSION,
        facts(EXTENSION, current=moved),
        f"{root}/OldBidsTo",
        end.isoformat(),
    )
    opened = facts(EXTENSION, current=replace(STANDS, opening_at=end + DAY))
    yield Broken("F-EXT-1", EXTENSION, opened, f"{root}/OldOpeningAt", end.isoformat())
    still = put(EXTENSION, old_opening_at=None, new_opening_at=None)
    yield Broken("F-EXT-1", still, facts(still, current=STANDS), f"{root}/NewOpeningAt", None)
    yield from of_other_terms()
    past = facts(EXTENSION, AT + 28 * DAY, current=STANDS)
    new = EXTENSION.new_bids_to.isoformat()
    yield Broken("F-EXT-1", EXTENSION, past, f"{root}/NewBidsTo", new)
    yield from of_deletions()


def of_deletions() -> Iterator[Broken]:
    """Deletions against the purchase on record."""
    before = put(DELETION, deleted_at=AT - SECOND)
    known = facts(before, AT + DAY, current=STANDS)
    moment = (AT - SECOND).isoformat()
    yield Broken("F-DEL-3", before, known, "/Deletion/DeletedAt", moment)
    for status in ("SUMMED_UP", "FAILED"):
        with_results = OnRecord(status=status, results_id=samples.BASE_ID)
        known = facts(DELETION, AT + DAY, current=with_results)
        path, value = "/Deletion/Act/ObjectId", str(samples.PURCHASE_ID)
        yield Broken("F-DEL-2", DELETION, known, path, value)


def of_other_terms() -> Iterator[Broken]:
    """Extensions against terms other than that of bidding."""
    root, end = "/PurchaseExtension", AT + 20 * DAY
    single = facts(EXTENSION, AT + DAY, current=SINGLE)
    yield Broken("F-EXT-1", EXTENSION, single, f"{root}/OldBidsTo", end.isoformat())
    forward = replace(STANDS, opening_at=AT + 40 * DAY)
    brought = put(EXTENSION, old_opening_at=AT + 40 * DAY)
    new = shown(EXTENSION.new_opening_at)
    known = facts(brought, AT + DAY, current=forward)
    yield Broken("F-EXT-1", brought, known, f"{root}/NewOpeningAt", new)
    day = replace(STANDS, method="EA", auction_from=EXTENSION.new_bids_to - SECOND)
    auction = facts(EXTENSION, AT + DAY, current=day)
    to = EXTENSION.new_bids_to.isoformat()
    yield Broken("F-EXT-1", EXTENSION, auction, f"{root}/NewBidsTo", to)


def without_product(code: str, since: date) -> Classifiers:
    """The built-in classifiers with an edition of products that lacks ``code``."""
    entries = builtin().index(KPVED, since).edition.entries
    left = tuple(entry for entry in entries if entry.code != code)
    return builtin().added(Edition(KPVED, "the next one", since, left))


from tests.registry.records.rules import broken_protocols, broken_results  # noqa: E402  # it uses what is above

BROKEN: tuple[Broken, ...] = (*broken(), *broken_protocols.BROKEN, *broken_results.BROKEN)
