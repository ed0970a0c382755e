"""Messages of an attacker that either system must refuse before anything is done (S216-18.6)."""

import zlib

from shared_contracts.conformance.soap_exam import SoapExam
from shared_contracts.faults import Fault
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.xml.envelope import SoapVersion, enclose
from shared_contracts.xml.schema import MAX_DEPTH

XML = {"Content-Type": SoapVersion.V11.content_type}
_UNSUPPORTED = 415


def message(exam: SoapExam, document: bytes, operation: str | None = None) -> bytes:
    """A document in an operation of the examined service, its first one unless another is named."""
    name = operation or next(iter(exam.service.documents))
    return enclose(SoapVersion.V11, exam.service.namespace, name, document)


def dtd(exam: SoapExam) -> None:
    """A document type with an outside entity is refused before anything is fetched (XXE)."""
    entity = b'<!DOCTYPE e [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'
    body = entity + message(exam, b"<a>&x;</a>")
    exam.fault(exam.post_body("DOCTYPE with SYSTEM", body, XML), Fault.DTD_FORBIDDEN)


def entities(exam: SoapExam) -> None:
    """Entities that grow are refused without growing."""
    grows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    body = f'<!DOCTYPE e [<!ENTITY e0 "x">{grows}]>'.encode() + message(exam, b"<a>&e8;</a>")
    seen = exam.post_body("DOCTYPE with entities in entities", body, XML)
    exam.fault(seen, Fault.DTD_FORBIDDEN)
    exam.notebook.figures["seconds"] = round(seen.seconds, 3)


def depth(exam: SoapExam) -> None:
    """Elements deeper than the contract allows are refused."""
    levels = MAX_DEPTH + 1
    inside = b"<a>" * levels + b"</a>" * levels
    exam.fault(exam.post_body("too deep", message(exam, inside), XML), Fault.TOO_DEEP)


def size(exam: SoapExam) -> None:
    """A message larger than the contract allows is refused."""
    body = message(exam, b"<a>" + b" " * MESSAGE_BYTES + b"</a>")
    exam.fault(exam.post_body("too large", body, XML), Fault.TOO_LARGE)


def not_xml(exam: SoapExam) -> None:
    """What is no XML is refused by a fault with a code."""
    exam.fault(exam.post_body("no XML", b"\xff\xfe\x00 no XML", XML), Fault.NOT_XML)


def not_soap(exam: SoapExam) -> None:
    """XML that is no SOAP is refused by a fault with a code."""
    exam.fault(exam.post_body("XML, no SOAP", b"<a/>", XML), Fault.NOT_SOAP)


def unknown_operation(exam: SoapExam) -> None:
    """An operation that there is not is told so, whatever SOAPAction says."""
    body = message(exam, b'<Package xmlns="%s"/>' % NAMESPACE.encode(), "DropAll")
    headers = XML | {"SOAPAction": '"TransferRecords"'}
    exam.fault(exam.post_body("DropAll", body, headers), Fault.UNKNOWN_OPERATION)


def encoded(exam: SoapExam) -> None:
    """A body of a coding that is not in the contract is refused with HTTP 415: it could grow."""
    body = zlib.compress(message(exam, b"<a/>"))
    headers = XML | {"Content-Encoding": "deflate"}
    seen = exam.post_body("deflate", body, headers)
    exam.fault(seen, Fault.BODY_ENCODED, status=_UNSUPPORTED)


HOSTILE = {
    "DTD": dtd,
    "ENTITIES": entities,
    "DEPTH": depth,
    "SIZE": size,
    "NOT-XML": not_xml,
    "NOT-SOAP": not_soap,
    "OPERATION": unknown_operation,
    "ENCODED": encoded,
}
"""All of them, by the last part of the id of their case."""
