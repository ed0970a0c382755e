"""Whose certificates stand in a signed document: for looking up what was said of them."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterator
from pathlib import Path

_LEAF = re.compile(
    rb"X509Data[^>]{0,200}>\s{0,200}<(?:[\w-]{1,20}:)?X509Certificate[^>]{0,200}>"
    rb"([A-Za-z0-9+/=\s]{1,20000})<"
)
_TAIL = 1 << 20
"""Bytes at the end of a document in which its signatures stand."""


def leaf_hashes(document: Callable[[], bytes] | Path | None) -> set[str]:
    """SHA-256, lower hex, of the first certificate of each signature; nothing is proven by it."""
    return set(_hashes(_end(document)))


def _end(document: Callable[[], bytes] | Path | None) -> bytes:
    if document is None:
        return b""
    if not isinstance(document, Path):
        return document()[-_TAIL:]
    with document.open("rb") as file:
        file.seek(max(0, document.stat().st_size - _TAIL))
        return file.read()


def _hashes(text: bytes) -> Iterator[str]:
    for written in _LEAF.findall(text):
        try:
            yield hashlib.sha256(b64decode(written)).hexdigest()
        except BadBase64:
            continue
