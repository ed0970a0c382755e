"""For each case a Registry that fails it, and no other: what is changed in its answers."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared_contracts.conformance.log_cases import FAR
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT
from shared_contracts.messages.asynchronous import Ticket
from shared_contracts.messages.attestation import ReceiptAttested
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.changes import ChangesAnswer, ChangesResult
from shared_contracts.messages.classifiers import ClassifierPage
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.messages.download_list import DownloadList
from shared_contracts.messages.file_transfer import FileTaken
from shared_contracts.messages.log_proof import CheckpointAnswer, ProofAnswer
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.programme_change import ChangeOutcome, ProgrammeChangeAnswer
from shared_contracts.messages.protocol import (
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
)
from shared_contracts.messages.purchase import Purchase, PurchaseExtension
from shared_contracts.messages.receipt import Receipt, Result, Stage
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import (
    Candidate,
    SupplierCheckResult,
    SupplierQueryResult,
)
from shared_contracts.messages.time import Capabilities, TimeAnswer
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.conformance.broken import Breakage, Exchanged, answers, coded, put

NAMESPACE = "urn:kz:tru-registry:registry:1"


def misnames(rule: str, record: int | None = None) -> Breakage:
    """A refusal by this rule, of the package or of a record, names another."""

    def change(told: Receipt, _at: Exchanged) -> Receipt | None:
        if not any((one.rule_id, one.record) == (rule, record) for one in told.findings):
            return None
        renamed = (
            put(one, rule_id="F-PUR-1") if one.rule_id == rule else one for one in told.findings
        )
        return put(told, findings=tuple(renamed))

    return answers(Receipt, change)


def takes(mark: bytes) -> Breakage:
    """What has ``mark`` in it is recorded, so the receipt says."""

    def change(told: Receipt, at: Exchanged) -> Receipt | None:
        if mark not in at.body or told.result is Result.ACCEPTED:
            return None
        return put(told, result=Result.ACCEPTED, stage=Stage.RECORDED, findings=())

    return answers(Receipt, change)


def refuses(
    kind: type[Amendable], which: Callable[[Amendable], bool] = lambda _: True, by: str = ""
) -> Breakage:
    """A package with such a document alone is refused, so the receipt says."""

    def change(told: Receipt, at: Exchanged) -> Receipt | None:
        documents = at.documents
        ours = len(documents) == 1 and isinstance(documents[0], kind) and which(documents[0])
        if not ours or told.result is Result.REFUSED or by not in ("", at.operation):
            return None
        return put(told, result=Result.REFUSED, stage=Stage.FORMAT_LOGIC, records=())

    return answers(Receipt, change)


def receipt_of(operation: str, change: Callable[[Receipt], Receipt | None]) -> Breakage:
    """Receipts of accepted packages by one operation are changed."""

    def changed(told: Receipt, at: Exchanged) -> Receipt | None:
        in_soap_12 = SoapVersion.V12.namespace.encode() in at.body
        if at.operation != operation or told.result is Result.REFUSED or in_soap_12:
            return None
        return change(told)

    return answers(Receipt, changed)


def without_identifier(told: Receipt) -> Receipt:
    """No record bears the Registry's identifier."""
    return put(told, records=tuple(put(one, registry_id=None) for one in told.records))


@dataclass
class Repeats:
    """Says something else when the same bytes come again, to what had that result."""

    result: Result
    known: dict[bytes, bytes] = field(default_factory=dict)

    def __call__(self, at: Exchanged) -> None:
        told = at.answered
        if not isinstance(told, Receipt) or told.result is not self.result:
            return
        if at.body in self.known:
            at.answer_with(put(told, more_findings=told.more_findings + 1))
        self.known[at.body] = at.reply


@dataclass
class SecondCheckpoint:
    """The second checkpoint that is asked for is that of another log."""

    asked: int = 0

    def __call__(self, at: Exchanged) -> None:
        told = at.answered
        if isinstance(told, CheckpointAnswer):
            self.asked += 1
            if self.asked == 2:
                at.answer_with(put(told, checkpoint=told.checkpoint.replace("/STAND", "/OTHER")))


@dataclass
class YoungLog:
    """No fault: until a checkpoint was asked for twice, the newest is that of the empty log."""

    asked: int = 0

    def __call__(self, at: Exchanged) -> None:
        told = at.answered
        if isinstance(told, CheckpointAnswer):
            self.asked += 1
            if self.asked <= 2:
                origin, _size, _root, *rest = told.checkpoint.split("\n")
                empty = [origin, "0", base64.b64encode(EMPTY_ROOT).decode(), *rest]
                at.answer_with(put(told, checkpoint="\n".join(empty)))


