"""Text of strangers where people and machines read it: no character in it acts unseen.

XML knows no control characters, a terminal obeys them, and directional ones turn the text around.
"""

import unicodedata
from typing import Final

_KINDS: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
"""Categories of Unicode without a glyph: controls, formats, surrogates, unassigned, separators."""


_EMPTY: Final = frozenset("\u2800\u3164\u115f\u1160\uffa0")
"""Letters whose glyph is empty: a Braille pattern without dots, fillers of Hangul."""


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
