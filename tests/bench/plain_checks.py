"""The checks of the plain stack, in the order of the law; each raises Refused (S216-A2.1.2-4)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsourcing.application import AggregateNotFoundError
from lxml import etree

from registry.intake.content_check import FindFile
from registry.purchases.rules.examine import RULES
from registry.purchases.rules.recorded import PurchaseFacts
from registry.records.rules.facts import Facts, SendingSystem
from registry.systems.system import SystemRegistered
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages.document import DocumentKind
from shared_contracts.messages.package import Package, Record
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.tags import qualified
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.codes import Codes
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.roles import judge_signer
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.xml import schema
from tests.bench.plain_log import Announced, PlainLog
from tests.bench.plain_tools import NotGenuine, Tools, chain_in


@dataclass(frozen=True)
class Opened:
    """A record with its document's bytes and opened XML."""

    number: int
    record: Record
    data: bytes
    element: etree._Element


@dataclass(frozen=True)
class Bench:
    """What the checks need: the authority's verdicts, senders, classifiers, files, log, tools."""

    log: PlainLog
    checker: CertificateChecker
    systems: Mapping[str, SystemRegistered]
    codes: Codes
    find: FindFile
    tools: Tools


def check_integrity(package: Package, element: etree._Element) -> list[Opened]:
    """Schema, count, environment and hashes; gives the opened documents."""
    if breaches := schema.validate(element, "I-XSD-1"):
        raise Refused(*breaches)
    if package.record_count != len(package.records):
        raise Refused(Breach("I-05", "/Package/RecordCount", str(package.record_count)))
    if package.environment != "STAND":
        raise Refused(Breach("I-09", "/Package/Environment", package.environment))
    return [_opened(number, record) for number, record in enumerate(package.records, 1)]


def _opened(number: int, record: Record) -> Opened:
    data = record.document or b""
    if hashlib.sha256(data).hexdigest() != record.header.document_hash:
        raise Refused(Breach("I-04", f"/Package/Records/Record[{number}]", record=number))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return Opened(number, record, data, etree.fromstring(data, parser))
    except etree.XMLSyntaxError as broken:
        raise Refused(Breach("I-01", f"/Package/Records/Record[{number}]")) from broken


def check_system(bench: Bench, package: Package, element: etree._Element, at: datetime) -> None:
    """The package is signed by the registered system, over the whole package."""
    owner = bench.systems[package.sez_code].bin
    signed = _signed(bench, element, element, (owner,), (DocumentKind.SYSTEM, at))
    if signed.tag != element.tag or signed.get("Id") != element.get("Id"):
        raise Refused(Breach("C-02", "/Package/Signature"))


def check_persons(bench: Bench, documents: Sequence[Opened], at: datetime) -> None:
    """Every document is signed by someone who may sign for its buyers."""
    for each in documents:
        buyers = buyers_in(each.element)
        _signed(bench, each.data, each.element, buyers, (DocumentKind.PURCHASE, at))


def buyers_in(element: etree._Element) -> list[str]:
    """BIN or IIN of the customer and the organiser."""
    paths = (qualified_path(party, number) for party in _PARTIES for number in _NUMBERS)
    return [found for path in paths if (found := element.findtext(path))]


_PARTIES, _NUMBERS = ("Customer", "Organizer"), ("Bin", "Iin")


def qualified_path(*names: str) -> str:
    """A path of elements of the contract."""
    return "/".join(map(qualified, names))


def _signed(
    bench: Bench,
    data: "bytes | etree._Element",
    element: etree._Element,
    owners: Sequence[str],
    right: tuple[DocumentKind, datetime],
) -> etree._Element:
    kind, at = right
    chain = chain_in(element)
    if not chain:
        raise Refused(Breach("C-01", "Signature"))
    report = bench.checker.check(chain, at)
    if report.try_later:
        raise Unprocessed(Fault.REVOCATION_UNAVAILABLE)
    if not report.passed or judge_signer(report, owners, kind, at) is not None:
        raise Refused(Breach("C-03", "Signature", report.serial))
    try:
        return bench.tools.verify(data, element, chain[0])
    except NotGenuine as refused:
        raise Refused(Breach("C-02", "Signature", str(refused))) from refused


def examine(bench: Bench, package: Package, opened: Sequence[Opened], at: datetime) -> list[Any]:
    """Format-logical control with the Registry's own rules; gives the documents."""
    documents: list[Any] = []
    breaches: list[Breach] = []
    for each in opened:
        if each.element.tag != _PURCHASE or (found := schema.validate(each.element, "F-XSD-1")):
            raise Refused(*(found or [Breach("F-XSD-1", "/", each.element.tag)]))
        document = bench.tools.read(each.element)
        breaches += _judged(bench, package, each, document, at)
        documents.append(document)
    if has_errors(breaches):
        raise Refused(*breaches)
    return documents


_PURCHASE = qualified("Purchase")


def _judged(
    bench: Bench, package: Package, opened: Opened, document: Purchase, at: datetime
) -> Iterator[Breach]:
    header, act, system = opened.record.header, document.act, bench.systems[package.sez_code]
    said = (act.object_type, act.object_id, act.version, act.environment, act.sez_code)
    stated = (header.object_type, header.object_id, header.version)
    if said != (*stated, package.environment, package.sez_code):
        yield Breach("F-HDR-7", "/Purchase/Act")
    if _is_known(bench.log, header.object_id):
        yield Breach("F-HDR-2", "/Purchase/Act/Operation", act.operation)
    yield from examine_document(document, header.formed_at)
    facts: PurchaseFacts = Facts(
        sez_code=package.sez_code,
        environment=package.environment,
        received_at=at,
        first_received_at=at,
        sender=SendingSystem(system.access_date, system.conditions, system.sectors),
        number=opened.number,
        header=header,
        codes=bench.codes,
    )
    yield from RULES.examine(document, facts)


def _is_known(log: PlainLog, object_id: Any) -> bool:
    try:
        log.repository.get(Announced.create_id(object_id))
    except AggregateNotFoundError:
        return False
    return True


def check_files(bench: Bench, documents: Sequence[Purchase]) -> None:
    """Every file that a document names is here, in the size it states."""
    named = [file for document in documents for file in document.documents]
    found = {file.sha256: bench.find(file.sha256) for file in named}
    if missing := [sha256 for sha256, path in found.items() if path is None]:
        raise Unprocessed(Fault.FILES_MISSING, hashes=missing)
    for file in named:
        path = found[file.sha256]
        if path is not None and path.stat().st_size != file.size:
            raise Refused(Breach("I-07", "/Purchase/Documents", str(file.size)))
