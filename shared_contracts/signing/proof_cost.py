"""How much work the proof of a message is, told from its octets before any of it is done.

The unit is one octet of Streebog, the dearest digest: about 1.4 microseconds in pure Python. Other
work is counted in it, roughly: what was found dearest for its octets takes twice what is counted.
"""

from collections.abc import Iterable
from pathlib import Path

from shared_contracts.faults import Unprocessed
from shared_contracts.signing.xml.vocabulary import SIGNATURE, dsig
from shared_contracts.xml import schema
from shared_contracts.xml.codec import Element

MOST = 12 * 1024 * 1024
"""The most work that one message may ask for: 17 seconds of a core in pure Python. A document of
5 MiB with two signatures by GOST fits, or 250 of 10 KiB with one."""
MOST_LARGE = 512 * 1024 * 1024
"""The same of the signatures of one large document, which is examined by itself: twelve minutes of
a core in pure Python, within the half hour that it has. Six by GOST over 100 MiB are too much,
twenty by RSA are not."""
HEAVY = 2 * 1024 * 1024
"""From here on a message is heavy: it takes the place of many others."""
SHARE = HEAVY // 2
"""Work that the lighter messages of one system ask for together while they are examined: a second
and a half of a core in pure Python, or 40 packages of 50 records signed by RSA."""
FREE = 128 * 1024
"""Work on a message's own signature that is done for anybody."""

READING = 32
"""Octets that are parsed, validated and read in the time of one octet of Streebog."""
ELEMENT = 1.5
"""The work of an element, where that is more than its octets: many short ones are dear to read."""
DIGESTED = 512
"""The same of SHA-256."""
VERIFICATION, GOST_VERIFICATION = 128, 32 * 1024
"""What it takes to verify a value, by RSA or P-256 and by GOST 34.10-2015."""
MOST_SIGNATURES = 20
"""More signatures than this are refused before one of them is proven."""

_METHOD = "/".join(dsig("SignedInfo", "SignatureMethod"))
_GOST = "gostr34102015"


def of_signatures(octets: int, methods: Iterable[str]) -> int:
    """The work of proving signatures over so many octets, by their signature methods."""
    return sum(
        octets + GOST_VERIFICATION if is_dear(method) else octets // DIGESTED + VERIFICATION
        for method in list(methods)[:MOST_SIGNATURES]
    )


def is_dear(method: str) -> bool:
    """Whether a signature method is GOST's, whose digest may be computed in Python."""
    return _GOST in method


def of_document(data: bytes) -> int:
    """The work of reading a document and proving its signatures."""
    elements = data.count(b"<") - data.count(b"</")
    reading = max(len(data) // READING, int(elements * ELEMENT))
    return reading + of_signatures(len(data), _methods(data))


def of_file(path: Path, most: int) -> int:
    """The same of a file, which is not opened where its size alone asks for more than ``most``."""
    reading = path.stat().st_size // READING
    return reading if reading > most else of_document(path.read_bytes())


def methods_in(element: Element) -> list[str]:
    """The signature methods that stand in an element, at most one for each signature."""
    found = (signature.find(_METHOD) for signature in element.iter(SIGNATURE))
    return [method.get("Algorithm", "") for method in found if method is not None]


def _methods(data: bytes) -> list[str]:
    """The signature methods of a document, which is opened only where one may be GOST's.

    A name can be written with references to characters; in a document without any it stands as is.
    """
    may_refer = b"&" in data and b"&#" in data  # a single sign is found at once
    if not may_refer and _GOST.encode() not in data:
        return [""] * data.count(b"SignatureMethod")
    try:
        return methods_in(schema.parse(data))
    except Unprocessed:
        return []
