"""One broken document per rule, with the finding it must give: rule, document, path, value."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec

from shared_contracts.faults import Breach
from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.document import (
    Amendable,
    Document,
    Ground,
    LocalizedText,
    Operation,
    Part,
    Term,
)
from shared_contracts.messages.purchase import (
    AuctionStep,
    BasePurchase,
    DeliveryTerm,
    Outcome,
    PaymentTerms,
    ProgrammeItem,
    Purchase,
    PurchaseExtension,
    TenderDocumentation,
)
from shared_contracts.rules.examine import examine_document
from tests import lists, samples, supplier_samples
from tests.samples import AT
from tests.shared_contracts.rules import broken_lists, broken_programmes
from tests.shared_contracts.rules.broken_supplier import broken_cards

P = TypeVar("P", bound=Part)


class Broken(NamedTuple):
    """A document that breaks a rule at a path by a value; the other rules it may break too."""

    rule: str
    document: Amendable
    path: str
    value: str | None
    also: frozenset[str] = frozenset()

    def breaches(self) -> list[Breach]:
        """What the rules say of it."""
        return examine_document(self.document, AT)


OT = samples.purchase_open_tender()
EA = samples.purchase_auction()
SS = samples.purchase_single_source()
DOCS = samples.tender_documentation(at=AT)
LOT = "/Purchase/Lots/Lot"
FILE = "/Purchase/Documents/Document"
DAY = timedelta(days=1)
NAIVE = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - a moment without offset is the point


def put(part: P, **changes: Any) -> P:
    """The part with fields changed."""
    return msgspec.structs.replace(part, **changes)


def lot(number: int, **changes: Any) -> Purchase:
    """The open tender with one lot changed."""
    return samples.with_lot(OT, number, **changes)


def place(**changes: Any) -> Purchase:
    """The open tender with the place of the second lot changed."""
    [old] = OT.lots[1].delivery_places
    return lot(2, delivery_places=(put(old, **changes),))


def files(
    number: int, of: Purchase | TenderDocumentation = OT, **changes: Any
) -> tuple[Document, ...]:
    """The files of a document, one of them changed."""
    given = list(of.documents)
    given[number - 1] = put(given[number - 1], **changes)
    return tuple(given)


def broken() -> Iterator[Broken]:
    """The whole table."""
    yield from of_the_act()
    yield from of_values()
    yield from of_lots()
    yield from of_files()
    yield from of_later_codes()
    yield from of_purchases()
    yield from of_forming()
    yield from of_auctions()
    yield from of_extensions()
    yield from of_numbers()
    yield from of_code_lists()
    for document in (supplier_samples.card(), supplier_samples.deletion(at=AT)):
        yield from of_any(document)
    yield from (Broken(*row) for row in broken_cards())
    yield from of_programmes()
    yield from (Broken(*case) for case in broken_lists.broken())


def of_the_act() -> Iterator[Broken]:
    """Version, history, operation, reason."""
    for document in (OT, DOCS, samples.extension(), samples.deletion(at=AT)):
        yield from of_any(document)
    for listed in (lists.bid_list(), lists.download_list()):
        yield from of_any(listed)
    no_hash = samples.with_act(samples.changed(), previous_hash=None)
    yield Broken("F-HDR-1", no_hash, "/Purchase/Act/PreviousHash", None)
    yield Broken("F-HDR-1", samples.with_act(OT, version=0), "/Purchase/Act/Version", "0")
    soon = put(samples.deletion(at=AT), deleted_at=AT + timedelta(seconds=1))
    yield Broken("F-DEL-1", soon, "/Deletion/DeletedAt", soon.deleted_at.isoformat())
    blank = samples.with_act(samples.deletion(at=AT), reason="  ")
    yield Broken("F-HDR-8", blank, "/Deletion/Act/Reason", None)
    again = samples.with_act(samples.changed(), operation=Operation.CREATE)
    yield Broken("F-HDR-9", again, "/Purchase/Act/Operation", "CREATE")
    kept = samples.with_act(samples.deletion(at=AT), operation=Operation.UPDATE)
    yield Broken("F-HDR-9", kept, "/Deletion/Act/Operation", "UPDATE")


def of_any(document: Amendable) -> Iterator[Broken]:
    """What every document of any kind is asked of its act."""
    act, first = f"/{type(document).__name__}/Act", document.act.version == 1
    last, wrong = (samples.HASH, Operation.UPDATE) if first else (None, Operation.CREATE)
    history = samples.with_act(document, previous_hash=last)
    yield Broken("F-HDR-1", history, f"{act}/PreviousHash", last)
    operation = samples.with_act(document, operation=wrong)
    yield Broken("F-HDR-9", operation, f"{act}/Operation", wrong)
    other = samples.with_act(document, object_type="TENDER")
    yield Broken("F-HDR-10", other, f"{act}/ObjectType", "TENDER")
    if not isinstance(document, PurchaseExtension):
        second = {"version": 2, "operation": Operation.UPDATE, "previous_hash": samples.HASH}
        mute = samples.with_act(document, **(second if first else {}), reason=None)
        yield Broken("F-HDR-8", mute, f"{act}/Reason", None)


def of_programmes() -> Iterator[Broken]:
    """What is broken in programmes."""
    for document in broken_programmes.DOCUMENTS:
        yield from of_any(document)
    yield from (Broken(*case) for case in broken_programmes.cases())


def of_values() -> Iterator[Broken]:
    """What is judged wherever it stands."""
    yield Broken(
        "F-TIME-1", put(OT, published_at=NAIVE), "/Purchase/PublishedAt", "2026-11-23T10:00:00"
    )
    summer = AT.astimezone(samples.zone(6))
    yield Broken(
        "F-TIME-2", put(OT, published_at=summer), "/Purchase/PublishedAt", summer.isoformat()
    )
    wrong = put(OT.customer, bin="050240015331")
    yield Broken("F-ID-1", put(OT, customer=wrong), "/Purchase/Customer/Bin", "050240015331")
    person = put(OT.customer, bin=None, iin="800314300213")
    yield Broken("F-ID-1", put(OT, customer=person), "/Purchase/Customer/Iin", "800314300213")
    both = put(OT.customer, iin=samples.SIGNER_IIN)
    yield Broken("F-ID-3", put(OT, organizer=both), "/Purchase/Organizer", None)
    ru_only = LocalizedText(ru="Закуп")
    yield Broken("F-TXT-1", put(OT, name=ru_only), "/Purchase/Name", None)
    yield Broken("F-TXT-2", put(OT, name=LocalizedText(kk=" ")), "/Purchase/Name", None)
    for field, text, rule, item in (
        ("phones", "8 (7292) 30-15-17", "F-PHONE", "Phones/Phone[1]"),
        ("emails", "zakup@aqjar", "F-MAIL", "Emails/Email[1]"),
    ):
        contact = put(OT.contacts[0], **{field: (text,)})
        yield Broken(
            rule, put(OT, contacts=(contact,)), f"/Purchase/Contacts/Contact[1]/{item}", text
        )
    site = put(OT.customer, website="aqjar-operating.kz")
    yield Broken(
        "F-URL", put(OT, customer=site), "/Purchase/Customer/Website", "aqjar-operating.kz"
    )
    yield Broken(
        "F-TRM-1", put(OT, contract_term=Term(days=0, kind="WD")), "/Purchase/ContractTerm", "0"
    )
    kind = put(OT.subsoil_rights[0], kind="PERMIT")
    path = "/Purchase/SubsoilRights/SubsoilRight[1]"
    yield Broken("F-CODE-1", put(OT, subsoil_rights=(kind,)), f"{path}/Kind", "PERMIT")
    yield Broken("F-CODE-1", put(OT, customer_role="BUYER"), "/Purchase/CustomerRole", "BUYER")


def of_lots() -> Iterator[Broken]:
    """Amounts, codes, terms of a lot."""
    total = frozenset({"F-NUM-3"})
    yield Broken("F-NUM-1", lot(2, amount=Decimal("-1")), f"{LOT}[2]/Amount", "-1", total)
    fine = Decimal("148000000.001")
    yield Broken("F-NUM-1", lot(2, amount=fine), f"{LOT}[2]/Amount", "148000000.001", total)
    yield Broken("F-NUM-1", lot(2, quantity=Decimal(0)), f"{LOT}[2]/Quantity", "0")
    high = lot(1, unit_price=Decimal("3220415.81"))
    yield Broken("F-NUM-2", high, f"{LOT}[1]/Amount", "22542909.97")
    more = put(OT, planned_total=Decimal("170542909.98"))
    yield Broken("F-NUM-3", more, "/Purchase/PlannedTotal", "170542909.98")
    yield Broken("F-NUM-4", put(OT, lot_count=3), "/Purchase/LotCount", "3")
    percent = Decimal("100.01")
    told = f"{LOT}[1]/LocalContentPercent"
    yield Broken("F-PCT-1", lot(1, local_content_percent=percent), told, "100.01")
    shares = PaymentTerms(prepayment=Decimal(30), interim=Decimal(30), final=Decimal(30))
    yield Broken("F-PCT-2", lot(1, payment_terms=shares), f"{LOT}[1]/PaymentTerms", "90")
    yield from of_products()


def of_products() -> Iterator[Broken]:
    """Codes, terms and numbers of lots."""
    yield Broken("F-CLF-2", lot(2, skp_code="09.10"), f"{LOT}[2]/SkpCode", "09.10")
    for odd in ("09.10.12abc", "09.10.12.", "09.10.12.50000", "091012", "09.10.12 <b>", ""):
        yield Broken("F-CLF-3", lot(2, skp_code=odd), f"{LOT}[2]/SkpCode", odd)
    yield Broken("F-CLF-3", lot(2, unit="5114 "), f"{LOT}[2]/Unit", "5114 ")
    yield Broken("F-CODE-3", lot(1, incoterms="XXX"), f"{LOT}[1]/Incoterms", "XXX")
    yield Broken("F-CODE-3", lot(1, incoterms="ddp"), f"{LOT}[1]/Incoterms", "ddp")
    at = f"{LOT}[2]/DeliveryPlaces/DeliveryPlace[1]"
    yield Broken("F-CLF-3", place(kato="47423900"), f"{at}/Kato", "47423900")
    yield Broken("F-CLF-2", place(kato="470000000"), f"{at}/Kato", "470000000")
    yield Broken("F-CLF-2", place(kato=None), at, None)
    short = lot(1, ens_tru_code="279033.900.2")
    yield Broken("F-ENS-1", short, f"{LOT}[1]/EnsTruCode", "279033.900.2")
    other = lot(1, ens_tru_code="262018.000.000001")
    yield Broken("F-ENS-2", other, f"{LOT}[1]/EnsTruCode", "262018.000.000001")
    yield Broken("F-TRM-1", lot(1, delivery_term=DeliveryTerm()), f"{LOT}[1]/DeliveryTerm", None)
    back = DeliveryTerm(from_date=date(2027, 2, 1), to_date=date(2027, 1, 31))
    yield Broken("F-TRM-1", lot(1, delivery_term=back), f"{LOT}[1]/DeliveryTerm", "2027-01-31")
    gap = lot(2, lot_number=3)
    papers = frozenset({"F-PUR-9", "F-DOC-7"})
    yield Broken("F-PUR-8", gap, f"{LOT}[2]/LotNumber", "3", papers)
    yield Broken("F-PUR-8", put(OT, lots=OT.lots[::-1]), f"{LOT}[1]/LotNumber", "2")
    item = ProgrammeItem(programme_id=samples.BASE_ID, item_number="7")
    unnamed = samples.with_act(lot(2, programme_item=item), conditions_version=2)
    yield Broken("F-PUR-21", unnamed, f"{LOT}[2]/ProgrammeItem/ItemNumber", "7")
    yield Broken(
        "F-PUR-13", lot(2, local_content_percent=Decimal(30)), f"{LOT}[2]/LocalContentPercent", "30"
    )


def of_files() -> Iterator[Broken]:
    """Files of the documentation."""
    without = put(OT, documents=OT.documents[1:])
    yield Broken("F-DOC-1", without, "/Purchase/Documents", None)
    upper = OT.documents[1].sha256.upper()
    yield Broken("F-DOC-2", put(OT, documents=files(2, sha256=upper)), f"{FILE}[2]/Sha256", upper)
    yield Broken("F-DOC-2", put(OT, documents=files(2, size=0)), f"{FILE}[2]/Size", "0")
    beyond = FILE_BYTES + 1
    yield Broken(
        "F-DOC-9", put(OT, documents=files(2, size=beyond)), f"{FILE}[2]/Size", str(beyond)
    )
    for name in ("", "  ", "..", "../x", "..\\x.exe", "a\nb.pdf", "договор\u202efdp.exe", "\u200b"):
        documents = files(2, file_name=name)
        yield Broken("F-DOC-10", put(OT, documents=documents), f"{FILE}[2]/FileName", name)
    yield Broken(
        "F-DOC-3",
        put(OT, documents=files(2, mime_type="image/gif")),
        f"{FILE}[2]/MimeType",
        "image/gif",
    )
    first = OT.documents[0].document_id
    twice = put(OT, documents=files(2, document_id=first))
    yield Broken("F-DOC-6", twice, f"{FILE}[2]/DocumentId", str(first))
    again = put(DOCS, documents=files(2, DOCS, document_id=first))
    place = "/TenderDocumentation/Documents/Document[2]/DocumentId"
    yield Broken("F-DOC-6", again, place, str(first))
    foreign = put(OT, documents=files(4, lot_numbers=(1, 2, 7)))
    yield Broken("F-DOC-7", foreign, f"{FILE}[4]/LotNumbers/LotNumber[3]", "7")
    bare = put(OT, documents=(OT.documents[0], OT.documents[1], OT.documents[3]))
    yield Broken("F-PUR-9", bare, f"{LOT}[2]", None)


def of_later_codes() -> Iterator[Broken]:
    """Codes that only a later version of the contract has."""
    later, lacks = "DESIGN_ESTIMATES", frozenset({"F-PUR-9"})
    purchase = put(OT, documents=files(2, category=later))
    yield Broken("F-CODE-1", purchase, f"{FILE}[2]/Category", later, lacks)
    documentation = put(DOCS, documents=files(2, DOCS, category=later))
    path = "/TenderDocumentation/Documents/Document[2]/Category"
    yield Broken("F-CODE-1", documentation, path, later)


def of_purchases() -> Iterator[Broken]:
    """Method, times, ground, rights."""
    yield Broken("F-PUR-1", put(OT, method="CE"), "/Purchase/Method", "CE")
    old = datetime(2018, 6, 28, 10, 0, tzinfo=samples.zone(6))
    rights = (put(OT.subsoil_rights[0], date=date(2017, 1, 1)),)
    past = put(
        OT,
        published_at=old,
        subsoil_rights=rights,
        lots=(put(OT.lots[0], subsoil_rights=()), OT.lots[1]),
    )
    formed = frozenset({"F-PUR-20"})
    yield Broken("F-PUR-2", past, "/Purchase/PublishedAt", old.isoformat(), formed)
    named = {"reason": "Уточнение", "previous_hash": samples.HASH}
    changed = samples.with_act(past, version=2, operation=Operation.UPDATE, **named)
    yield Broken("F-PUR-2", changed, "/Purchase/PublishedAt", old.isoformat())
    before = AT - timedelta(minutes=1)
    yield Broken("F-PUR-3", put(OT, bids_from=before), "/Purchase/BidsFrom", before.isoformat())
    same = put(OT, bids_to=AT, opening_at=AT)
    yield Broken("F-PUR-3", same, "/Purchase/BidsTo", AT.isoformat(), formed)
    soon = AT + timedelta(days=19)
    yield Broken("F-PUR-3", put(OT, opening_at=soon), "/Purchase/OpeningAt", soon.isoformat())
    yield Broken(
        "F-PUR-4",
        put(OT, bids_to=AT + timedelta(days=14)),
        "/Purchase/BidsTo",
        (AT + timedelta(days=14)).isoformat(),
    )
    yield from of_grounds()
    yield from of_rights()


def of_forming() -> Iterator[Broken]:
    """Times that do not agree with the moment of forming."""
    hour, tick = timedelta(hours=1), timedelta(microseconds=1)
    old = AT - hour - tick
    path = "/Purchase/PublishedAt"
    yield Broken("F-PUR-20", put(OT, published_at=old), path, old.isoformat())
    far = AT + timedelta(days=366) + tick
    ahead = {"bids_from": far, "bids_to": far + 20 * DAY, "opening_at": far + 20 * DAY}
    yield Broken("F-PUR-20", put(OT, published_at=far, **ahead), path, far.isoformat())
    over = put(OT, published_at=AT - hour, bids_from=AT - hour, bids_to=AT)
    short = frozenset({"F-PUR-4"})
    yield Broken("F-PUR-20", over, "/Purchase/BidsTo", AT.isoformat(), short)
    late = AT + timedelta(days=1827) + tick
    yield Broken("F-PUR-20", put(OT, opening_at=late), "/Purchase/OpeningAt", late.isoformat())
    named = put(samples.extension(), new_opening_at=late)
    yield Broken("F-PUR-20", named, "/PurchaseExtension/NewOpeningAt", late.isoformat())
    future = AT + timedelta(seconds=60) + tick
    uploaded = put(OT, documents=files(2, uploaded_at=future))
    yield Broken("F-DOC-8", uploaded, f"{FILE}[2]/UploadedAt", future.isoformat())
    later = put(DOCS, documents=files(2, DOCS, uploaded_at=future))
    place = "/TenderDocumentation/Documents/Document[2]/UploadedAt"
    yield Broken("F-DOC-8", later, place, future.isoformat())


def of_grounds() -> Iterator[Broken]:
    """Why from one source, and on which base."""
    yield Broken(
        "F-PUR-5", put(SS, single_source_ground=None), "/Purchase/SingleSourceGround", None
    )
    failed = put(SS, single_source_ground=Ground(code="01"))
    yield Broken("F-PUR-5", failed, "/Purchase/BasePurchase", None)
    odd = put(SS, single_source_ground=Ground(code="77"))
    yield Broken("F-CODE-1", odd, "/Purchase/SingleSourceGround/Code", "77")
    mute = put(SS, single_source_ground=Ground(code="99", text=LocalizedText(kk=" ", ru="")))
    text = frozenset({"F-TXT-2"})
    yield Broken("F-PUR-5", mute, "/Purchase/SingleSourceGround/Text", None, text)
    silent = put(SS, single_source_ground=Ground(code="99"))
    yield Broken("F-PUR-5", silent, "/Purchase/SingleSourceGround/Text", None)
    repeat = BasePurchase(relation="REPEAT", object_id=samples.BASE_ID)
    failed_base = BasePurchase(relation="FAILED_TENDER", object_id=samples.BASE_ID)
    relation = "/Purchase/BasePurchase/Relation"
    of_failed = put(SS, single_source_ground=Ground(code="01"), base_purchase=repeat)
    yield Broken("F-PUR-5", of_failed, relation, "REPEAT")
    yield Broken("F-PUR-5", put(OT, base_purchase=failed_base), relation, "FAILED_TENDER")
    other = put(SS, single_source_ground=Ground(code="05"), base_purchase=failed_base)
    yield Broken("F-PUR-5", other, "/Purchase/SingleSourceGround/Code", "05")
    yield Broken(
        "F-PUR-5",
        put(OT, single_source_ground=Ground(code="02")),
        "/Purchase/SingleSourceGround",
        "02",
    )
    itself = BasePurchase(relation="REPEAT", object_id=OT.act.object_id)
    yield Broken(
        "F-PUR-5",
        put(OT, base_purchase=itself),
        "/Purchase/BasePurchase/ObjectId",
        str(OT.act.object_id),
    )


def of_rights() -> Iterator[Broken]:
    """Contracts and licences, sector, currency, times by method, outcome."""
    yield Broken("F-PUR-7", put(OT, subsoil_rights=()), "/Purchase/SubsoilRights", None)
    yield Broken("F-PUR-7", put(OT, customer_role="CONTRACTOR"), "/Purchase/Principal", None)
    same = put(OT, principal=OT.customer)
    yield Broken("F-PUR-7", same, "/Purchase/Principal", samples.CUSTOMER_BIN)
    young = put(OT.subsoil_rights[0], date=date(2026, 11, 24))
    path = "/Purchase/SubsoilRights/SubsoilRight[1]"
    yield Broken("F-PUR-7", put(OT, subsoil_rights=(young,)), f"{path}/Date", "2026-11-24")
    blank = put(OT.subsoil_rights[0], number=" ")
    yield Broken(
        "F-PUR-7",
        lot(2, subsoil_rights=(blank,)),
        f"{LOT}[2]/SubsoilRights/SubsoilRight[1]/Number",
        " ",
    )
    yield Broken("F-PUR-12", put(OT, currency="USD"), "/Purchase/Currency", "USD")
    for odd in ("", "тенге", "kzt", "XXX", "BGN"):
        known = frozenset({"F-PUR-12"}) if odd == "BGN" else frozenset[str]()
        yield Broken("F-CODE-2", put(OT, currency=odd), "/Purchase/Currency", odd, known)
    yield Broken("F-PUR-14", put(OT, mineral_sector="SOLID"), "/Purchase/MineralSector", "SOLID")
    yield Broken("F-PUR-15", put(OT, opening_at=None), "/Purchase/OpeningAt", None)
    yield Broken("F-PUR-15", put(SS, bids_from=AT), "/Purchase/BidsFrom", AT.isoformat())
    yield Broken("F-PUR-16", put(OT, purchase_code="-1"), "/Purchase/PurchaseCode", "-1")
    ended = Outcome(kind="CANCELLED", ground=Ground(code="CUSTOMER"))
    yield Broken("F-PUR-19", put(OT, outcome=ended), "/Purchase/Outcome/Kind", "CANCELLED")
    ground = "/Purchase/Outcome/Ground"
    yield Broken("F-CODE-1", samples.failed(code="QWERTY"), f"{ground}/Code", "QWERTY")
    yield Broken("F-CODE-1", samples.failed(code="CUSTOMER"), f"{ground}/Code", "CUSTOMER")
    yield Broken("F-PUR-19", samples.failed(code="OTHER"), f"{ground}/Text", None)


def of_auctions() -> Iterator[Broken]:
    """Price and step of an electronic auction."""
    yield Broken("F-PUR-11", put(EA, auction_step=None), "/Purchase/AuctionStep", None)
    yield Broken("F-PUR-11", put(EA, auction_start_price=None), "/Purchase/AuctionStartPrice", None)
    two = AuctionStep(amount=Decimal(1), percent=Decimal(1))
    yield Broken("F-PUR-11", put(EA, auction_step=two), "/Purchase/AuctionStep", None)
    later = AT + timedelta(days=21)
    yield Broken(
        "F-PUR-11", put(OT, auction_from=later), "/Purchase/AuctionFrom", later.isoformat()
    )
    price = put(OT, auction_start_price=Decimal(7))
    yield Broken("F-PUR-11", price, "/Purchase/AuctionStartPrice", "7")
    step = put(OT, auction_step=AuctionStep(percent=Decimal(1)))
    yield Broken("F-PUR-11", step, "/Purchase/AuctionStep", None)


def of_extensions() -> Iterator[Broken]:
    """Extensions that do not extend."""
    whole = samples.extension()
    back = put(whole, new_bids_to=whole.old_bids_to)
    yield Broken("F-EXT-1", back, "/PurchaseExtension/NewBidsTo", whole.old_bids_to.isoformat())
    early = put(whole, new_opening_at=whole.old_bids_to)
    yield Broken("F-EXT-1", early, "/PurchaseExtension/NewOpeningAt", whole.old_bids_to.isoformat())
    mute = samples.with_act(whole, reason=None)
    yield Broken("F-EXT-1", mute, "/PurchaseExtension/Act/Reason", None)


def of_numbers() -> Iterator[Broken]:
    """Every place where a number stands."""
    less = Decimal(-1)
    sums, product = frozenset({"F-NUM-3"}), frozenset({"F-NUM-2"})
    yield Broken("F-NUM-1", lot(1, unit_price=less), f"{LOT}[1]/UnitPrice", "-1", product)
    yield Broken("F-NUM-1", put(OT, planned_total=less), "/Purchase/PlannedTotal", "-1", sums)
    price = put(EA, auction_start_price=less)
    yield Broken("F-NUM-1", price, "/Purchase/AuctionStartPrice", "-1")
    step = put(EA, auction_step=AuctionStep(amount=less))
    yield Broken("F-NUM-1", step, "/Purchase/AuctionStep/Amount", "-1")
    share = put(EA, auction_step=AuctionStep(percent=less))
    yield Broken("F-PCT-1", share, "/Purchase/AuctionStep/Percent", "-1")
    yield Broken("F-DOC-2", put(OT, documents=files(3, version=0)), f"{FILE}[3]/Version", "0")
    for name in ("prepayment", "interim", "final"):
        shares = {"prepayment": Decimal(50), "interim": Decimal(50), "final": Decimal(50)}
        terms = PaymentTerms(**(shares | {name: less}))
        path = f"{LOT}[1]/PaymentTerms/{name.capitalize()}"
        yield Broken("F-PCT-1", lot(1, payment_terms=terms), path, "-1", frozenset({"F-PCT-2"}))


def of_code_lists() -> Iterator[Broken]:
    """Every place where a code of a list of this contract stands."""
    one = "X"
    yield Broken("F-CODE-1", put(OT, rule_set=one), "/Purchase/RuleSet", one)
    sector = put(OT, mineral_sector=one)
    yield Broken("F-CODE-1", sector, "/Purchase/MineralSector", one)
    yield Broken("F-CODE-1", lot(1, subject_type=one), f"{LOT}[1]/SubjectType", one)
    term = put(OT, contract_term=Term(days=3, kind=one))
    yield Broken("F-CODE-1", term, "/Purchase/ContractTerm/Kind", one)
    base = BasePurchase(relation=one, object_id=samples.BASE_ID)
    named = put(OT, base_purchase=base)
    yield Broken("F-CODE-1", named, "/Purchase/BasePurchase/Relation", one)
    ended = samples.changed(outcome=Outcome(kind=one, ground=Ground(code="NO_BIDS")))
    yield Broken("F-CODE-1", ended, "/Purchase/Outcome/Kind", one)
    extra = (*OT.documents, put(OT.documents[0], document_id=samples.BASE_ID, category=one))
    yield Broken("F-CODE-1", put(OT, documents=extra), f"{FILE}[5]/Category", one)


from tests.shared_contracts.rules import broken_protocols  # noqa: E402  # it uses what is above

BROKEN: tuple[Broken, ...] = (*broken(), *broken_protocols.BROKEN)