def unsigned(at: Exchanged) -> None:
    """A receipt in SOAP 1.1 is laid out anew on its way, and its signature holds no more."""
    if isinstance(at.answered, Receipt) and SoapVersion.V11.namespace.encode() in at.reply:
        at.reply = at.reply.replace(b"<ReceiptId>", b"\n<ReceiptId>")


def in_soap_11(at: Exchanged) -> None:
    """What was asked in SOAP 1.2 is answered in SOAP 1.1."""
    told = at.answered
    if told is not None and SoapVersion.V12.namespace.encode() in at.reply:
        inside = at.reply[at.reply.index(b"<Receipt") : at.reply.index(b"</w:")]
        at.reply = enclose(SoapVersion.V11, NAMESPACE, f"{at.operation}Response", inside)


def put_status(at: Exchanged) -> None:
    """A file is answered with 202."""
    if at.method == "PUT" and at.status == 201:
        at.status = 202


def not_415(at: Exchanged) -> None:
    """A coding that is not taken is no matter of HTTP."""
    if at.status == 415:
        at.status = 500


def in_wsdl(at: Exchanged) -> None:
    """The WSDL lacks an operation."""
    if at.method == "GET":
        at.reply = at.reply.replace(b'name="TransferFile"', b'name="Other"')


def later_never(at: Exchanged) -> None:
    """FILES_MISSING does not say when to come again."""
    if b">FILES_MISSING<" in at.reply:
        start = at.reply.index(b"<RetryAfterSeconds>")
        end = at.reply.index(b"</RetryAfterSeconds>") + len(b"</RetryAfterSeconds>")
        at.reply = at.reply[:start] + at.reply[end:]


def slow(at: Exchanged) -> None:
    """Every answer takes its time."""
    if at.method == "POST":
        time.sleep(0.3)


def _first(kind: str) -> Callable[[Amendable], bool]:
    return lambda one: isinstance(one, Purchase) and one.method == kind and one.act.version == 1


def _in_kk(told: Receipt, _at: Exchanged) -> Receipt | None:
    if not any(one.path.endswith("/LotCount") for one in told.findings):
        return None
    cut = (put(one, text=put(one.text, kk=None)) for one in told.findings)
    return put(told, findings=tuple(cut))


def _also_first(told: Receipt, _at: Exchanged) -> Receipt | None:
    if not any((one.rule_id, one.record) == ("I-04", 2) for one in told.findings):
        return None
    return put(told, findings=(*told.findings, put(told.findings[0], record=1)))


def _second_as_first(told: Receipt, at: Exchanged) -> Receipt | None:
    documents = at.documents
    if len(documents) != 1 or documents[0].act.version != 2:
        return None
    return put(told, records=tuple(put(one, version=1) for one in told.records))


def _reversed(told: Receipt) -> Receipt | None:
    return put(told, records=told.records[::-1]) if len(told.records) == 2 else None


def _never_late(told: Receipt) -> Receipt:
    return put(told, records=tuple(put(one, late=False) for one in told.records))


def _unproven(by: str) -> Breakage:
    def change(told: ProofAnswer, at: Exchanged) -> ProofAnswer | None:
        return put(told, proof=None) if by.encode() in at.body else None

    return answers(ProofAnswer, change)


def _items(told: Receipt) -> Receipt:
    return put(told, records=tuple(put(one, changed_items=()) for one in told.records))


def _other_bin(told: SupplierQueryResult, _at: Exchanged) -> SupplierQueryResult | None:
    listed: tuple[Candidate, ...] = told.candidates
    if not listed:
        return None
    return put(told, candidates=tuple(put(one, bin="180640000016") for one in listed))


def _nothing_missing(told: SupplierQueryResult, _at: Exchanged) -> SupplierQueryResult | None:
    return put(told, missing_fields=()) if told.missing_fields else None


def _wants(told: ChangesAnswer, _at: Exchanged) -> ChangesAnswer | None:
    if told.result is ChangesResult.SUPPLEMENT_REQUIRED:
        return None
    return put(told, result=ChangesResult.SUPPLEMENT_REQUIRED)


