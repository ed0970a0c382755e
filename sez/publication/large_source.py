"""A large document as it is given: JSON of who signs, and of a document with very many parts.

The parts are read and written some at a time: neither they nor their XML are in memory at once.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from sez.publication.signers import SigningRequest
from shared_contracts.errors import BadInput
from shared_contracts.http.api import read_json
from shared_contracts.large_documents.reading import numbered_field
from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.document import Act, Amendable
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.xml import codec

AT_ONCE: Final = 400
"""Parts that are read and written at once."""

_Members = dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class LargeSource:
    """Who signs, why, and a document: its members as they were given, its parts apart."""

    kind: RecordKind
    signing: SigningRequest
    members: _Members
    parts: list[msgspec.Raw]

    def write(self, act: Act, target: Path) -> None:
        """Write the document, not signed yet, with an ``act`` of its own.

        ``BadInput`` where a value does not fit, by its place, or the document is larger than a
        file may be.
        """
        head = read_json(msgspec.json.encode(self.members), self.kind.whole)
        reason = self.signing.reason or None
        head = msgspec.structs.replace(head, act=msgspec.structs.replace(act, reason=reason))
        with target.open("xb") as file:
            end = b""
            for before, items, after in self._texts(head):
                file.write(items if end else before + items)
                end = after
                if file.tell() + len(end) > FILE_BYTES:
                    raise BadInput(f"the document is larger than {FILE_BYTES} bytes: plan less")
            file.write(end)

    def _texts(self, head: Amendable) -> Iterator[tuple[bytes, bytes, bytes]]:
        """The text of some parts at a time, what stands before them, and after them."""
        field = numbered_field(self.kind)
        opening, closing = f"<{field.tag}>".encode(), f"</{field.tag}>".encode()
        for first in range(0, len(self.parts), AT_ONCE):
            some = tuple(self._parts(field.name, field.kind, first))
            try:
                told: dict[str, Any] = {field.name: some}
                text = codec.canonical_text(msgspec.structs.replace(head, **told))
            except ValueError as wrong:
                raise BadInput(f"{field.name} from {first + 1} on: {wrong}") from wrong
            before, _, rest = text.partition(opening)
            items, _, after = rest.rpartition(closing)
            yield before + opening, items, closing + after

    def _parts(self, name: str, of: type, first: int) -> Iterator[Any]:
        for index, raw in enumerate(self.parts[first : first + AT_ONCE], first):
            try:
                yield read_json(bytes(raw), of)
            except BadInput as wrong:
                raise BadInput(f"{name}[{index}]: {wrong}") from wrong


def read_source(path: Path, kind: RecordKind) -> LargeSource:
    """What a file gives; ``BadInput`` if it is not as it must be."""
    if not path.stat().st_size:
        raise BadInput("the file is empty")
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    name = kind.whole.__name__.lower()
    asked = _members(data, "the file")
    if (given := asked.pop(name, None)) is None:
        raise BadInput(f"the file has no member {name!r}: give the {name} and its signers")
    members = _members(given, name)
    field = numbered_field(kind).name
    listed = members.get(field, msgspec.Raw(b"[]"))
    members[field] = msgspec.Raw(b"[]")
    try:
        parts = msgspec.json.decode(listed, type=list[msgspec.Raw])
    except msgspec.MsgspecError as wrong:
        raise BadInput(f"{name}.{field} is no list: {wrong}") from wrong
    if not parts:
        raise BadInput(f"{name}.{field} is empty: a {name} has at least one")
    return LargeSource(kind, read_json(msgspec.json.encode(asked), SigningRequest), members, parts)


def _members(data: Any, what: str) -> _Members:  # noqa: ANN401  # any buffer
    try:
        return msgspec.json.decode(data, type=_Members)
    except msgspec.ValidationError as wrong:
        raise BadInput(f"{what} does not fit: {wrong}") from wrong
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadInput(f"{what} is not JSON: {wrong}") from wrong
