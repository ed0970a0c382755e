"""Characters without a glyph are shown by their code point."""

import pytest

from shared_contracts.rules.rule import blank
from shared_contracts.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ТОО «ЭЛЕКТРОНДЫ САТЫП АЛУ» №1", "ТОО «ЭЛЕКТРОНДЫ САТЫП АЛУ» №1"),
        ("a\u00a0b", "a\u00a0b"),
        ("a\x00b\x08", "a\\u0000b\\u0008"),
        ("a\nb", "a\\u000ab"),
        ("\x1b[31m", "\\u001b[31m"),
        ("договор\u202efdp", "договор\\u202efdp"),
        ("\u200b\ufeff", "\\u200b\\ufeff"),
        ("\ufffe", "\\ufffe"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_has_no_glyph_is_written_as_its_code_point(text: str, shown: str) -> None:
    assert visible(text) == shown


UNSEEN = (
    "\u200b\u200d\u2060\ufeff\u00ad\u2800\u3164\u00a0\x00 \n\u202e"
    "\u034f\u17b4\u180b\ufe0f\U000e0100"
)


@pytest.mark.parametrize("sign", UNSEEN)
def test_characters_that_nobody_sees_are_no_text(sign: str) -> None:
    assert blank(sign * 3)
    assert not blank(f"{sign}ж{sign}")
