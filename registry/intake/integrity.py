"""Step 2: is what came whole? Form, counts, hashes, address (S216-A2.1.2, S216-13a)."""

from collections.abc import Iterator

from registry.intake.examined import ExaminedDocument
from registry.intake.steps import Received, Whole
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import CONTRACT_VERSION, Package, Record

SERVED = frozenset({CONTRACT_VERSION})
"""Versions of the contract that are served (S216-11)."""


def check_integrity(received: Received, environment: Environment) -> Whole:
    """Hold the package against its schema and its own counts and hashes.

    ``Refused`` names every breach; ``Unprocessed(FILES_MISSING)`` the files that must come first.
    """
    examined = received.examined
    package = examined.package
    if examined.breaches or package is None:
        raise Refused(*examined.breaches)
    breaches = [*_address(package, environment), *_counts(package)]
    for document in examined.documents:
        breaches += _contents(package.records[document.number - 1], document)
    if breaches:
        raise Refused(*breaches)
    if examined.missing:
        raise Unprocessed(Fault.FILES_MISSING, hashes=examined.missing)
    return Whole(received, package, examined.documents)


def _address(package: Package, environment: Environment) -> Iterator[Breach]:
    if package.environment != environment:
        yield Breach("I-09", "/Package/Environment", package.environment, {"expected": environment})
    if package.contract_version not in SERVED:
        path, allowed = "/Package/ContractVersion", {"allowed": ", ".join(sorted(SERVED))}
        yield Breach("I-03", path, package.contract_version, allowed)


def _counts(package: Package) -> Iterator[Breach]:
    declared, actual = str(package.record_count), str(len(package.records))
    if declared != actual:
        yield Breach("I-05", "/Package/RecordCount", declared, {"actual": actual})


def _contents(record: Record, document: ExaminedDocument) -> Iterator[Breach]:
    number, root = document.number, f"/Package/Records/Record[{document.number}]"
    declared = record.header.document_hash
    if declared != document.sha256:
        path, named = f"{root}/Header/DocumentHash", {"actual": document.sha256}
        yield Breach("I-04", path, declared, named, number)
    if record.file_ref and record.file_ref.size != document.size:
        path, named = f"{root}/Document/FileRef/Size", {"actual": str(document.size)}
        yield Breach("I-07", path, str(record.file_ref.size), named, number)
    if document.unreadable is not None:
        reason = {"reason": document.unreadable}
        yield Breach("I-01", f"{root}/Document", None, reason, number)
