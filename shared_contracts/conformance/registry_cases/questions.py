"""Schemes 2, 3, 4 and 8: what a SEZ asks, and what the Registry answers (S216-A2.2 to A2.8)."""

import msgspec

from shared_contracts import astana_time
from shared_contracts.classifiers.edition import MKEI
from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_cases.objects import free_year
from shared_contracts.conformance.registry_exam import KitRecord, RegistryExam, accepted
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.kinds.programme import LOAD
from shared_contracts.kinds.supplier import SELECT
from shared_contracts.messages.changes import (
    SUPPLY,
    ChangesAnswer,
    ChangesRequest,
    ChangesResult,
    DifferenceKind,
    HeldObject,
)
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.programme_change import (
    REQUEST,
    SUPPLY_PROGRAMME,
    ChangeOutcome,
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
    StatedField,
    StatedItem,
)
from shared_contracts.messages.programme_properties import field_hashes
from shared_contracts.messages.property_hash import property_hash
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.supplier import SupplierCard, SupplierChoice
from shared_contracts.messages.supplier_query import (
    QueryOutcome,
    SupplierCheck,
    SupplierCheckResult,
    SupplierQuery,
    SupplierQueryResult,
)


@BOOK.case("R-CLASSIFIER")
def classifier(exam: RegistryExam) -> None:
    """A page of a classifier tells its edition, its codes and how many there are."""
    asked = exam.question(ClassifierRequest, classifier=MKEI, page=1)
    page = exam.answer("GetClassifier", asked, ClassifierPage)
    if page.classifier != MKEI or page.page != 1 or not page.codes:
        raise Deviation(f"page 1 of {MKEI} with codes", f"{page.classifier} page {page.page}")
    if page.edition not in {one.name for one in page.known_editions}:
        raise Deviation("the edition among the known ones", page.edition)


@BOOK.case("R-CLASSIFIER-UNKNOWN")
def classifier_unknown(exam: RegistryExam) -> None:
    """A classifier that there is not is told by a fault of its own."""
    asked = exam.question(ClassifierRequest, classifier="NONE", page=1)
    exam.fault(exam.post("GetClassifier", exam.sealed(asked)), Fault.CLASSIFIER_UNKNOWN)


@BOOK.case("R-SUPPLIER-CHECK")
def supplier_check(exam: RegistryExam) -> None:
    """A supplier on record is found by its BIN, another is not (S216-A3.2b)."""
    card = _supplier(exam)
    found = exam.answer(
        "CheckSupplier", exam.question(SupplierCheck, bin=card.document.bin), SupplierCheckResult
    )
    if not found.exists or found.registry_id is None:
        raise Deviation("Exists=true, RegistryId", f"Exists={found.exists}")
    other = exam.writer.supplier(uuid7(), astana_time.now()).bin
    absent = exam.answer(
        "CheckSupplier", exam.question(SupplierCheck, bin=other), SupplierCheckResult
    )
    if absent.exists:
        raise Deviation("Exists=false", "Exists=true")


@BOOK.case("R-SUPPLIER-SUPPLEMENT")
def supplier_supplement(exam: RegistryExam) -> None:
    """A query that says too little is answered by what must be added (S216-A2.4.3)."""
    answer = exam.answer("QuerySupplier", exam.question(SupplierQuery), SupplierQueryResult)
    if answer.result is not QueryOutcome.SUPPLEMENT_REQUIRED or not answer.missing_fields:
        raise Deviation("SUPPLEMENT_REQUIRED with MissingFields", answer.result)


@BOOK.case("R-SUPPLIER-LIST")
def supplier_list(exam: RegistryExam) -> None:
    """A query by BIN is answered by a list to choose from (S216-A2.4.5)."""
    card = _supplier(exam)
    answer = _candidates(exam, card)
    [candidate] = answer.candidates
    if (candidate.bin, candidate.card_hash) != (card.document.bin, card.hash):
        raise Deviation(f"Candidate {card.document.bin} {card.hash}", f"{candidate.card_hash}")


@BOOK.case("R-SUPPLIER-CHOICE")
def supplier_choice(exam: RegistryExam) -> None:
    """A card that rests on a choice from the list is recorded (S216-A2.4.6, S216-A2.4.10)."""
    card = _supplier(exam)
    answer = _candidates(exam, card)
    choice = SupplierChoice(
        query_id=answer.message_id,
        registry_id=answer.candidates[0].registry_id,
        card_hash=answer.candidates[0].card_hash,
    )
    own = exam.writer.supplier(uuid7(), astana_time.now())
    chosen = msgspec.structs.replace(own, bin=card.document.bin, choice=choice)
    accepted(exam.transfer(exam.package(exam.signed(chosen)), SELECT))


