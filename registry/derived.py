"""What the Registry makes of its events beside them, for the audit and for its follower."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from registry.classifiers.editions import ClassifierEditionImported, ClassifierEditionWithdrawn
from registry.classifiers.store import CLASSIFIER, NAMESPACE
from registry.intake.context import MESSAGE
from registry.intake.verdict_log import RevocationListKept
from registry.kinds import KINDS
from registry.messages import listing as messages
from registry.messages.message import MessageEvent, PackageDeferred
from registry.records import listing as records
from registry.records.record import VersionRecorded
from registry.systems.register import SYSTEM
from registry.systems.system import SystemRegistered, system_id
from shared_contracts.event_log.derived import Derived, Views
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.writing.commit import Claim

FOLLOWER = "views"
"""Name of the follower that keeps what is listed."""


def apply(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # the listings know it
    """Bring all views up to date with a batch of events, in one transaction."""
    records.apply(cursor, events)
    for kind in KINDS.values():
        kind.apply(cursor, events)
    messages.apply(cursor, events)


def _object_ids(event: Event) -> Iterable[UUID]:
    match event:
        case MessageEvent():  # a message apart is kept under its content
            return event.message_id, UUID(bytes=bytes.fromhex(event.package_hash)[:16])
        case VersionRecorded():
            return (event.header.object_id,)
        case SystemRegistered():
            return (system_id(event.code),)
        case ClassifierEditionImported() | ClassifierEditionWithdrawn():
            return (uuid5(NAMESPACE, event.classifier),)
        case _:
            return ()


def _claims(originator_id: UUID, event: Event) -> Iterable[Claim]:
    match event:
        case RevocationListKept():
            return (Claim(f"crl/{event.sha256}", str(originator_id)),)
        case MessageEvent() if event.sequence and not isinstance(event, PackageDeferred):
            if not messages.uses(event):
                return ()
            key = f"sequence/{event.environment}/{event.sez_code}/{event.sequence}"
            return (Claim(key, str(event.message_id)),)
        case _:
            return ()


DERIVED = Derived(
    system="registry",
    kinds={
        "MESSAGE": MESSAGE,
        "MESSAGE_CLASH": MESSAGE,
        "SYSTEM": SYSTEM,
        "CLASSIFIER": CLASSIFIER,
        **{kind.objects.name: kind.objects for kind in KINDS.values()},
    },
    object_ids=_object_ids,
    claims=_claims,
    views=Views(
        follower=FOLLOWER,
        schema=";".join(
            (records.SCHEMA, messages.SCHEMA, *(kind.schema for kind in KINDS.values()))
        ),
        tables={
            "versions": ("position",),
            "numbers": ("sez_code", "number"),
            "gaps": ("sez_code", "number"),
            **{name: key for kind in KINDS.values() for name, key in kind.tables.items()},
        },
        apply=apply,
    ),
)
"""States of messages, objects, systems and classifiers; claims; what is listed."""
