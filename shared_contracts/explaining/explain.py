"""Any signed XML, explained: what is covered, by whom, and whether to believe it (S216-A2.1.3)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from shared_contracts.explaining.authorities import describe
from shared_contracts.explaining.enclosed import Enclosed, documents_in
from shared_contracts.explaining.steps import (
    MARKS,
    Entitlement,
    Mark,
    VerificationStep,
    steps_of,
    verdict,
)
from shared_contracts.messages.document import NAMESPACE, DocumentKind
from shared_contracts.messages.kinds import signed_as
from shared_contracts.messages.roots import SYSTEM_DOCUMENTS
from shared_contracts.signing.documents import Extent, SignedDocument, verify_document
from shared_contracts.signing.report import (
    CertificateReport,
    Indication,
    SignatureRefused,
    SubIndication,
    Subject,
    VerdictEvidence,
)
from shared_contracts.signing.roles import judge_role, judge_signer
from shared_contracts.signing.subject import NOBODY, subject_of
from shared_contracts.signing.trust import CertificateChecker, Purpose
from shared_contracts.signing.verify import SignedBy

EXIT_CODES: Mapping[Mark, int] = MappingProxyType(
    {Mark.PASSED: 0, Mark.FAILED: 1, Mark.INDETERMINATE: 2}
)
"""What a command returns for each result."""

_COVERED: Mapping[Extent, str] = MappingProxyType(
    {
        Extent.WHOLE: "COVERED_WHOLE",
        Extent.BUT_COMMENTS: "COVERED_BUT_COMMENTS",
        Extent.MESSAGE: "COVERED_MESSAGE",
        Extent.PART: "COVERED_PART",
    }
)
"""The sentence that says in three languages what a signature covers."""


@dataclass(frozen=True, slots=True)
class VerificationQuestion:
    """What is asked: for which moment, by whose trust, for whom and as what.

    Without a ``checker`` nobody is trusted. ``expected`` holds the BIN or IIN of those who may be
    signed for: of a package its SEZ and the customers within. Without ``kind`` the document tells
    it, where it can: by its root and the type of its object.
    """

    at: datetime
    checker: CertificateChecker | None = None
    expected: tuple[str, ...] = ()
    kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class ExplainedSignature:
    """One signature: its verdict, whom it names, and the steps to it."""

    number: int
    indication: Indication
    sub_indication: SubIndication | None
    entitled: bool | None
    subject: Subject
    steps: tuple[VerificationStep, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What can be said of a document; ``result`` is PASSED, FAILED or INDETERMINATE.

    ``steps`` are those of the document as a whole; where the signature itself was refused, they
    say why, and there are no others. ``documents`` are those within a package, each with its
    ``path`` there; ``result`` is the worst of all.
    """

    result: Mark
    steps: tuple[VerificationStep, ...]
    signatures: tuple[ExplainedSignature, ...] = ()
    path: str = ""
    documents: tuple["Explanation", ...] = ()


def explain(data: bytes, question: VerificationQuestion) -> Explanation:
    """Explain the signatures of ``data``, the bytes of an XML document as they were received.

    Never raises for a bad signature: that is what the explanation says.
    """
    try:
        document = verify_document(data)
    except SignatureRefused as refusal:
        return _refused(refusal)
    own = _judged(document, question)
    if kind_of(document) is not DocumentKind.SYSTEM:
        return own
    documents = tuple(_within(one, question) for one in documents_in(document.octets))
    result = _worst(own.result, *(one.result for one in documents))
    return replace(own, result=result, documents=documents)


def kind_of(document: SignedDocument) -> DocumentKind | None:
    """As what a document is signed, by the element that is; None if the contract knows it not."""
    if not document.ours:
        return None
    if (kind := signed_as(document.root, document.object_type)) is not None:
        return kind
    signed = document.signatures[0].path.split("/")[1:-1]
    return DocumentKind.SYSTEM if signed[-1:] and signed[-1] in SYSTEM_DOCUMENTS else None