@BOOK.case("R-CHANGES-NOT-REQUIRED")
def changes_not_required(exam: RegistryExam) -> None:
    """What the Registry has need not be added (S216-A2.2.3)."""
    record = announced(exam)
    exam.prepared(record)
    answer = _compared(exam, record)
    if answer.result is not ChangesResult.NOT_REQUIRED:
        raise Deviation(ChangesResult.NOT_REQUIRED, answer.result)


@BOOK.case("R-CHANGES-SUPPLY")
def changes_supply(exam: RegistryExam) -> None:
    """What the Registry lacks it asks for, takes, and tells the identifiers (S216-A2.2.4-6)."""
    record = announced(exam)
    answer = _compared(exam, record)
    wanted = [(one.object_id, one.difference) for one in answer.object_differences]
    if wanted != [(record.object_id, DifferenceKind.MISSING)]:
        raise Deviation(f"{record.object_id} MISSING", f"{wanted}")
    receipt = exam.transfer(exam.package(record), SUPPLY)
    accepted(receipt)
    if receipt.records[0].registry_id is None:
        raise Deviation("RegistryId", "none")


@BOOK.case("R-PROGRAMME-CHANGE")
def programme_change(exam: RegistryExam) -> None:
    """A change of a programme is asked about, supplied, and its items are named (S216-A2.8)."""
    before, after = _programmes(exam)
    answer = exam.answer(REQUEST, _asked_change(exam, before, after), ProgrammeChangeAnswer)
    items = [one.item_number for one in answer.items]
    if answer.result is not ChangeOutcome.SUPPLEMENT_REQUIRED or items != ["2"]:
        raise Deviation("SUPPLEMENT_REQUIRED, item 2", f"{answer.result}, items {items}")
    receipt = exam.transfer(exam.package(after), SUPPLY_PROGRAMME)
    accepted(receipt)
    changed = [one.item_number for one in receipt.records[0].changed_items]
    if changed != ["2"]:
        raise Deviation("ChangedItem 2", f"{changed}")


@BOOK.case("R-PROGRAMME-SAME")
def programme_same(exam: RegistryExam) -> None:
    """A change that the Registry has already is not required (S216-A2.8.3)."""
    before, after = _programmes(exam)
    exam.answer(REQUEST, _asked_change(exam, before, after), ProgrammeChangeAnswer)
    exam.prepared(after, operation=SUPPLY_PROGRAMME)
    answer = exam.answer(REQUEST, _asked_change(exam, before, after), ProgrammeChangeAnswer)
    if answer.result is not ChangeOutcome.NOT_REQUIRED:
        raise Deviation(ChangeOutcome.NOT_REQUIRED, answer.result)


def _supplier(exam: RegistryExam) -> KitRecord[SupplierCard]:
    """A supplier of the kit, on record."""
    card = exam.signed(exam.writer.supplier(uuid7(), astana_time.now()))
    exam.prepared(card)
    return card


def _candidates(exam: RegistryExam, card: KitRecord[SupplierCard]) -> SupplierQueryResult:
    asked = exam.question(SupplierQuery, bin=card.document.bin)
    answer = exam.answer("QuerySupplier", asked, SupplierQueryResult)
    if answer.result is not QueryOutcome.CANDIDATES or len(answer.candidates) != 1:
        found = f"{answer.result}, {len(answer.candidates)} candidates"
        raise Deviation("CANDIDATES, 1 candidate", found)
    return answer


def _compared(exam: RegistryExam, record: KitRecord[Purchase]) -> ChangesAnswer:
    held = HeldObject(
        object_type=record.document.act.object_type,
        object_id=record.object_id,
        version=1,
        document_hash=record.hash,
    )
    return exam.answer(
        "RequestChanges", exam.question(ChangesRequest, objects=(held,)), ChangesAnswer
    )


def _programmes(exam: RegistryExam) -> tuple[KitRecord[Programme], KitRecord[Programme]]:
    """A programme on record, and its next version, of which the second item is another."""
    year = free_year(exam)
    first = exam.signed(exam.writer.programme(uuid7(), astana_time.now(), year, 1))
    exam.prepared(first, operation=LOAD)
    one, two = first.document.items
    if not two.year_plans:
        raise NotExamined("the programme of the kit plans nothing")
    described = msgspec.structs.replace(two, unit_price=None)
    changed = exam.writer.changed(first.document, first.hash, items=(one, described))
    return first, exam.signed(changed)


def _asked_change(
    exam: RegistryExam, before: KitRecord[Programme], after: KitRecord[Programme]
) -> ProgrammeChangeRequest:
    item = after.document.items[1]
    fields = field_hashes(after.document).items()
    return exam.question(
        ProgrammeChangeRequest,
        object_id=after.object_id,
        version=after.document.act.version,
        previous_hash=before.hash,
        document_hash=after.hash,
        fields=tuple(StatedField(name=name, sha256=value) for name, value in fields),
        items=(StatedItem(item_number="2", sha256=property_hash(item)),),
    )
