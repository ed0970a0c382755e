"""Kinds of record as both sides have agreed upon them: one line for each (S216-9).

A kind is what its documents are, who signs them and for whom, what they name, and the rules that
a document keeps by itself. It is declared in a module of ``shared_contracts.kinds``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Protocol
from uuid import UUID

from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable, Document, DocumentKind, Part
from shared_contracts.messages.forms import form
from shared_contracts.named import Named

TRANSFER = "TransferRecords"
"""The operation of scheme 1, by which records travel unless another scheme is theirs."""


class DocumentRules(Protocol):
    """The rules that a document of a kind keeps by itself."""

    def examine(self, document: Amendable, at: datetime) -> list[Breach]:
        """Every breach by ``document``, formed at ``at``, of a rule in force then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of record in the contract.

    ``roots`` are the documents that can be a version of an object, the first of which states the
    whole of it; ``first`` those that can be its first version. For whom the whole document is
    signed stands in the fields ``signed_for``, as what in ``signed_as``; what is signed as SYSTEM
    names nobody: the system that sends it has formed it. ``signed_by_each`` says that each of those
    persons signs once, named by IIN. ``refers_to`` tells in which fields it
    names other objects, and their types; ``codes`` gives the codes of
    classifiers in a document. ``files`` is the field in which a root that has it lists
    its files; ``parties`` are the fields of the whole document with the BIN or IIN of those who
    should be among the Registry's participants, ``engages`` those with the BIN or IIN of whom the
    object needs there until it has ended; ``operation`` is that by which a document travels,
    ``also_by`` others by which it may come, where rules of the kind say which; ``asked_by`` is that
    by which the Registry is asked whether it needs the document before it is sent, if it is.
    ``numbered`` is the field with parts that bear numbers of their own, and which field of a part
    has its number; of a kind whose documents may be larger than ``DOCUMENT_BYTES`` and have more
    parts than a tree holds ``outline`` tells what is listed of such a part. ``same`` are the
    fields that tell one object in force from another beside its id; ``fulfils`` lists the items of
    programmes that the object fulfils. Fields are named as in the object model, joined by dots: of
    a list each item is meant.
    """

    object_type: str
    roots: tuple[type[Amendable], ...]
    first: tuple[type[Amendable], ...]
    signed_as: DocumentKind
    signed_for: tuple[str, ...] = ()
    rules: DocumentRules
    signed_by_each: bool = False
    refers_to: tuple[tuple[str, str], ...] = ()
    in_turn_with: tuple[str, ...] = ()
    files: str | None = None
    parties: tuple[str, ...] = ()
    engages: tuple[str, ...] = ()
    operation: Callable[[Amendable], str] = lambda _document: TRANSFER
    also_by: frozenset[str] = frozenset()
    asked_by: Callable[[Amendable], str | None] = lambda _document: None
    numbered: tuple[str, str] | None = None
    outline: Callable[[Any], tuple[str, ...]] | None = None
    same: tuple[str, ...] = ()
    fulfils: str | None = None
    codes: Callable[[Amendable], Iterable[tuple[Any, str, str]]] = lambda _document: ()

    @property
    def whole(self) -> type[Amendable]:
        """The document that states the whole object."""
        return self.roots[0]

    @property
    def by_system(self) -> bool:
        """Whether the platform forms the documents, and the system that sends them signs them."""
        return self.signed_as is DocumentKind.SYSTEM

    def persons(self, document: Amendable) -> tuple[str, ...]:
        """BIN or IIN of those for whom a document says that it is signed; none if it is not whole.

        The first is whose object it is.
        """
        if not isinstance(document, self.whole):
            return ()
        stated = (number for path in self.signed_for for number in values_at(document, path))
        return tuple(filter(None, stated))

    def references(self, document: Amendable) -> list[tuple[str, UUID]]:
        """The objects that a document names, by type and id; none if it is not whole."""
        if not isinstance(document, self.whole):
            return []
        return [
            (object_type, object_id)
            for path, object_type in self.refers_to
            for object_id in values_at(document, path)
        ]

    def engaged(self, document: Amendable) -> frozenset[str]:
        """BIN or IIN of those whom a whole document needs among the participants."""
        if not isinstance(document, self.whole):
            return frozenset()
        return frozenset(number for path in self.engages for number in values_at(document, path))

    def parts_by_number(self, document: Amendable) -> dict[str, Part]:
        """The numbered parts of a whole document by their numbers; none of another."""
        if self.numbered is None or not isinstance(document, self.whole):
            return {}
        field, number = self.numbered
        return {getattr(part, number): part for part in getattr(document, field)}

    def sameness(self, document: Amendable) -> tuple[str, ...]:
        """What a whole document says that its object is, beside its id; empty if it may be any."""
        if not isinstance(document, self.whole):
            return ()
        return tuple(str(value) for path in self.same for value in values_at(document, path))

    def files_of(self, document: Amendable) -> tuple[Document, ...]:
        """The files that a document names."""
        files: tuple[Document, ...] = getattr(document, self.files or "", ())
        return files

    def file_place(self, document: Amendable, position: int) -> str:
        """The path of a file among those that a document names, counted from 1."""
        return f"/{type(document).__name__}" + _joined(type(document), self.files or "", position)

    def signed_for_place(self) -> str:
        """The path of the first number for which the whole document is signed by persons."""
        return f"/{self.whole.__name__}/" + "/".join(place(self.whole, self.signed_for[0]))


KINDS: Named[RecordKind] = Named(
    lambda kind: kind.object_type,
    (
        "shared_contracts.kinds.purchase",
        "shared_contracts.kinds.supplier",
        "shared_contracts.kinds.single_source_protocol",
        "shared_contracts.kinds.programme",
        "shared_contracts.kinds.bid_list",
        "shared_contracts.kinds.download_list",
        "shared_contracts.kinds.review_protocol",
        "shared_contracts.kinds.results_protocol",
    ),
)
"""All kinds by the type of their objects."""


def kind_of(document: Amendable) -> RecordKind:
    """The kind of a document: that which its act names, or else one to which its root belongs."""
    return _kind_of(document.act.object_type, type(document))


@lru_cache(maxsize=256)
def _kind_of(object_type: str, root: type[Amendable]) -> RecordKind:
    named = KINDS.get(object_type)
    if named is not None and root in named.roots:
        return named
    return next(kind for kind in KINDS.values() if root in kind.roots)


def signed_as(root: str, object_type: str | None = None) -> DocumentKind | None:
    """As what a document is signed, by the name of its root and the type of its object, if known.

    None where no kind has either; a root that belongs to several kinds is told by the type.
    """
    named = KINDS.get(object_type or "")
    bearing = [
        one for one in KINDS.values() if root in {document.__name__ for document in one.roots}
    ]
    kind = next((one for one in bearing if one is named), bearing[0] if bearing else named)
    return None if kind is None else kind.signed_as


def values_at(part: Part, path: str) -> list[Any]:
    """The values in a field of ``part``, reached by its dotted path; absent ones are left out."""
    found: list[Any] = [part]
    for name in _names(path):
        above, found = found, []
        for one in above:
            value = getattr(one, name)
            if isinstance(value, tuple):
                found += [item for item in value if item is not None]
            elif value is not None:
                found.append(value)
    return found


@cache
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


@cache
def place(part: type[Part], path: str) -> tuple[str, ...]:
    """The elements on the way to a field of ``part``: ``customer.bin`` is Customer, Bin."""
    name, _, rest = path.partition(".")
    [field] = [one for one in form(part) if one.name == name]
    here = (field.tag, field.item) if field.item else (field.tag,)
    return (*here, *place(field.kind, rest)) if rest else here


def _joined(part: type[Part], path: str, position: int) -> str:
    return "/" + "/".join(place(part, path)) + f"[{position}]"
