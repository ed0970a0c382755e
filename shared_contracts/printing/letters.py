"""Which signs the font of documents has; of another its code point is printed.

A reader of a document has to see that a sign stands there, and which: an empty box says neither,
and PDF/A does not allow it.
"""

from typing import Final

from shared_contracts.visible import visible

_RANGES: Final = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0xAC),  # signs; U+00AD, a hyphen that is not seen, is not among them
    (0xAE, 0x17F),  # Latin with marks
    (0x400, 0x482),  # Cyrillic, without combining marks
    (0x48A, 0x52F),  # Cyrillic of Kazakh and other languages
    (0x2010, 0x2015),  # hyphens and dashes
    (0x2018, 0x201E),  # quotation marks
)
_SINGLE: Final = "\n•…‰′″‹›₸№™−◌"

KNOWN: Final = frozenset(
    {chr(code) for first, last in _RANGES for code in range(first, last + 1)} | set(_SINGLE)
)
"""All signs that are printed as they are; a test holds that the font has each."""


def printable(text: str) -> str:
    r"""``text`` with each sign that is not printed as it is as its code point: ``\u202e``."""
    return text if KNOWN.issuperset(text) else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign in KNOWN:
        return sign
    seen = visible(sign)
    if seen != sign:
        return seen
    code = f"{ord(sign):x}"
    return f"\\u{code:0>4}" if len(code) <= len("ffff") else f"\\U{code:0>8}"
