"""Text of strangers where people and machines read it: no character in it acts unseen.

XML knows no control characters, a terminal obeys them, and directional ones turn the text around.
"""

import unicodedata
from typing import Final

_KINDS: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
"""Categories of Unicode without a glyph: controls, formats, surrogates, unassigned, separators."""


_SELECTORS: Final = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))

_EMPTY: Final = frozenset("\u2800\u3164\u115f\u1160\uffa0\u034f\u17b4\u17b5") | {
    chr(code) for first, last in _SELECTORS for code in range(first, last + 1)
}
"""Signs whose glyph is empty: a Braille pattern without dots, fillers of Hangul, a joiner, inherent
vowels of Khmer, selectors of variants."""


def is_seen(sign: str) -> bool:
    """Whether a character leaves a mark: it is no space, has a glyph, and that is not empty."""
    return not sign.isspace() and sign not in _EMPTY and unicodedata.category(sign) not in _KINDS


def visible(text: str) -> str:
    r"""``text`` with every character that has no glyph as its code point: U+202E as ``\u202e``.

    ZWNJ and ZWJ, which join letters, are written so too: who compares two names sees them.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if unicodedata.category(sign) not in _KINDS:
        return sign
    code = f"{ord(sign):x}"
    return f"\\u{code:0>4}" if len(code) <= len("ffff") else f"\\U{code:0>8}"