def _requires(told: ProgrammeChangeAnswer, _at: Exchanged) -> ProgrammeChangeAnswer | None:
    if told.result is not ChangeOutcome.NOT_REQUIRED:
        return None
    return put(told, result=ChangeOutcome.SUPPLEMENT_REQUIRED)


def _fewer(told: Capabilities, _at: Exchanged) -> Capabilities:
    return put(told, operations=told.operations[1:])


def _years(years: int) -> Callable[[Amendable], bool]:
    return lambda one: isinstance(one, Programme) and one.year_to - one.year_from == years - 1


OTHER_HASH = "ab" * 32


def _other_signer(told: CheckpointAnswer, _at: Exchanged) -> CheckpointAnswer:
    """The note's signature is that of another text."""
    note, dash, value = told.checkpoint.rpartition(" ")
    flipped = value[:-4] + ("AA==" if not value.endswith("AA==\n") else "BB==") + "\n"
    del dash
    return put(told, checkpoint=f"{note} {flipped}")


def _one_more(told: ProofAnswer, at: Exchanged) -> ProofAnswer | None:
    """A proof by position is told with a checkpoint on which it does not rest."""
    if b"<Position" not in at.body or told.proof is None:
        return None
    origin, size, *rest = told.checkpoint.split("\n")
    return put(told, checkpoint="\n".join([origin, str(int(size) + 1), *rest]))


def _proves_all(told: ProofAnswer, at: Exchanged) -> ProofAnswer | None:
    if str(FAR).encode() not in at.body:
        return None
    return put(told, proof=f"old {FAR}\n\n{told.checkpoint}")


BROKEN_LOGS: dict[str, Callable[[], Breakage]] = {
    "CHECKPOINT-SIGNED": lambda: answers(CheckpointAnswer, _other_signer),
    "PROOFS-AGREE": lambda: answers(ProofAnswer, _one_more),
    "PROOF-BEYOND": lambda: answers(ProofAnswer, _proves_all),
}
"""What is changed in the answers about a log of either system, by the end of the case's id."""

