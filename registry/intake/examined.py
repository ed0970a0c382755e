"""What can be said of a message without knowing anything else: plain data, ready to travel.

It is made by ``examination``, in this process or in a worker's, and judged by the steps.
"""

from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import Package
from shared_contracts.messages.roots import DOCUMENTS
from shared_contracts.signing.report import VERDICTS, Reason, Stamp


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose message it is and which, as far as it could be read."""

    message_id: UUID | None = None
    sez_code: str | None = None
    sequence: int | None = None


class BadSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that does not stand: why, where, and a technical word."""

    reason: Reason
    path: str
    detail: str

    @property
    def verdict(self) -> tuple[str, str]:
        """Indication and sub-indication of EN 319 102-1."""
        indication, sub_indication = VERDICTS[self.reason]
        return indication, sub_indication


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signature that stands: the certificates it carries (DER, leaf first), and where it is.

    ``stamp`` is the time stamp it carries, which is not judged yet.
    """

    certificates: tuple[bytes, ...]
    path: str
    stamp: Stamp | None = None


class ExaminedDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A business document by itself.

    ``sha256`` and ``size`` (bytes) are those of its bytes; ``unreadable`` says why it is not XML;
    ``buyers`` and ``base`` are whom and what it names, unproven; ``breaches`` are those of schema
    and rules; ``content`` is the document as JSON, if it is as its schema demands.
    """

    number: int
    sha256: str
    size: int
    root: str = ""
    unreadable: str | None = None
    bad_signature: BadSignature | None = None
    signatures: tuple[Signature, ...] = ()
    buyers: tuple[str, ...] = ()
    base: UUID | None = None
    breaches: tuple[Breach, ...] = ()
    content: bytes | None = None

    def read(self) -> Amendable | None:
        """The document, or None if it is not as its schema demands."""
        return None if self.content is None else _decoder(self.root).decode(self.content)


class Examined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message by itself.

    ``package_hash`` is SHA-256 over the exclusive C14N of the signed element, signature included;
    ``breaches`` are those of its schema; ``package`` is without the documents' bytes;
    ``missing`` are the SHA-256 of documents that were to come as files and did not.
    """

    root: str
    identity: Identity
    package_hash: str
    bad_signature: BadSignature | None = None
    certificates: tuple[bytes, ...] = ()
    breaches: tuple[Breach, ...] = ()
    package: Package | None = None
    missing: tuple[str, ...] = ()
    documents: tuple[ExaminedDocument, ...] = ()


def pack(examined: Examined) -> bytes:
    """What was found, ready to travel between processes."""
    return _ENCODER.encode(examined)


def unpack(data: bytes) -> Examined:
    """What another process found."""
    return _DECODER.decode(data)


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever the encoder does not know
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} does not travel between processes")


@cache
def _decoder(root: str) -> msgspec.json.Decoder[Amendable]:
    return msgspec.json.Decoder(DOCUMENTS[root])


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_DECODER = msgspec.json.Decoder(Examined)
