"""The numbered parts of a document too large for an event: what is kept of them beside it.

The signed document has them whole; it is kept as a file under its hash. The event holds the rest
of the document and names this listing, so that neither the log, nor its feed, nor this process has
100,000 items in it at once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import Named, proven_evidence
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.property_hash import property_hash
from shared_contracts.rules.codes import WrittenCode, with_form

EVIDENCE: Final = "items"
"""The name of the listing among the evidence of an event."""


class CodedPlaces(msgspec.Struct, frozen=True):
    """A code of a classifier, and where it stands: paths, as many as a receipt has findings."""

    classifier: str
    code: str
    paths: tuple[str, ...]


class Apart(msgspec.Struct, frozen=True):
    """What is told of the parts: SHA-256 and bytes of their listing, their codes.

    The listing is a JSON array with an array for each part in its order: number, property hash,
    and what its kind lists of it.
    """

    sha256: str
    codes: tuple[CodedPlaces, ...] = ()
    listing: bytes = b""

    def written(self) -> Iterator[WrittenCode]:
        """The codes in the places of codes."""
        for one in self.codes:
            yield from (WrittenCode(path, one.classifier, one.code) for path in one.paths)

    def by_classifier(self) -> dict[str, tuple[str, ...]]:
        """The codes that have the form of their classifier, in order, by classifier."""
        found: dict[str, set[str]] = {}
        for one in with_form(self.written()):
            found.setdefault(one.classifier, set()).add(one.code)
        return {name: tuple(sorted(codes)) for name, codes in sorted(found.items())}

    def hashes(self) -> Mapping[str, str]:
        """The property hashes of the parts by their numbers, in their order."""
        return hashes_in(self.listing)


class _Numbered(msgspec.Struct, frozen=True, array_like=True, gc=False):
    number: str
    sha256: str


_HASHES: Final = msgspec.json.Decoder(tuple[_Numbered, ...])


def hashes_in(listing: bytes) -> Mapping[str, str]:
    """The property hashes of the parts in a listing by their numbers."""
    return {one.number: one.sha256 for one in _HASHES.decode(listing)}


def kept_hashes(log: EventLog, recorded: Recorded, named: Named) -> Mapping[str, str] | None:
    """The same from the listing that is kept beside an event; None if it names none."""
    listing = proven_evidence(log, [recorded], EVIDENCE, named)
    return None if listing is None else hashes_in(listing)


def part_hashes(document: Amendable) -> Mapping[str, str]:
    """The same of a document that has its parts."""
    parts = kind_of(document).parts_by_number(document)
    return {number: property_hash(part) for number, part in parts.items()}


def is_kept_apart(document: Amendable) -> bool:
    """Whether the parts of such a document can be kept beside its event."""
    kind = kind_of(document)
    return kind.outline is not None and isinstance(document, kind.whole)


def apart_of(document: Amendable) -> Apart:
    """What is kept of the numbered parts of a document."""
    listing = b"[" + b",".join(_lines(document)) + b"]"
    return Apart(hashlib.sha256(listing).hexdigest(), tuple(_coded(document)), listing)


def bare(document: Amendable) -> Amendable:
    """The document without its numbered parts; their number stays in it."""
    numbered = kind_of(document).numbered
    emptied: dict[str, Any] = {} if numbered is None else {numbered[0]: ()}
    return msgspec.structs.replace(document, **emptied)


def _lines(document: Amendable) -> Iterator[bytes]:
    kind = kind_of(document)
    if kind.numbered is None or kind.outline is None:
        raise TypeError(f"{type(document).__name__} has no parts that are listed")
    field, number = kind.numbered
    for part in getattr(document, field):
        listed = (getattr(part, number), property_hash(part), *kind.outline(part))
        yield msgspec.json.encode(listed)


def _coded(document: Amendable) -> Iterator[CodedPlaces]:
    written: Iterable[tuple[Any, str, str]] = kind_of(document).codes(document)
    found: dict[tuple[str, str], list[str]] = {}
    for path, classifier, code in written:
        paths = found.setdefault((classifier, code), [])
        if len(paths) < FINDINGS:
            paths.append(path)
    for (classifier, code), paths in found.items():
        yield CodedPlaces(classifier, code, tuple(paths))
