"""The work on a large document, done in a process of its own: made, examined, signed (S216-18.5).

The rules alone see the whole document; everything else is done some parts at a time.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from sez.publication.large_source import read_source
from sez.publication.signers import Users
from sez.publication.signing_rights import of_roles
from shared_contracts.errors import BadInput
from shared_contracts.faults import Breach
from shared_contracts.large_documents.apart import Apart, apart_of, bare
from shared_contracts.large_documents.reading import (
    SlicedReading,
    check_work,
    numbered_field,
    sliced,
)
from shared_contracts.limits import FINDINGS, PROGRAMME_ITEMS
from shared_contracts.messages.document import Act, Amendable
from shared_contracts.messages.kinds import KINDS, RecordKind
from shared_contracts.process.child import plain
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.signing import proof_cost
from shared_contracts.signing.sign import FileSigner, sign_sliced
from shared_contracts.signing.verify import SignedBy, verify_sliced
from shared_contracts.xml import schema
from shared_contracts.xml.slices import Slices, cut


class LargeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be formed.

    ``source`` is the file that was given. Where ``act`` is that of the version, the document is
    made of it and written to ``target``, and ``users`` is the folder with the keys of those who
    sign; where it is None the file is the document, signed elsewhere.
    """

    source: str
    target: str
    object_type: str
    act: Act | None
    at: datetime
    users: str


class LargePrepared(msgspec.Struct, frozen=True, kw_only=True, tag="PREPARED"):
    """What is said of a document before it is signed.

    ``breaches`` are those of schema, rules and roles. ``content`` is the document as JSON without
    its parts, ``apart`` what is kept of them; neither is there where the schema is broken.
    """

    root: str
    breaches: tuple[Breach, ...] = ()
    content: bytes | None = None
    apart: Apart | None = None


class LargeSigned(msgspec.Struct, frozen=True, kw_only=True, tag="SIGNED"):
    """A document is signed, and its signatures are proven; the hash and size of its bytes."""

    sha256: str
    size: int
    signatures: tuple[SignedBy, ...]


class LargeFailed(msgspec.Struct, frozen=True, kw_only=True, tag="FAILED"):
    """The work cannot be done: why, and whether this program is to blame and not what was given."""

    why: str
    is_defect: bool = False


@dataclass(slots=True)
class LargeWork:
    """The work for an order; ``check`` is asked now and then whether there is memory left."""

    order: LargeOrder
    check: Callable[[], None]
    _signers: list[FileSigner] = field(default_factory=list)

    @property
    def kind(self) -> RecordKind:
        """The kind of the document."""
        return KINDS[self.order.object_type]

    @property
    def path(self) -> Path:
        """Where the document is."""
        return Path(self.order.source if self.order.act is None else self.order.target)

    def prepare(self) -> LargePrepared:
        """Make the document and examine it; ``BadInput`` or ``Unprocessed`` if that cannot be."""
        if self.order.act is not None:
            self._write(self.order.act)
        reading = sliced(1, self.kind, self.path)
        root = self.kind.whole.__name__
        if reading is None:
            raise BadInput(f"the file is no {root} with {numbered_field(self.kind).tag}")
        document, breaches = reading.read(self.check)
        if document is None:
            return LargePrepared(root=root, breaches=_own(breaches))
        breaches = [*self._examined(reading, document)]
        self.check()
        if has_errors(breaches):
            return LargePrepared(root=root, breaches=_own(breaches))
        content, kept = msgspec.json.encode(bare(document)), apart_of(document)
        return LargePrepared(root=root, content=content, apart=kept)

    def sign(self) -> LargeSigned:
        """Sign the document in turn, and prove what is signed; ``SignatureRefused`` if it is not.

        A document that was signed elsewhere is left as it is.
        """
        for signer in self._signers:
            self._put_in(sign_sliced(self._cut(), signer))
            self.check()
        slices = self._cut()
        check_work(self.path.stat().st_size, proof_cost.methods_in(schema.parse(slices.skeleton)))
        signatures = verify_sliced(slices)
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = self.path.stat().st_size
        return LargeSigned(sha256=digest, size=size, signatures=signatures)

    def _write(self, act: Act) -> None:
        source = read_source(Path(self.order.source), self.kind)
        users = Users(Path(self.order.users))
        self._signers = [users.signer(name) for name in source.signing.signers]
        source.write(act, self.path)
        check_work(self.path.stat().st_size, [one.suite.sig_uri for one in self._signers])

    def _examined(self, reading: SlicedReading, document: Amendable) -> Sequence[Breach]:
        at = self.order.at
        chains = [one.certificates for one in self._signers]
        return [*reading.examine(document, at), *of_roles(chains, document, at)]

    def _cut(self) -> Slices:
        slices = cut(self.path, numbered_field(self.kind).tag, PROGRAMME_ITEMS)
        assert slices is not None  # noqa: S101  # it was cut when it was examined
        return slices

    def _put_in(self, signature: bytes) -> None:
        """Put a signature before the end of the document."""
        end = f"</{self.kind.whole.__name__}>".encode()
        with self.path.open("r+b") as file:
            file.seek(-len(end), os.SEEK_END)
            file.write(signature + end)


def _own(breaches: Sequence[Breach]) -> tuple[Breach, ...]:
    """Breaches of a document that stands in no package yet; of very many the first."""
    return tuple(
        Breach(one.rule, one.path, one.value, one.parameters) for one in breaches[:FINDINGS]
    )


Told = LargePrepared | LargeSigned | LargeFailed
"""What the process says."""


def pack(told: Told | LargeOrder) -> bytes:
    """What is told, ready to travel between processes."""
    return _ENCODER.encode(told)


def unpack(data: bytes) -> Told:
    """What the process told."""
    return _TOLD.decode(data)


def unpack_order(data: bytes) -> LargeOrder:
    """What the process shall do."""
    return _ORDER.decode(data)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=plain)
_TOLD: msgspec.msgpack.Decoder[Told] = msgspec.msgpack.Decoder(Told)
_ORDER = msgspec.msgpack.Decoder(LargeOrder)
