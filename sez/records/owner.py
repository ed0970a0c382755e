"""Whose records these are."""

from dataclasses import dataclass

from shared_contracts.messages.document import Environment
from shared_contracts.messages.versions import FIRST_CONDITIONS


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose records these are: the environment and the code of the SEZ.

    ``conditions`` are those under which new objects are announced, the newest that the SEZ was
    given; an object keeps those of its announcement (S216-11c).
    """

    environment: Environment
    sez_code: str
    conditions: int = FIRST_CONDITIONS
