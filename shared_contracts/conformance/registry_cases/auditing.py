"""What a Registry sends to a SEZ by itself, heard by the SEZ that the kit is (S216-14, S216-A2.6).

Audits for objects 5 to 7 of clause 9, trees and single objects; notices; receipts of tickets; and
questions about the log of the SEZ.
"""

from typing import Any

from shared_contracts.conformance.case import Deviation, NotExamined, words
from shared_contracts.conformance.kit_sez import HeardMessage, KitSez
from shared_contracts.conformance.registry_cases.asynchronous import pulled_receipt
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam
from shared_contracts.event_log.checksums.tree import DEPTH, place
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PUSH, SUBMIT, Ticket
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from shared_contracts.messages.audited_object import AUDIT_OBJECT
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.log_proof import GET_PROOF
from shared_contracts.messages.notice import Notice
from shared_contracts.messages.protocol import RESULTS_PROTOCOL
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import schema


@BOOK.case("R-OBJECT-5")
def changed_objects(exam: RegistryExam) -> None:
    """Changed objects are asked for, page by page (S216-9.5, S216-A3.6a)."""
    _obtains(exam, "R-OBJECT-5", AuditContent.CHANGED_OBJECTS)


@BOOK.case("R-OBJECT-6")
def event_log(exam: RegistryExam) -> None:
    """The log of events is asked for, page by page (S216-9.6, S216-A3.6c)."""
    _obtains(exam, "R-OBJECT-6", AuditContent.EVENT_LOG)


@BOOK.case("R-OBJECT-7")
def checksums(exam: RegistryExam) -> None:
    """Checksums are asked for, page by page (S216-9.7, S216-A3.6b)."""
    _obtains(exam, "R-OBJECT-7", AuditContent.CHECKSUMS)


@BOOK.case("R-NOTICE")
def notice(exam: RegistryExam) -> None:
    """A notice comes signed, to the SEZ that is meant, in Kazakh and in Russian (S216-A2.5)."""
    heard = _sent(exam, "R-NOTICE", "Notify", "notice")
    told: Notice = heard.message
    if (told.sez_code, told.environment) != (exam.sez_code, exam.environment):
        raise Deviation(f"a notice to {exam.sez_code} {exam.environment}", told.sez_code)
    if not all((told.subject.kk, told.subject.ru, told.body.kk, told.body.ru)):
        raise Deviation("subject and text in kk and ru", "one of them is lacking")


@BOOK.case("R-NOTICE-AGAIN")
def notice_again(exam: RegistryExam) -> None:
    """If the SEZ is busy, the same bytes of the notice come again (S216-18.7)."""
    kit = _kit(exam)
    kit.busy.add("Notify")
    try:
        first = _sent(exam, "R-NOTICE-AGAIN", "Notify", "notice")
    finally:
        kit.busy.discard("Notify")
    told: Notice = first.message

    def look() -> HeardMessage | None:
        of_it = [
            one
            for one in kit.since(0, "Notify")
            if isinstance(one.message, Notice) and one.message.notice_id == told.notice_id
        ]
        return of_it[1] if len(of_it) > 1 else None

    again = exam.driver.wait(f"the notice {told.notice_id} once more", look)
    if again.sha256 != first.sha256:
        raise Deviation(f"the same notice, {first.sha256}", again.sha256)


@BOOK.case("R-RECEIPT-DELIVERED")
def receipt_delivered(exam: RegistryExam) -> None:
    """The receipt of a ticket comes by DeliverReceipt, the same that GetReceipt gives."""
    kit, count = _kit(exam), _kit(exam).count
    _act(exam, "R-RECEIPT-DELIVERED", "address")
    package = exam.package(announced(exam))
    given = exam.answer(SUBMIT, package, Ticket)
    pulled = verify_system(schema.parse(pulled_receipt(exam, given).document))
    _act(exam, "R-RECEIPT-DELIVERED", "deliver", ticket_id=str(given.ticket_id))

    def look() -> HeardMessage | None:
        return next(
            (
                one
                for one in _sound(kit, count, PUSH)
                if one.message.message_id == package.message_id
            ),
            None,
        )

    pushed = exam.driver.wait(f"{PUSH} of {package.message_id}", look)
    if pushed.sha256 != pulled.canonical_sha256:
        raise Deviation(f"the receipt {pulled.canonical_sha256}", pushed.sha256)


