"""Records of an audit as they travel: zlib (RFC 1950), the event's document against the bytes kept.

Both are nearly the same text, which no compression of the whole message finds behind base64
(decision 0039).
"""

import zlib

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.audited_object import SignedRecord


def packed(record: SignedRecord) -> SignedRecord:
    """The record as it travels; ``as_recorded`` has ``document`` as its preset dictionary."""
    if record.packed or (record.document is None and record.as_recorded is None):
        return record
    document = record.document or b""
    return msgspec.structs.replace(
        record,
        document=None if record.document is None else _deflated(document, b""),
        as_recorded=None if record.as_recorded is None else _deflated(record.as_recorded, document),
        packed=True,
    )


def unpacked(record: SignedRecord) -> SignedRecord:
    """The record as it was; ``BadInput`` for what is no zlib, or larger than a document may be."""
    if not record.packed:
        return record
    document = None if record.document is None else _inflated(record.document, b"")
    said = record.as_recorded
    return msgspec.structs.replace(
        record,
        document=document,
        as_recorded=None if said is None else _inflated(said, document or b""),
        packed=False,
    )


def _deflated(data: bytes, dictionary: bytes) -> bytes:
    work = zlib.compressobj(level=9, zdict=dictionary) if dictionary else zlib.compressobj(level=9)
    return work.compress(data) + work.flush()


def _inflated(data: bytes, dictionary: bytes) -> bytes:
    work = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
    try:
        made = work.decompress(data, DOCUMENT_BYTES + 1)
    except zlib.error as error:
        raise BadInput(f"a packed document cannot be read: {error}") from error
    if len(made) > DOCUMENT_BYTES:
        raise BadInput(f"a packed document becomes more than {DOCUMENT_BYTES} bytes")
    if not work.eof or work.unused_data:
        raise BadInput("a packed document ends too early, or something follows it")
    return made
