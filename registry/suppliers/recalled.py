"""What is looked up once for a first card, under the locks that its package holds."""

from dataclasses import dataclass
from uuid import UUID

from registry.suppliers.query import AnsweredQuery


@dataclass(frozen=True, slots=True)
class ChosenCard:
    """The card chosen, as it stands while the choice is judged."""

    card_hash: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is looked up once for a first card.

    ``holder`` is a card in force under its number, ``after`` the deleted card that took the number
    last, if any has; ``query`` the one it was chosen by, ``chosen`` the card that it names.
    """

    holder: UUID | None = None
    after: UUID | None = None
    query: AnsweredQuery | None = None
    chosen: ChosenCard | None = None
