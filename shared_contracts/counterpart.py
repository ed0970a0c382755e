"""Is an answer that of the system it should come from? (S216-13a, S216-13b)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from shared_contracts.faults import Unprocessed
from shared_contracts.messages import codec, schema
from shared_contracts.messages.document import Part
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.roles import DocumentKind, judge_signer
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.signing.verify import verify_system

P = TypeVar("P", bound=Part)


class NotTheCounterpart(Exception):
    """An answer does not prove itself; nothing of it is believed."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The other system as it is pinned: its BIN, and its UID where one is known."""

    checker: CertificateChecker
    bin: str
    uid: str = ""


def believe(
    data: bytes, kind: type[P], counterpart: Counterpart, at: datetime | Callable[[P], datetime]
) -> P:
    """The signed answer in ``data``; ``NotTheCounterpart`` says why it is not believed.

    Its signer is judged as of the moment ``at``, or of the moment that ``at`` finds in the answer.
    """
    try:
        element = schema.parse(data)
        signed = verify_system(element)
        if breaches := schema.validate(element, "I-XSD-1"):
            raise NotTheCounterpart(f"{breaches[0].path} is not as the contract says")
        answer = codec.read(element, kind)
        _check_signer(signed.certificates, counterpart, at(answer) if callable(at) else at)
    except (Unprocessed, SignatureRefused, ValueError) as problem:
        raise NotTheCounterpart(str(problem)) from problem
    return answer


def _check_signer(certificates: tuple[bytes, ...], pinned: Counterpart, at: datetime) -> None:
    report = pinned.checker.check(certificates, at)
    if not report.passed:
        verdict = f"{report.indication} {report.sub_indication}"
        raise NotTheCounterpart(f"{verdict}: {report.detail}")
    refusal = judge_signer(report, (pinned.bin,), DocumentKind.SYSTEM, at)
    if refusal or (pinned.uid and report.subject.system_uid != pinned.uid):
        raise NotTheCounterpart(f"signed by {report.subject.common_name}, who is not expected")
