"""Whose records these are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared_contracts.identifiers import uuid7
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

    def question_head(self, at: datetime) -> dict[str, Any]:
        """What a question that this SEZ puts at a moment begins with, under an id of its own."""
        return {
            "message_id": uuid7(),
            "sez_code": self.sez_code,
            "environment": self.environment,
            "created_at": at,
        }
