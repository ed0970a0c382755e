"""What the SEZ makes of its events beside them, for the audit."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sez.kinds import KINDS
from sez.synchronisation import listing
from sez.synchronisation.gate import (
    WAY,
    WAY_ID,
    RegistryReachable,
    RegistryUnreachable,
    SendingResumed,
    SendingStopped,
)
from sez.synchronisation.package_writer import NUMBER, NUMBER_ID, PACKAGE, NumberTaken
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.derived import Derived, Views
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.writing.commit import Claim


def _object_ids(event: Event) -> Iterable[UUID]:
    match event:
        case NumberTaken():
            return (NUMBER_ID,)
        case RegistryUnreachable() | RegistryReachable() | SendingStopped() | SendingResumed():
            return (WAY_ID,)
        case _:
            named = (getattr(event, name, None) for name in ("object_id", "message_id"))
            return tuple(one for one in named if isinstance(one, UUID))


def _claims(_: UUID, event: Event) -> Iterable[Claim]:
    if isinstance(event, NumberTaken):
        return (Claim(f"sequence/{event.number}", str(event.message_id)),)
    return ()


_KINDS: tuple[ObjectKind[Any], ...] = (
    *(kind.objects for kind in KINDS.values()),
    *(PACKAGE, NUMBER, WAY),
)

DERIVED = Derived(
    system="sez",
    kinds={kind.name: kind for kind in _KINDS},
    object_ids=_object_ids,
    claims=_claims,
    views=Views(
        follower=listing.NAME,
        schema=listing.SCHEMA,
        tables={"versions": ("object_id", "version"), "packages": ("message_id",)},
        apply=listing.apply,
    ),
)
"""States of objects, packages, the sequence and the way; claims; the outbox."""
