"""Documents with more parts than a tree holds, read slice by slice (S216-18.5, decision 0031).

Such a document travels as a file. Either system examines it in a process of its own, so that its
main process never holds the parts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.limits import DOCUMENT_BYTES, FINDINGS, PROGRAMME_ITEMS
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.forms import FieldForm, form
from shared_contracts.messages.kinds import KINDS, RecordKind
from shared_contracts.messages.package import Record
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing import proof_cost
from shared_contracts.xml import codec, schema
from shared_contracts.xml.as_sent import as_sent
from shared_contracts.xml.codec import Element
from shared_contracts.xml.slices import Slices, cut

_PART: Final = re.compile(r"\w+\[(\d+)\]")

LARGE: Final = DOCUMENT_BYTES
"""A document of more bytes is large, where its kind lists its parts."""


def is_large(record: Record, path: Path | None) -> bool:
    """Whether the document of a record is large."""
    kind = KINDS.get(record.header.object_type)
    lists = kind is not None and kind.outline is not None
    return lists and path is not None and path.stat().st_size > LARGE


def numbered_field(kind: RecordKind) -> FieldForm:
    """The list of numbered parts of a kind's whole document."""
    name = "" if kind.numbered is None else kind.numbered[0]
    [field] = [one for one in form(kind.whole) if one.name == name]
    return field


def sliced(number: int, kind: RecordKind, path: Path) -> "SlicedReading | None":
    """A document of a kind, ready to be read; None where it has no parts to be cut at.

    Raises ``Unprocessed`` where it cannot be read at all.
    """
    slices = cut(path, numbered_field(kind).tag, PROGRAMME_ITEMS)
    if slices is None or codec.local_name(schema.parse(slices.skeleton)) != kind.whole.__name__:
        return None
    return SlicedReading(slices, kind, number)


@dataclass(frozen=True, slots=True)
class SlicedReading:
    """What the slices of a document say together: its breaches of the schema, and the document."""

    slices: Slices
    kind: RecordKind
    number: int

    def read(self, check: Callable[[], None]) -> tuple[Amendable | None, list[Breach]]:
        """The document, or None with what the schema says of it, as ``schema.validate`` does."""
        found: list[Breach] = []
        parts: list[Any] = []
        field, head = numbered_field(self.kind), None
        for before, element in self.slices.trees():
            found += [*self._of_schema(before, element, found)]
            if len(found) >= FINDINGS:
                break
            check()
            if not found:
                head = codec.read(element, self.kind.whole)
                parts += getattr(head, field.name)
        if found or head is None:
            return None, found[:FINDINGS]
        listed: dict[str, Any] = {field.name: tuple(parts)}
        return msgspec.structs.replace(head, **listed), []

    def _of_schema(self, before: int, element: Element, told: Sequence[Breach]) -> Iterator[Breach]:
        """What the schema says of a slice; of the head, the end and the list itself once."""
        of_all = self._within.removesuffix("/")
        for breach in schema.validate(element, "F-XSD-1", self.number):
            of_list = breach.path == of_all and breach not in told
            if not before or of_list or breach.path.startswith(self._within):
                yield moved(breach, self._within, before)

    @property
    def _within(self) -> str:
        return f"/{self.kind.whole.__name__}/{numbered_field(self.kind).tag}/"

    def examine(self, document: Amendable, at: datetime) -> list[Breach]:
        """What the rules on the document alone say at ``at``, in the words that were sent."""
        found = examine_document(document, at)
        told = [self._as_sent(breach) for breach in found[:FINDINGS]]
        return [*told, *found[FINDINGS:]]

    def _as_sent(self, breach: Breach) -> Breach:
        place = _place(breach.path, self._within)
        before, element = self.slices.at(place or 1)
        here = breach if place is None else moved(breach, self._within, -before)
        [told] = as_sent(element, [here])
        return replace(told, path=breach.path)


def moved(breach: Breach, within: str, by: int) -> Breach:
    """A breach with the place of its part moved."""
    place = _place(breach.path, within)
    if place is None or not by:
        return breach
    name, rest = breach.path.removeprefix(within).split(f"[{place}]", 1)
    return replace(breach, path=f"{within}{name}[{place + by}]{rest}")


def _place(path: str, within: str) -> int | None:
    found = _PART.match(path.removeprefix(within)) if path.startswith(within) else None
    return None if found is None else int(found.group(1))


def check_work(size: int, methods: Sequence[str]) -> None:
    """``Unprocessed`` where signatures by these methods ask for more than a large document may."""
    work = proof_cost.of_signatures(size, methods)
    if work > proof_cost.MOST_LARGE:
        count = len(methods[: proof_cost.MOST_SIGNATURES])
        detail = (
            f"proving its {count} signatures is work of {work} octets, {proof_cost.MOST_LARGE} "
            "at most: send fewer items, or fewer signatures, or signatures by RSA"
        )
        raise Unprocessed(Fault.TOO_LARGE, detail)
