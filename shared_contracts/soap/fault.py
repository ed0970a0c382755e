"""SOAP faults, written and read: why a message was not processed (S216-18.5, S216-18.7)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

from shared_contracts.faults import RETRYABLE, Fault, Unprocessed
from shared_contracts.identifiers import is_sha256
from shared_contracts.messages.document import NAMESPACE, LocalizedText
from shared_contracts.messages.receipt import FaultDetail
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import Opened, SoapVersion

RETRY_AFTER: Final = 10
"""Seconds after which a retryable fault invites the same bytes again, if it names no other."""

Wording = Callable[[Unprocessed], tuple[LocalizedText, LocalizedText]]
"""Gives a refusal its text, with the technical detail, and its cure, each in three languages."""


@dataclass(frozen=True, slots=True)
class FaultRead:
    """What the fault of another system says; ``code`` is its detail's, else its SOAP code."""

    code: str
    text: str
    incident: str | None
    retry_after: int | None
    hashes: tuple[str, ...]


def write_fault(
    version: SoapVersion, refusal: Unprocessed, incident: UUID, wording: Wording
) -> tuple[int, bytes]:
    """HTTP status and SOAP fault for a message that was not processed."""
    text, cure = wording(refusal)
    detail = codec.to_bytes(codec.write(detail_of(refusal, incident, (text, cure)))).decode()
    parts = _parts_12 if version is SoapVersion.V12 else _parts_11
    inside = parts(refusal, _worded(refusal, text), detail)
    header = _UPGRADE if refusal.fault is Fault.VERSION_MISMATCH else ""
    shell = _SHELL.format(namespace=version.namespace, header=header, inside=inside)
    return _status(version, refusal), shell.encode()


def detail_of(
    refusal: Unprocessed, incident: UUID, worded: tuple[LocalizedText, LocalizedText]
) -> FaultDetail:
    """What a program reads of a refusal; ``worded`` is its text and its cure."""
    text, cure = worded
    return FaultDetail(
        code=refusal.fault.value,
        incident=incident,
        text=text,
        cure=cure,
        retry_after_seconds=retry_after(refusal),
        hashes=refusal.hashes,
    )


def _status(version: SoapVersion, refusal: Unprocessed) -> int:
    """HTTP status of a fault: SOAP 1.1 knows 500 alone, 1.2 blames senders (part 2, table 20)."""
    blamed = _soap_code(refusal, "Sender", "Receiver") == "Sender"
    return 400 if version is SoapVersion.V12 and blamed else 500


def retry_after(refusal: Unprocessed) -> int | None:
    """Seconds after which the same bytes are welcome again; nothing if they never are."""
    if refusal.fault not in RETRYABLE:
        return None
    return RETRY_AFTER if refusal.retry_after is None else refusal.retry_after


def read_seconds(text: str) -> int | None:
    """A number of seconds as another system writes it, a day at most; nothing if it is none."""
    return int(min(float(text), 86_400)) if text.isdecimal() else None


def read_fault(opened: Opened) -> FaultRead | None:
    """The fault which an opened answer carries, if it carries one."""
    if opened.wrapper.tag != f"{{{opened.version.namespace}}}Fault":
        return None
    texts = {
        str(element.tag).rpartition("}")[2]: (element.text or "").strip()
        for element in reversed(list(opened.wrapper.iter("*")))
    }
    soap_code = texts.get("faultcode") or texts.get("Value") or ""
    return FaultRead(
        code=_code(opened) or soap_code.rpartition(":")[2],
        text=texts.get("faultstring") or _reason(opened),
        incident=texts.get("Incident"),
        retry_after=read_seconds(texts.get("RetryAfterSeconds", "")),
        hashes=tuple(filter(is_sha256, _hashes(opened))),
    )


def _hashes(opened: Opened) -> Iterator[str]:
    """The files that a fault names; what is no hash was damaged on the way and names none."""
    return (item.text or "" for item in opened.wrapper.iter(f"{{{NAMESPACE}}}Hash"))


def read_detail(body: bytes) -> FaultRead | None:
    """The fault in a body that is a FaultDetail by itself, as the file endpoint answers."""
    try:
        detail = codec.read(schema.parse(body), FaultDetail)
    except (Unprocessed, ValueError):
        return None
    return FaultRead(
        code=detail.code,
        text=detail.text.en or "",
        incident=str(detail.incident),
        retry_after=detail.retry_after_seconds,
        hashes=detail.hashes,
    )


_UPGRADE = (
    f'<soap:Header><u:Upgrade xmlns:u="{SoapVersion.V12.namespace}">'
    f'<u:SupportedEnvelope qname="s12:Envelope" xmlns:s12="{SoapVersion.V12.namespace}"/>'
    f'<u:SupportedEnvelope qname="s11:Envelope" xmlns:s11="{SoapVersion.V11.namespace}"/>'
    "</u:Upgrade></soap:Header>"
)
"""Which envelopes are understood, told whoever sent another (SOAP 1.2 part 1, 5.4.7)."""
_SHELL = (
    '<soap:Envelope xmlns:soap="{namespace}">{header}<soap:Body><soap:Fault>{inside}</soap:Fault>'
    "</soap:Body></soap:Envelope>"
)
_OWN_CODES = {
    Fault.MUST_UNDERSTAND: "MustUnderstand",
    Fault.VERSION_MISMATCH: "VersionMismatch",
}
"""Faults for which SOAP has a code of its own."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def _worded(refusal: Unprocessed, text: LocalizedText) -> dict[str, str]:
    """The reason by language, with the code behind it."""
    behind = f" [{refusal.fault}]"
    texts = {"kk": text.kk, "ru": text.ru, "en": text.en}
    return {language: escape(worded + behind) for language, worded in texts.items() if worded}


def _soap_code(refusal: Unprocessed, sender: str, receiver: str) -> str:
    if refusal.fault in _OWN_CODES:
        return _OWN_CODES[refusal.fault]
    return receiver if refusal.fault in RETRYABLE else sender


def _parts_11(refusal: Unprocessed, texts: dict[str, str], detail: str) -> str:
    return (
        f"<faultcode>soap:{_soap_code(refusal, 'Client', 'Server')}</faultcode>"
        f'<faultstring xml:lang="en">{texts["en"]}</faultstring><detail>{detail}</detail>'
    )


def _parts_12(refusal: Unprocessed, texts: dict[str, str], detail: str) -> str:
    code = _soap_code(refusal, "Sender", "Receiver")
    reasons = "".join(
        f'<soap:Text xml:lang="{language}">{text}</soap:Text>' for language, text in texts.items()
    )
    return (
        f"<soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code>"
        f"<soap:Reason>{reasons}</soap:Reason><soap:Detail>{detail}</soap:Detail>"
    )


def _code(opened: Opened) -> str:
    found = next(opened.wrapper.iter(f"{{{NAMESPACE}}}Code"), None)
    return "" if found is None else (found.text or "").strip()


def _reason(opened: Opened) -> str:
    texts = list(opened.wrapper.iter(f"{{{SoapVersion.V12.namespace}}}Text"))
    english = [text for text in texts if text.get(_LANGUAGE, "").startswith("en")]
    return next((text.text or "" for text in [*english, *texts]), "")
