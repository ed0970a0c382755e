"""What can be said of a message without knowing anything else: plain data, ready to travel.

It is made by ``content_check``, in this process or in a worker, and used by the steps.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from uuid import UUID

import msgspec

from shared_contracts.faults import Breach
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import Package
from shared_contracts.messages.roots import DOCUMENTS
from shared_contracts.process.child import plain
from shared_contracts.signing.report import VERDICTS, Reason, Stamp


class Permission(StrEnum):
    """Whether the dear part of an examination may be done for a message."""

    GIVEN = "GIVEN"
    STRANGER = "STRANGER"
    """Its signer is no system of the register."""
    TOO_MUCH = "TOO_MUCH"
    """It asks for more work than any message may."""
    BUSY = "BUSY"
    """Its sender has another heavy message under examination, or too many others have."""
    PUT_OFF = "PUT_OFF"
    """From where it comes, such work was done in vain a moment ago."""


class WorkRequest(msgspec.Struct, frozen=True):
    """What permission depends on: sender and certificates (DER, leaf first) as named, and work.

    ``work`` is in the unit of ``proof_cost``. Where the message's own signature is not proven yet
    anybody may have taken it from another message of the system.
    """

    sez_code: str | None
    certificates: tuple[bytes, ...]
    work: int
    is_proven: bool = True


Ask = Callable[[WorkRequest], Permission]
"""Asks for permission."""


class MessageIdentity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose message it is and which, as far as it could be read."""

    message_id: UUID | None = None
    sez_code: str | None = None
    sequence: int | None = None


class BadSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that failed: why, where, and a technical word."""

    reason: Reason
    path: str
    detail: str

    @property
    def verdict(self) -> tuple[str, str]:
        """Indication and sub-indication of EN 319 102-1."""
        indication, sub_indication = VERDICTS[self.reason]
        return indication, sub_indication


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verified signature: the certificates it carries (DER, leaf first), and its place.

    ``stamp`` is the time stamp it carries, which is not judged yet.
    """

    certificates: tuple[bytes, ...]
    path: str
    stamp: Stamp | None = None


class Reference(msgspec.Struct, frozen=True):
    """An object that a document refers to: its type, and its id in the same SEZ."""

    object_type: str
    object_id: UUID


class ExaminedDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A business document by itself.

    ``sha256`` and ``size`` (bytes) are those of its bytes; ``unreadable`` says why it is not XML;
    ``object_type`` is that of its record; ``persons`` are those for whom it says to be signed,
    ``references`` the objects it names, unproven; ``breaches`` are those of schema and rules;
    ``same`` tells what its object is beside its id, ``engaged`` whom it needs among participants,
    ``operation`` by which it travels;
    ``content`` is the document as JSON, if it is as its schema demands; of a large one ``apart``
    is what is kept of its numbered parts, which ``content`` lacks. ``is_put_off`` says that a large
    document was only hashed: it is examined when its turn comes.
    """

    number: int
    sha256: str
    size: int
    root: str = ""
    unreadable: str | None = None
    bad_signature: BadSignature | None = None
    signatures: tuple[Signature, ...] = ()
    object_type: str = ""
    persons: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    same: tuple[str, ...] = ()
    engaged: tuple[str, ...] = ()
    operation: str = ""
    breaches: tuple[Breach, ...] = ()
    content: bytes | None = None
    apart: Apart | None = None
    is_put_off: bool = False

    def read(self) -> Amendable | None:
        """The document, or None if it is not as its schema demands."""
        return None if self.content is None else _decoder(self.root).decode(self.content)


class Examined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message by itself.

    ``package_hash`` is SHA-256 over the exclusive C14N of the signed element, signature included;
    ``breaches`` are those of its schema; ``package`` is without the documents' bytes;
    ``missing`` are the SHA-256 of documents that were to come as files and did not. Without
    ``permission`` the signatures of the documents were not looked at, nor the message's own
    where that would have been dear; ``work`` is what all this takes or would have taken.
    """

    root: str
    identity: MessageIdentity
    package_hash: str
    bad_signature: BadSignature | None = None
    certificates: tuple[bytes, ...] = ()
    breaches: tuple[Breach, ...] = ()
    package: Package | None = None
    missing: tuple[str, ...] = ()
    documents: tuple[ExaminedDocument, ...] = ()
    permission: Permission = Permission.GIVEN
    work: int = 0


def pack(examined: Examined) -> bytes:
    """What was found, ready to travel between processes."""
    return _ENCODER.encode(examined)


def unpack(data: bytes) -> Examined:
    """What another process found."""
    return _DECODER.decode(data)


def pack_request(asked: WorkRequest) -> bytes:
    """What the permission depends on, ready to travel between processes."""
    return _ENCODER.encode(asked)


def unpack_request(data: bytes) -> WorkRequest:
    """For what another process asks permission."""
    return _REQUEST.decode(data)


@cache
def _decoder(root: str) -> msgspec.json.Decoder[Amendable]:
    return msgspec.json.Decoder(DOCUMENTS[root])


_ENCODER = msgspec.json.Encoder(enc_hook=plain)
_DECODER = msgspec.json.Decoder(Examined)
_REQUEST = msgspec.json.Decoder(WorkRequest)
