"""Step 2: the integrity of a package: form, counts, hashes, address (S216-A2.1.2, S216-13a)."""

from collections.abc import Iterator

from registry.intake.content_report import ExaminedDocument
from registry.intake.steps import NotAccepted, NotPassed, Received, WholePackage
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import Package, Record
from shared_contracts.rules.integrity import examine_bytes, examine_statements, unreadable


def check_integrity(received: Received, environment: Environment) -> WholePackage | NotPassed:
    """Check a package against its schema and its own counts and hashes.

    ``NotAccepted`` names every breach; ``Unprocessed(FILES_MISSING)`` the files that must come
    first.
    """
    examined = received.examined
    package = examined.package
    if examined.breaches or package is None:
        return NotAccepted(examined.breaches)
    breaches = [*_address(package, environment), *examine_statements(package)]
    for document in examined.documents:
        breaches += _contents(package.records[document.number - 1], document)
    if breaches:
        return NotAccepted(tuple(breaches))
    if examined.missing:
        return Unprocessed(Fault.FILES_MISSING, hashes=examined.missing)
    return WholePackage(received, package, examined.documents)


def _address(package: Package, environment: Environment) -> Iterator[Breach]:
    if package.environment != environment:
        yield Breach("I-09", "/Package/Environment", package.environment, {"expected": environment})


def _contents(record: Record, document: ExaminedDocument) -> Iterator[Breach]:
    yield from examine_bytes(document.number, record, document.sha256, document.size)
    if document.unreadable is not None:
        yield unreadable(document.number, document.unreadable)
