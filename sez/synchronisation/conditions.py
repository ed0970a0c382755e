"""What is wrong with a version that still waits, by name and with its cure (S216-18.3)."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from sez.synchronisation.figures import OFTEN
from sez.synchronisation.forming import Unfit
from sez.synchronisation.listing import OutgoingVersionRow, PackageRow

OFTEN_TRIED: Final = "OFTEN_TRIED"
"""Its package was tried often, and the cause is said to be temporary."""

NOT_FORMED: Final = "NOT_FORMED"
"""No package can be formed of it."""

WAITS_BEHIND: Final = "WAITS_BEHIND"
"""An earlier version of its tender was refused or stopped, and waits for a person."""

WORDS: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("conditions.toml").read_text("utf-8")
)
"""Name and cure of each condition, in kk, ru and en."""


def condition(
    row: OutgoingVersionRow, package: PackageRow | None, unfit: Unfit | None, first: int | None
) -> dict[str, Any] | None:
    """The condition of a version: its code, name, cure and the cause's detail; None if none.

    ``unfit`` tells that the next version of its tender cannot be formed, ``first`` is the first of
    its versions that waits for a person.
    """
    if row.state == "WAITING" and first is not None and first < row.version:
        words = {part: _about(first, told) for part, told in WORDS[WAITS_BEHIND].items()}
        return {"code": WAITS_BEHIND, **words, "behind": first, "detail": None}
    if row.state == "WAITING" and unfit is not None and row.version == unfit.version:
        return {"code": NOT_FORMED, **WORDS[NOT_FORMED], "times": unfit.times, "detail": unfit.why}
    if package is not None and package.state == "IN_FLIGHT" and package.attempts >= OFTEN:
        told = {"times": package.attempts, "detail": package.detail}
        return {"code": OFTEN_TRIED, **WORDS[OFTEN_TRIED], **told}
    return None


def _about(version: int, words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.format(version=version) for language, text in words.items()}
