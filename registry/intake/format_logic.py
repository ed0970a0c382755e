"""Step 4, first half: what can be said of the documents alone (S216-A2.1.4)."""

from collections.abc import Callable

from registry.intake.steps import Genuine, Judgeable
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages.purchase import Purchase, TenderDocumentation


def read_documents(genuine: Genuine) -> Judgeable:
    """The documents, and every breach that was found in each of them by itself."""
    documents = genuine.whole.documents
    found = tuple(breach for document in documents for breach in document.breaches)
    read = tuple(document.read() for document in documents)
    return Judgeable(genuine, read, (*genuine.warnings, *found))


def check_files(judgeable: Judgeable, size_of: Callable[[str], int | None]) -> None:
    """Every file that a document names must be here, in the size it states (wire.md 17).

    ``Unprocessed(FILES_MISSING)`` names those that must be sent first; ``Refused`` the wrong sizes.
    """
    named = [
        (number, position, file)
        for number, document in enumerate(judgeable.documents, 1)
        if isinstance(document, Purchase | TenderDocumentation)
        for position, file in enumerate(document.documents, 1)
    ]
    sizes = {sha256: size_of(sha256) for sha256 in {file.sha256 for _, _, file in named}}
    if missing := sorted(sha256 for sha256, size in sizes.items() if size is None):
        raise Unprocessed(Fault.FILES_MISSING, hashes=missing)
    wrong = [
        _wrong_size(judgeable, number, position, file.size, size)
        for number, position, file in named
        if (size := sizes[file.sha256]) is not None and size != file.size
    ]
    if wrong:
        raise Refused(*wrong)


def _wrong_size(
    judgeable: Judgeable, number: int, position: int, declared: int, actual: int
) -> Breach:
    root = type(judgeable.documents[number - 1]).__name__
    path = f"/{root}/Documents/Document[{position}]/Size"
    return Breach("I-07", path, str(declared), {"actual": str(actual)}, number)
