"""What every kind keeps of a signed object, whatever else it keeps (S216-3)."""

from typing import Generic, TypeVar

from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Amendable

D = TypeVar("D", bound=Amendable)


class SignedState(ObjectState, frozen=True, kw_only=True):
    """The last signed version of an object: its number, and the hash to chain the next to."""

    version: int
    document_hash: str


class DocumentState(SignedState, Generic[D], frozen=True, kw_only=True):
    """A signed object of which the whole last document is kept."""

    document: D

    @property
    def conditions_version(self) -> int:
        """The conditions under which it was signed first."""
        return self.document.act.conditions_version
