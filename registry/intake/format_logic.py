"""Step 4, first half: format-logical control of each document by itself (S216-A2.1.4)."""

from collections.abc import Callable, Iterator, Sequence

from registry.intake.steps import Genuine, NotAccepted, NotPassed, ReadPackage
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.changes import SUPPLY
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of


def read_documents(genuine: Genuine) -> ReadPackage:
    """The documents, and every breach that was found in each of them by itself."""
    documents = genuine.whole.documents
    found = tuple(breach for document in documents for breach in document.breaches)
    read = tuple(document.read() for document in documents)
    astray = _astray(read, genuine.whole.received.operation)
    return ReadPackage(genuine, read, (*genuine.warnings, *found, *astray))


def _astray(read: Sequence[Amendable | None], operation: str) -> Iterator[Breach]:
    """F-HDR-11: records that came by another operation than that of their scheme.

    Scheme 2 supplies records of every scheme anew (S216-A2.2.5).
    """
    if operation == SUPPLY:
        return
    for number, document in enumerate(read, 1):
        if document is None or operation in kind_of(document).also_by:
            continue
        expected = kind_of(document).operation(document)
        if expected != operation:
            path = f"/{type(document).__name__}"
            yield Breach("F-HDR-11", path, operation, {"expected": expected}, number)


def check_files(read: ReadPackage, size_of: Callable[[str], int | None]) -> NotPassed | None:
    """Every file that a document names must be here, in the size it states (wire.md 17).

    None if so; ``Unprocessed(FILES_MISSING)`` names those that must be sent first,
    ``NotAccepted`` the wrong sizes.
    """
    named = [
        (number, document, position, file)
        for number, document in enumerate(read.documents, 1)
        if document is not None
        for position, file in enumerate(kind_of(document).files_of(document), 1)
    ]
    sizes = {sha256: size_of(sha256) for sha256 in {file.sha256 for *_, file in named}}
    if missing := sorted(sha256 for sha256, size in sizes.items() if size is None):
        return Unprocessed(Fault.FILES_MISSING, hashes=missing)
    wrong = [
        Breach(
            "I-07",
            f"{kind_of(document).file_place(document, position)}/Size",
            str(file.size),
            {"actual": str(size)},
            number,
        )
        for number, document, position, file in named
        if (size := sizes[file.sha256]) is not None and size != file.size
    ]
    return NotAccepted(tuple(wrong)) if wrong else None
