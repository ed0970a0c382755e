"""What every message between the two systems begins with."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.document import Environment, Part


class SystemMessage(Part, frozen=True, kw_only=True):
    """The head of a message: its id, the system it concerns, and the environment of both.

    ``sez_code`` is the SEZ that sends it or to which it is sent: the Registry is always the other
    side. An answer repeats the three of the question.
    """

    message_id: UUID
    sez_code: str
    environment: Environment


class SystemQuestion(SystemMessage, frozen=True, kw_only=True):
    """The head of a question, which says too when it was put."""

    created_at: datetime
