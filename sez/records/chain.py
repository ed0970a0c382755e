"""The chain of signed versions of an object, as every kind keeps it (S216-3, S216-12a)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable
from uuid import UUID

import msgspec

from sez.records.kind import Maker
from sez.records.owner import Owner
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Act, Amendable, Deletion, Operation


@runtime_checkable
class LastVersion(Protocol):
    """The last signed version of an object: what the next must follow.

    A state that has these is one of a signed object; any other is of one that nobody signed.
    """

    @property
    def version(self) -> int:
        """Its number."""

    @property
    def document_hash(self) -> str:
        """The hash that the next one names."""

    @property
    def conditions_version(self) -> int:
        """The conditions that the object keeps (S216-11c)."""


def last_version(state: object) -> LastVersion | None:
    """The last signed version of an object in ``state``, if there is one."""
    return state if isinstance(state, LastVersion) else None


@dataclass(frozen=True, slots=True)
class VersionChain:
    """The acts of the versions of objects of one type: each names the one before it by hash."""

    object_type: str

    def act(
        self,
        owner: Owner,
        object_id: UUID,
        state: object,
        operation: Operation,
        reason: str | None = None,
    ) -> Act:
        """The act of the version that follows ``state``; it keeps the conditions of the first."""
        last = last_version(state)
        return Act(
            environment=owner.environment,
            sez_code=owner.sez_code,
            object_type=self.object_type,
            object_id=object_id,
            version=1 if last is None else last.version + 1,
            operation=operation,
            reason=reason,
            conditions_version=owner.conditions if last is None else last.conditions_version,
            previous_hash=None if last is None else last.document_hash,
        )

    def deletion(
        self, reason: str, deleted_at: datetime, deleted_by: str | None = None
    ) -> Maker[Any]:
        """The removal of an object; by the platform itself where nobody is named."""

        def make(owner: Owner, object_id: UUID, state: object) -> Deletion:
            act = self.act(owner, object_id, state, Operation.DELETE, reason)
            by = owner.sez_code if deleted_by is None else deleted_by
            return Deletion(act=act, deleted_at=deleted_at, deleted_by=by)

        return make

    def whole(
        self, document: Amendable, operation: Operation, reason: str | None = None
    ) -> Maker[Any]:
        """The whole ``document`` as the next version, with an act of its own."""

        def make(owner: Owner, object_id: UUID, state: object) -> Amendable:
            act = self.act(owner, object_id, state, operation, reason)
            return msgspec.structs.replace(document, act=act)

        return make


def stating(state: object) -> Operation:
    """By which operation a whole document follows ``state``: the first, or another."""
    return Operation.CREATE if last_version(state) is None else Operation.UPDATE


def follows(state: object, command: Publish) -> bool:
    """Whether a document is the version after ``state``, and names the hash of the one before."""
    act, last = command.document.act, last_version(state)
    version, document_hash = (0, None) if last is None else (last.version, last.document_hash)
    return act.version == version + 1 and act.previous_hash == document_hash


def reaches(state: object, command: WithdrawVersion[Any]) -> bool:
    """Whether the object in ``state`` has the version that is to be taken back."""
    last = last_version(state)
    return last is not None and 0 < command.version <= last.version


def version_fields(command: Publish) -> dict[str, Any]:
    """What the event of a signed version says beside the document."""
    act = command.document.act
    return {
        "object_id": act.object_id,
        "version": act.version,
        "document_hash": command.document_hash,
        "formed_at": command.formed_at,
        "formed_by": command.formed_by,
    }


def withdrawal_fields(command: WithdrawVersion[Any]) -> dict[str, Any]:
    """What the event of a version that was taken back says."""
    return {
        "object_id": command.object_id,
        "version": command.version,
        "reason": command.reason,
        "withdrawn_at": command.at,
        "back_to": command.back_to,
    }


def state_fields(event: VersionSigned) -> dict[str, Any]:
    """What the state after a signed version keeps for the next."""
    return {"version": event.version, "document_hash": event.document_hash}


def refused(noun: str, state: ObjectState, command: object) -> RefusedByRule:
    """The refusal of what an object in ``state`` does not take: a draft or a version, say."""
    last = last_version(state)
    standing = state.status.lower() + ("" if last is None else f" at version {last.version}")
    return RefusedByRule(f"a {noun} that is {standing} does not take {_wanted(command)}")


def _wanted(command: object) -> str:
    if isinstance(command, WithdrawVersion):
        return f"the withdrawal of version {command.version}"
    if isinstance(command, Publish):
        act, name = command.document.act, type(command.document).__name__
        return f"{name} {act.operation} as version {act.version} after {act.previous_hash}"
    return "a draft"


S = TypeVar("S", bound=ObjectState)


@dataclass(frozen=True, slots=True)
class Undrafted(Generic[S]):
    """What may happen to objects of a kind that has no drafts: versions are signed, or taken back.

    ``noun`` is what one of them is called. ``published`` says what happens when the version that
    follows is signed, or ``RefusedByRule``; ``withdrawn`` is the event of one taken back.
    """

    noun: str
    published: Callable[[S, Publish], Event]
    withdrawn: type[VersionTakenBack]

    def decide(self, state: S, command: Publish | WithdrawVersion[S]) -> Sequence[Event]:
        """Say what happens when ``command`` meets ``state``; ``RefusedByRule`` where it cannot."""
        match command:
            case Publish() if follows(state, command):
                return [self.published(state, command)]
            case WithdrawVersion() if reaches(state, command):
                return [self.withdrawn(**withdrawal_fields(command))]
            case _:
                raise refused(self.noun, state, command)
