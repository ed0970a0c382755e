"""What is wrong with a version that still waits, by name and with its cure (S216-18.3)."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

from sez.synchronisation.figures import OFTEN
from sez.synchronisation.forming import Unfit
from sez.synchronisation.listing import OutgoingVersionRow, PackageRow
from sez.synchronisation.order import Behind

OFTEN_TRIED: Final = "OFTEN_TRIED"
"""Its package was tried often, and the cause is said to be temporary."""

NOT_FORMED: Final = "NOT_FORMED"
"""No package can be formed of it."""

WAITS_BEHIND: Final = "WAITS_BEHIND"
"""It waits for an earlier version: of its own object, or of another on which it rests."""

TICKET_HELD: Final = "TICKET_HELD"
"""The Registry tries its package no more until the same bytes come again."""

TICKETED: Final = "TICKETED"
"""The Registry has its package under a ticket, and the receipt is asked for."""

BEHIND_OTHER: Final = "BEHIND_OTHER"
"""The words where the other version is on its way."""

BEHIND_REFUSED: Final = "BEHIND_REFUSED"
"""The words where it waits for a person."""

WORDS: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("conditions.toml").read_text("utf-8")
)
"""Name and cure of each condition, in kk, ru and en."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a version stands beside: its package; whether the next of its object cannot be formed.

    ``first`` is the first version of its object that waits for a person, ``other`` the version of
    another object behind which it waits.
    """

    package: PackageRow | None
    unfit: Unfit | None
    first: int | None
    other: Behind | None


def condition(row: OutgoingVersionRow, around: Around) -> dict[str, Any] | None:
    """The condition of a version: its code, name, cure and the cause's detail; None if none."""
    unfit, package, first, other = around.unfit, around.package, around.first, around.other
    waits = row.state == "WAITING"
    if waits and first is not None and first < row.version:
        return _behind(WAITS_BEHIND, {"version": first}) | {"behind": first}
    if waits and other is not None:
        words = BEHIND_REFUSED if other.left_to_a_person else BEHIND_OTHER
        told = asdict(other)
        return _behind(words, told) | {"behind": other.version, "other": told}
    if waits and unfit is not None and row.version == unfit.version:
        return {"code": NOT_FORMED, **WORDS[NOT_FORMED], "times": unfit.times, "detail": unfit.why}
    if package is not None and package.state == "IN_FLIGHT":
        return _on_its_way(package)
    return None


def _on_its_way(package: PackageRow) -> dict[str, Any] | None:
    """The condition of a version whose package is tried or is under a ticket."""
    told = {"times": package.attempts, "detail": package.detail}
    ticket = {"ticket_id": package.ticket_id, "cause": package.ticket_cause}
    if package.ticket_held:
        return {"code": TICKET_HELD, **_in_words(TICKET_HELD, package), **told, **ticket}
    if package.attempts >= OFTEN:
        return {"code": OFTEN_TRIED, **WORDS[OFTEN_TRIED], **told}
    if package.ticket_id is not None:
        return {"code": TICKETED, **_in_words(TICKETED, package), **told, **ticket}
    return None


def _in_words(code: str, package: PackageRow) -> dict[str, Any]:
    cause = {"cause": package.ticket_cause or "—", "package": package.message_id}
    return {part: _about(cause, said) for part, said in WORDS[code].items()}


def _behind(code: str, told: Mapping[str, object]) -> dict[str, Any]:
    """The name and the cure of a version that waits behind another, in the words of ``code``."""
    words = {part: _about(told, said) for part, said in WORDS[code].items()}
    return {"code": WAITS_BEHIND, **words, "detail": None}


def _about(told: Mapping[str, object], words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.format(**told) for language, text in words.items()}
