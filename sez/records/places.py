"""What an object is beside its id, as one key: by it objects that are the same are found."""

from typing import Final
from uuid import UUID, uuid5

from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of

PLACES: Final = UUID("5b1f0c52-2d0f-5a51-8e0a-6f3d0c1b7a94")
"""The name space of these keys."""

KEPT_BY: Final = "outbox"
"""The name of the follower that keeps the listing of places."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS views.places (
  place uuid NOT NULL,
  object_id uuid NOT NULL,
  PRIMARY KEY (place, object_id));
"""
"""Which objects ever said of themselves to be in a place; their state tells whether they are."""

TAKEN: Final = "INSERT INTO views.places VALUES (%s, %s) ON CONFLICT DO NOTHING"


def place_of(document: Amendable) -> UUID | None:
    """The place of the object of a whole document; None where any number may be the same."""
    kind = kind_of(document)
    same = kind.sameness(document)
    return uuid5(PLACES, "\n".join((kind.object_type, *same))) if same else None