BROKEN: dict[str, Callable[[], Breakage]] = {
    "R-TIME": lambda: answers(
        TimeAnswer, lambda told, _: put(told, client_sent_at=told.server_sent_at)
    ),
    "R-CAPABILITIES": lambda: answers(Capabilities, _fewer),
    "R-DESCRIPTION": lambda: in_wsdl,
    "R-SIGNED": lambda: unsigned,
    "R-SAME-ANSWER": lambda: Repeats(Result.ACCEPTED),
    "R-SOAP12": lambda: in_soap_11,
    "R-RECEIPT": lambda: receipt_of("TransferRecords", without_identifier),
    "R-OBJECT-1": lambda: refuses(Purchase, _first("OT")),
    "R-OBJECT-2": lambda: refuses(ReviewProtocol),
    "R-OBJECT-3": lambda: refuses(SingleSourceProtocol),
    "R-OBJECT-4": lambda: refuses(ResultsProtocol),
    "R-OBJECT-8-ANNUAL": lambda: refuses(Programme, _years(1), "LoadProgramme"),
    "R-OBJECT-8-MEDIUM": lambda: refuses(Programme, _years(5)),
    "R-BID-LIST": lambda: refuses(BidList),
    "R-DOWNLOAD-LIST": lambda: refuses(DownloadList),
    "R-SUPPLIER": lambda: refuses(SupplierCard, by="TransferRecords"),
    "R-CHANGE": lambda: answers(Receipt, _second_as_first),
    "R-EXTENSION": lambda: refuses(PurchaseExtension),
    "R-DELETION": lambda: refuses(Deletion),
    "R-FILES-ASKED": lambda: later_never,
    "R-FILES-TAKEN": lambda: put_status,
    "R-FILES-BY-SOAP": lambda: answers(FileTaken, lambda told, _: put(told, new=False)),
    "R-FILES-UNASKED": lambda: coded("FILE_NOT_ASKED"),
    "R-FILES-OTHER": lambda: coded("FILE_HASH_WRONG"),
    "R-HASH": lambda: misnames("I-04", 1),
    "R-COUNT": lambda: misnames("I-05"),
    "R-SCHEMA": lambda: takes(b"Unheard"),
    "R-ENVIRONMENT": lambda: misnames("I-09"),
    "R-BROKEN-DOCUMENT": lambda: misnames("I-01", 2),
    "R-WHOLE": lambda: answers(Receipt, _also_first),
    "R-FINDINGS": lambda: answers(Receipt, _in_kk),
    "R-CERT-REVOKED": lambda: misnames("C-05", 1),
    "R-CERT-EXPIRED": lambda: misnames("C-04", 1),
    "R-CERT-STRANGER": lambda: misnames("C-03", 1),
    "R-CERT-ROLE": lambda: misnames("C-06", 1),
    "R-CERT-BIN": lambda: misnames("C-07", 1),
    "R-UNSIGNED-DOCUMENT": lambda: misnames("C-01", 1),
    "R-ALTERED-DOCUMENT": lambda: misnames("C-02", 1),
    "R-UNSIGNED-PACKAGE": lambda: misnames("C-01"),
    "R-SYSTEM-UNKNOWN": lambda: misnames("C-06"),
    "R-PREDECESSOR": lambda: coded("PREDECESSOR_MISSING"),
    "R-TOGETHER": lambda: receipt_of("TransferRecords", _reversed),
    "R-CHAIN": lambda: misnames("F-HDR-1", 1),
    "R-ID-TAKEN": lambda: misnames("I-06"),
    "R-NUMBER-TAKEN": lambda: misnames("I-08"),
    "R-VOID": lambda: receipt_of(
        "VoidSequence", lambda told: put(told, result=Result.REFUSED, stage=Stage.INTEGRITY)
    ),
    "R-LATE": lambda: receipt_of("TransferRecords", _never_late),
    "R-CLASSIFIER": lambda: answers(ClassifierPage, lambda told, _: put(told, page=2)),
    "R-CLASSIFIER-UNKNOWN": lambda: coded("CLASSIFIER_UNKNOWN"),
    "R-SUPPLIER-CHECK": lambda: answers(
        SupplierCheckResult, lambda told, _: put(told, exists=not told.exists)
    ),
    "R-SUPPLIER-SUPPLEMENT": lambda: answers(SupplierQueryResult, _nothing_missing),
    "R-SUPPLIER-LIST": lambda: answers(SupplierQueryResult, _other_bin),
    "R-SUPPLIER-CHOICE": lambda: refuses(SupplierCard, by="SelectSupplier"),
    "R-CHANGES-NOT-REQUIRED": lambda: answers(ChangesAnswer, _wants),
    "R-CHANGES-SUPPLY": lambda: receipt_of("SupplyData", without_identifier),
    "R-PROGRAMME-CHANGE": lambda: receipt_of("SupplyProgrammeData", _items),
    "R-PROGRAMME-SAME": lambda: answers(ProgrammeChangeAnswer, _requires),
    "R-TICKET": lambda: answers(Ticket, lambda told, _: put(told, package_hash=OTHER_HASH)),
    "R-TICKET-UNKNOWN": lambda: coded("TICKET_UNKNOWN"),
    "R-CHECKPOINT": SecondCheckpoint,
    "R-EXTENSION-PROOF": lambda: _unproven("OldSize"),
    "R-INCLUSION-PROOF": lambda: _unproven("AboutMessage"),
    "R-ATTEST": lambda: answers(
        ReceiptAttested, lambda told, _: put(told, receipt_sha256=OTHER_HASH)
    ),
    **{f"R-{name}": broken for name, broken in BROKEN_LOGS.items()},
    "S-DTD": lambda: coded("DTD_FORBIDDEN", b"SYSTEM", "NOT_XML"),
    "S-ENTITIES": lambda: coded("DTD_FORBIDDEN", b"<!ENTITY e0", "NOT_XML"),
    "S-DEPTH": lambda: coded("TOO_DEEP"),
    "S-SIZE": lambda: coded("TOO_LARGE"),
    "S-NOT-XML": lambda: coded("NOT_XML"),
    "S-NOT-SOAP": lambda: coded("NOT_SOAP"),
    "S-OPERATION": lambda: coded("UNKNOWN_OPERATION"),
    "S-UNDERSTAND": lambda: coded("MUST_UNDERSTAND"),
    "S-ENCODED": lambda: not_415,
    "S-WRAPPING": lambda: takes(b'Id="forged-'),
    "S-TWO-IDS": lambda: takes(b"<MessageId Id="),
    "S-ALTERED": lambda: takes(b"<RecordCount>01<"),
    "S-COMMENT": lambda: takes(b"<!-- x -->"),
    "S-WEAK": lambda: takes(b"xmldsig#sha1"),
    "S-REPLAY": lambda: Repeats(Result.REFUSED),
    "L-RATE": lambda: slow,
}
"""What is changed, by the case that must notice it."""
