"""Whose records these are."""

from dataclasses import dataclass

from shared_contracts.messages.document import Environment

CONDITIONS_VERSION = 1
"""The conditions of synchronisation under which this SEZ works (S216-11)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose records these are: the environment and the code of the SEZ."""

    environment: Environment
    sez_code: str
