"""Octets in DER (X.690, 8): what is raised at broken ones, and long lists without reading each."""

import re
from collections.abc import Iterator

from shared_contracts.errors import BadInput

SEQUENCE, INTEGER = 0x30, 0x02
LONG = 0x80

MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,  # thousands of elements within each other
)
"""What asn1crypto raises at octets that are not what they should be, as tests found out."""


class Broken(BadInput, ValueError):
    """Octets that are not the list they should be."""


def index_serials(der: bytes, start: int, length: int) -> dict[int, int]:
    """Where each entry of a CRL begins, by serial number; Broken if the octets are no entries.

    ``start`` and ``length`` bound the entries within ``der``. Half a million take about a second.
    """
    found: dict[int, int] = {}
    end = start + length
    position = start
    while position < end:
        inner, following = _open(der, position, SEQUENCE)
        serial, after = _open(der, inner, INTEGER)
        if after > following:
            raise Broken(f"an entry at octet {position} ends before its serial number")
        found[int.from_bytes(der[serial:after], signed=True)] = position
        position = following
    if position != end:
        raise Broken("the last entry goes beyond the list")
    return found


def marked_entries(der: bytes, start: int, length: int, mark: re.Pattern[bytes]) -> Iterator[bytes]:
    """The entries of a list in which ``mark`` is found; the others are not read.

    A list without any is passed at the speed of the search.
    """
    end = start + length
    found = mark.search(der, start, end)
    position = start
    while found is not None:
        _, following = _open(der, position, SEQUENCE)
        if found.start() < following:
            yield der[position:following]
            found = mark.search(der, following, end)
        position = following


def _open(der: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the contents of the element at ``at`` begin, and where they end."""
    try:
        if der[at] != tag:
            raise Broken(f"octet {at} is {der[at]:#x}, not {tag:#x}")
        length, begin = der[at + 1], at + 2
        if length >= LONG:
            begin += length - LONG
            length = int.from_bytes(der[at + 2 : begin])
    except IndexError as cut:
        raise Broken("the list is cut off") from cut
    return begin, begin + length


def element(der: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at ``at`` begin and end; its tag is of one octet.

    Broken if the octets end before.
    """
    if at >= len(der):
        raise Broken("the list is cut off")
    return _open(der, at, der[at])


def serial_text(number: int) -> str:
    """A serial number in upper hex by whole octets, as OpenSSL prints it: a leading zero stays."""
    digits = f"{number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)
