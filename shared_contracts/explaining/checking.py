"""Would this file be taken? Form, hashes, counts and rules, without any running system.

A business document, a package with the documents in it, or a SOAP message that holds one.
Signatures are the business of ``contracts verify``; what only the Registry knows (its register, its
history, its classifiers) is not asked here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared_contracts.explaining.wording import sentence
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.language import Language
from shared_contracts.messages.package import Package, Record
from shared_contracts.messages.receipt import Finding, Severity
from shared_contracts.messages.tags import qualified
from shared_contracts.rules.catalogue import word
from shared_contracts.rules.examine import examine_document
from shared_contracts.rules.integrity import examine_bytes, examine_statements, unreadable
from shared_contracts.xml import codec, schema
from shared_contracts.xml.as_sent import as_sent
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion, open_envelope, payload_of
from shared_contracts.xml.facets import BASE64
from shared_contracts.xml.foreign import foreign_document

_ENVELOPES = frozenset(f"{{{version.namespace}}}Envelope" for version in SoapVersion)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file is, and all that speaks against it.

    ``root`` is the local name of the document or message; ``records`` are those of a package.
    """

    root: str
    records: int
    findings: tuple[Finding, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing stands in the way; warnings do not."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def check(data: bytes, at: datetime) -> Checked:
    """Hold the bytes of a file against the contract and the rules.

    A document alone is judged by the rules in force at ``at``, one in a package at the moment it
    was formed. Raises ``Unprocessed`` where the bytes are no XML or no message of the contract.
    """
    element = schema.parse(data)
    if element.tag in _ENVELOPES:
        element = payload_of(open_envelope(data, None))
    if element.tag == qualified("Package"):
        breaches, records = _package(element)
    else:
        breaches, records = _other(element, at), 0
    return Checked(codec.local_name(element), records, tuple(map(word, breaches)))


def _package(element: Element) -> tuple[list[Breach], int]:
    breaches = schema.validate(element, "I-XSD-1")
    if breaches:
        return breaches, 0
    try:
        package = codec.read(element, Package)
    except ValueError:  # signs that are no base64: the schema passes over them
        facet = {"facet": "type", "expected": BASE64}
        return [Breach("I-XSD-1", "/Package/Records", None, facet)], 0
    breaches += examine_statements(package)
    for number, record in enumerate(package.records, 1):
        breaches += _record(number, record)
    return breaches, len(package.records)


def _record(number: int, record: Record) -> Iterator[Breach]:
    """A record and the document in it; one that travels beside the package is not here."""
    data = record.document
    if data is None:
        return
    yield from examine_bytes(number, record, hashlib.sha256(data).hexdigest(), len(data))
    try:
        element = schema.parse(data)
    except Unprocessed as problem:
        yield unreadable(number, str(problem))
    else:
        for breach in _document(element, record.header.formed_at):
            yield breach.of(number)


def _document(element: Element, at: datetime) -> list[Breach]:
    kind = codec.DOCUMENTS.get(codec.local_name(element))
    if kind is None:
        return [foreign_document(element)]
    breaches = schema.validate(element, "F-XSD-1")
    return breaches or as_sent(element, examine_document(codec.read(element, kind), at))


def _other(element: Element, at: datetime) -> list[Breach]:
    """A document by itself, or a message that is no package (a receipt, a request)."""
    known = codec.ROOTS.keys() - codec.DOCUMENTS.keys()
    if codec.local_name(element) in known:
        return schema.validate(element, "I-XSD-1")
    return _document(element, at)


def as_text(checked: Checked, language: Language) -> Iterator[str]:
    """What was found, a finding a paragraph, and the result in the last line."""
    for finding in checked.findings:
        place = finding.path if finding.record is None else f"{finding.record}: {finding.path}"
        yield f"{finding.severity} {finding.rule_id} {place}"
        yield f"    {getattr(finding.text, language)}"
        yield f"    → {getattr(finding.cure, language)}"
    errors = sum(finding.severity is Severity.ERROR for finding in checked.findings)
    counts = {
        "root": checked.root,
        "records": checked.records,
        "errors": errors,
        "others": len(checked.findings) - errors,
    }
    yield sentence("check", "FITS" if checked.fits else "DOES_NOT_FIT", language, counts)


def as_json(checked: Checked) -> str:
    """The same for programs: ``root``, ``records``, ``fits``, ``findings`` in three languages."""
    content = {
        "root": checked.root,
        "records": checked.records,
        "fits": checked.fits,
        "findings": checked.findings,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