@BOOK.case("R-CHECKSUM-TREE")
def checksum_tree(exam: RegistryExam) -> None:
    """A tree is asked for node by node, from its root down to the bucket that differs."""
    kit, count = _walk(exam, "R-CHECKSUM-TREE")
    at = place(kit.alien)
    wanted = {at[:length] for length in range(DEPTH + 1)}

    def look() -> bool | None:
        asked = {
            node.prefix
            for one in _sound(kit, count, "Audit")
            if one.message.depth is ChecksumDepth.TREE
            for node in one.message.asked_nodes
            if node.object_type == RESULTS_PROTOCOL
        }
        return True if wanted <= asked else None

    exam.driver.wait(f"nodes of {RESULTS_PROTOCOL} down to {at}", look)


@BOOK.case("R-AUDIT-OBJECT")
def audit_object(exam: RegistryExam) -> None:
    """An object that differs is asked for by itself, within the same audit (S216-12d)."""
    kit, count = _walk(exam, "R-AUDIT-OBJECT")

    def look() -> HeardMessage | None:
        asked = _sound(kit, count, AUDIT_OBJECT)
        return next((one for one in asked if one.message.object_id == kit.alien), None)

    asked = exam.driver.wait(f"{AUDIT_OBJECT} of {kit.alien}", look).message
    audits = {one.message.audit_id for one in _sound(kit, count, "Audit")}
    if asked.audit_id not in audits or not asked.ground or not asked.ordered_by:
        raise Deviation(f"AuditId of {audits}, Ground, OrderedBy", f"{asked.audit_id}")


@BOOK.case("R-SEZ-LOG")
def log_of_the_sez(exam: RegistryExam) -> None:
    """A checkpoint of the SEZ's log is asked for, then the proof that it was extended."""
    kit, count = _kit(exam), _kit(exam).count
    _act(exam, "R-SEZ-LOG", "log")
    _act(exam, "R-SEZ-LOG", "log")

    def look() -> list[HeardMessage] | None:
        asked = _sound(kit, count, GET_PROOF)
        return asked or None

    sizes = [one.message.old_size for one in exam.driver.wait(f"{GET_PROOF} with OldSize", look)]
    if any(one is None or one < 1 for one in sizes):
        raise Deviation("OldSize of the checkpoint told before", f"{sizes}")


def _kit(exam: RegistryExam) -> KitSez:
    if exam.kit_sez is None:
        raise NotExamined("no SEZ of the kit listens: give --listen")
    return exam.kit_sez


def _act(exam: RegistryExam, case_id: str, action: str, **what: object) -> None:
    operator = words(BOOK.side)[case_id].operator or LocalizedText()
    exam.driver.act(operator, action, sez_code=exam.sez_code, endpoint=exam.listens_at, **what)


def _sound(kit: KitSez, count: int, operation: str) -> list[HeardMessage]:
    """What was heard since; ``Deviation`` where the signature or form of one is wrong."""
    heard = kit.since(count, operation)
    if flawed := [one.flaw for one in heard if one.flaw]:
        raise Deviation(f"a signed message of {operation}", flawed[0])
    return heard


def _sent(exam: RegistryExam, case_id: str, operation: str, action: str) -> HeardMessage:
    """The first message of an operation that comes of an action."""
    kit, count = _kit(exam), _kit(exam).count
    _act(exam, case_id, action)
    return exam.driver.wait(operation, lambda: next(iter(_sound(kit, count, operation)), None))


def _walk(exam: RegistryExam, case_id: str) -> tuple[KitSez, int]:
    """Have an audit of trees ordered; the kit, and how many messages it had heard before."""
    kit, count = _kit(exam), _kit(exam).count
    kit.alien = uuid7()  # the audit of another case may still ask for the one before
    told: dict[str, Any] = {"depth": ChecksumDepth.TREE, "object_types": [RESULTS_PROTOCOL]}
    _act(exam, case_id, "audit", content=AuditContent.CHECKSUMS, **told)
    return kit, count


def _obtains(exam: RegistryExam, case_id: str, content: AuditContent) -> None:
    kit, count = _kit(exam), _kit(exam).count
    _act(exam, case_id, "audit", content=content)

    def look() -> list[HeardMessage] | None:
        heard = _sound(kit, count, "Audit")
        asked = [one for one in heard if one.message.content is content]
        return asked if len(asked) > 1 else None

    first, second, *_ = exam.driver.wait(f"two AuditRequests of {content}", look)
    if (second.message.audit_id, second.message.position) != (first.message.audit_id, 2):
        expected = f"the second page of {first.message.audit_id} at 2"
        raise Deviation(expected, f"{second.message.position}")
    if not first.message.ground or not first.message.ordered_by:
        raise Deviation("Ground and OrderedBy", "none")
