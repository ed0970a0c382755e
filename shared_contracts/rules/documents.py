"""Rules for the files of the documentation: what each must state, which must be there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared_contracts import identifiers
from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.document import Document
from shared_contracts.messages.purchase import Purchase, TenderDocumentation
from shared_contracts.messages.versions import FIRST, of_conditions
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.rules.generic import CODES, LATER_CATEGORIES
from shared_contracts.rules.rule import NOTHING, Found, RuleBook, blank, placed
from shared_contracts.rules.walk import each
from shared_contracts.visible import visible

BOOK = RuleBook()

TYPES: tuple[str, ...] = tuple(CATALOGUE["F-DOC-3"].values[-1].named["allowed"])
"""Types of files which are expected; others are pointed out."""


@each("F-DOC-2", "Document.sha256")
def _hash_is_written_right(digest: str) -> Mapping[str, str] | None:
    return None if identifiers.is_sha256(digest) else {"expected": "[0-9a-f]{64}"}


@each("F-DOC-2", "Document.size", "Document.version")
def _count_is_positive(count: int) -> Mapping[str, str] | None:
    return None if count > 0 else {"expected": "> 0"}


@each("F-DOC-9", "Document.size")
def _file_can_be_taken(size: int) -> Mapping[str, str] | None:
    return None if size <= FILE_BYTES else {"limit": str(FILE_BYTES)}


@each("F-DOC-10", "Document.file_name")
def _name_is_plain(name: str) -> Mapping[str, str] | None:
    """An auditor saves the file under this name: it is no path and shows what it is."""
    plain = not blank(name) and name.strip(".") and visible(name) == name
    return None if plain and not set(name) & {"/", "\\"} else {}


@each("F-DOC-3", "Document.mime_type")
def _type_is_expected(mime_type: str) -> Mapping[str, str] | None:
    return None if mime_type in TYPES else {"allowed": ", ".join(TYPES)}


@BOOK.rule("F-DOC-1")
def tender_has_its_documentation(purchase: Purchase, values: Mapping[str, Any]) -> Iterator[Found]:
    """A tender is announced with its documentation (S216-A3.1b)."""
    return missing("/Purchase/Documents", purchase.documents, purchase.method, values)


@BOOK.rule("F-CODE-1")
def categories_are_of_their_contract(document: Purchase | TenderDocumentation) -> Iterator[Found]:
    """A document takes the codes of the contract under which it was announced (S216-11c)."""
    if of_conditions(document.act.conditions_version) != FIRST:
        return
    for place, file in files(document):
        if file.category in LATER_CATEGORIES:
            known = [one for one in CODES["Document.category"] if one not in LATER_CATEGORIES]
            yield Found(f"{place}/Category", file.category, {"allowed": ", ".join(known)})


@BOOK.rule("F-DOC-6")
def files_are_distinct(document: Purchase | TenderDocumentation) -> Iterator[Found]:
    """No two files share an identifier."""
    seen = set()
    for place, file in files(document):
        if file.document_id in seen:
            yield Found(f"{place}/DocumentId", str(file.document_id))
        seen.add(file.document_id)


@BOOK.rule("F-DOC-7")
def files_belong_to_lots_there_are(purchase: Purchase) -> Iterator[Found]:
    """A file names only lots of its purchase."""
    return foreign_lots(purchase, {lot.lot_number for lot in purchase.lots})


@BOOK.rule("F-PUR-9")
def lots_have_their_papers(purchase: Purchase, values: Mapping[str, Any]) -> Iterator[Found]:
    """Every lot of a tender has its technical specification and draft contract (S216-9.1)."""
    if purchase.method not in values["methods"]:
        return
    for path, lot in placed("/Purchase/Lots/Lot", purchase.lots):
        for category in lacking(lot.lot_number, purchase.documents, values):
            named = {"lot": str(lot.lot_number), "category": category}
            yield Found(path, None, named)


def files(document: Purchase | TenderDocumentation) -> Iterator[tuple[str, Document]]:
    """Every file of the document with its path."""
    return placed(f"/{type(document).__name__}/Documents/Document", document.documents)


def version_of(file: Document) -> str:
    """``documentId/version``: under it a file never changes."""
    return f"{file.document_id}/{file.version}"


def missing(
    path: str, given: Iterable[Document], method: str, values: Mapping[str, Any]
) -> Iterator[Found]:
    """The categories which a purchase by ``method`` must have, and has no file of (F-DOC-1)."""
    there = {file.category for file in given}
    for category in values["required"].get(method, ()):
        if category not in there:
            yield Found(path, None, {"category": category, "method": method})


def lacking(lot: int, given: Iterable[Document], values: Mapping[str, Any]) -> list[str]:
    """The categories of which a lot has no file; one that names no lot is of all (F-PUR-9)."""
    there = {file.category for file in given if not file.lot_numbers or lot in file.lot_numbers}
    return [category for category in values["required"] if category not in there]


def foreign_lots(document: Purchase | TenderDocumentation, lots: set[int]) -> Iterator[Found]:
    """Every lot named by a file that is not among ``lots`` (F-DOC-7)."""
    for place, file in files(document):
        for index, number in enumerate(file.lot_numbers, 1):
            if number not in lots:
                yield Found(f"{place}/LotNumbers/LotNumber[{index}]", str(number), NOTHING)