def untrusted(chain: Sequence[bytes], at: datetime) -> CertificateReport:
    """The report on a certificate (DER, leaf first) where nobody is trusted."""
    try:
        leaf, subject = describe(chain[0]), subject_of(chain[0])
    except (ValueError, TypeError, KeyError):
        leaf, subject = None, NOBODY
    return CertificateReport(
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        detail="",
        subject=subject,
        serial=leaf.serial if leaf else "",
        not_after=leaf.not_after if leaf else at,
        chain=(leaf.subject,) if leaf else (),
        revocation=None,
        validated_at=at,
        evidence=VerdictEvidence(tuple(chain)),
    )


def _judged(document: SignedDocument, question: VerificationQuestion) -> Explanation:
    kind = question.kind or kind_of(document)
    signatures = tuple(
        _explained(number, signature, question, kind)
        for number, signature in enumerate(document.signatures, 1)
    )
    steps = tuple(_steps(document))
    result = _worst(*(one.mark for one in steps), _result(signatures))
    return Explanation(result, steps, signatures)


def _within(enclosed: Enclosed, question: VerificationQuestion) -> Explanation:
    """A document of a package, signed as its kind is; nothing within it is opened (S95-4)."""
    step, path = enclosed.step, enclosed.path
    if enclosed.data is None:
        return Explanation(step.mark, (step,), path=path)
    try:
        document = verify_document(enclosed.data)
        kind = signed_as(document.root, enclosed.object_type) or DocumentKind.PURCHASE
        own = _judged(document, replace(question, kind=kind))
    except SignatureRefused as refusal:
        own = _refused(refusal)
    return replace(own, result=_worst(step.mark, own.result), steps=(step, *own.steps), path=path)


def _refused(refusal: SignatureRefused) -> Explanation:
    mark = MARKS[refusal.indication]
    values = {"reason": refusal.reason, "code": refusal.reason, "path": refusal.path}
    why = VerificationStep("SIGNATURE", mark, "REFUSED", values)
    if refusal.detail:
        why = VerificationStep(
            "SIGNATURE", mark, "REFUSED_WHY", {**values, "detail": refusal.detail}
        )
    return Explanation(mark, (why, verdict(refusal.indication, refusal.sub_indication, "")))


def _steps(document: SignedDocument) -> Iterator[VerificationStep]:
    form = {"root": document.root, "form": document.kind, "count": str(len(document.signatures))}
    yield VerificationStep("FORM", Mark.INFO, "FORM", form)
    size, digest = len(document.octets), hashlib.sha256(document.octets).hexdigest()
    values = {"covered": document.covered.path, "size": str(size), "sha256": digest}
    yield VerificationStep("COVERED", Mark.PASSED, _COVERED[document.covered.extent], values)
    if document.resembled:
        named = {"name": document.resembled, "namespace": NAMESPACE}
        yield VerificationStep("CONTRACT", Mark.INDETERMINATE, "NOT_OURS", named)


def _explained(
    number: int, signature: SignedBy, question: VerificationQuestion, kind: DocumentKind | None
) -> ExplainedSignature:
    checker, chain = question.checker, signature.certificates
    purpose = None if kind in {None, DocumentKind.SYSTEM} else Purpose.PERSON
    report = (
        untrusted(chain, question.at)
        if checker is None
        else checker.check(chain, question.at, purpose, signature.stamp)
    )
    right = _entitlement(report, question, kind)
    steps = steps_of(signature, report, right, anyone_trusted=checker is not None)
    entitled = None if kind is None else right.refusal is None
    judged = (report.indication, report.sub_indication)
    return ExplainedSignature(number, *judged, entitled, report.subject, tuple(steps))


def _entitlement(
    report: CertificateReport, question: VerificationQuestion, kind: DocumentKind | None
) -> Entitlement:
    """Judged for whom was asked, or else only by the role."""
    at, expected = report.moment, question.expected
    if kind is None:
        return Entitlement(None, expected, None)
    if not expected:
        return Entitlement(kind, (), judge_role(report.subject, kind, at))
    return Entitlement(kind, expected, judge_signer(report, expected, kind, at))


def _result(signatures: Sequence[ExplainedSignature]) -> Mark:
    """A signer without the right is as bad as a broken signature."""
    if any(one.entitled is False for one in signatures):
        return Mark.FAILED
    return _worst(*(MARKS[one.indication] for one in signatures))


def _worst(*marks: Mark) -> Mark:
    return next((mark for mark in (Mark.FAILED, Mark.INDETERMINATE) if mark in marks), Mark.PASSED)
