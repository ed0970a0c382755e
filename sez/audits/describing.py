"""An event of this SEZ as an entry of its log of events (S216-9.6)."""

from typing import Any

import msgspec

from sez.administration.exported import EvidenceExported
from sez.administration.refused_tokens import TokensRefused
from sez.administration.started import SystemStarted
from sez.records.version import RecordEvent, VersionSigned, VersionTakenBack
from sez.synchronisation.package_events import PackageEvent
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.acting import Acting
from shared_contracts.event_log.event import Event, Recorded, UnknownTopic
from shared_contracts.event_log.leaf import leaf
from shared_contracts.event_log.log import restored
from shared_contracts.limits import NAME
from shared_contracts.messages.audit import LoggedEvent
from shared_contracts.visible import visible

ACTORS = ("chosen_by", "ordered_by")
"""Fields in which an event names the person who acted."""

OUTCOMES = ("result", "reason")
"""Fields in which an event tells how it ended."""

UNREADABLE = "UNREADABLE"
"""The outcome that is told of what cannot be read."""


def described(recorded: Recorded) -> LoggedEvent:
    """The entry for an event; its leaf is calculated anew from what is stored."""
    event, place = recorded.event, (recorded.originator_id, recorded.version)
    return LoggedEvent(
        position=recorded.position,
        recorded_at=to_astana(recorded.recorded_at),
        action=_told(recorded.topic),
        actor=_actor(event),
        address=_address(event),
        outcome=_outcome(event),
        leaf_hash=leaf(*place, recorded.topic, recorded.state).hex(),
        chain_hash=recorded.chain.hex(),
        **_object(event),
    )


def undecodable(columns: tuple[Any, ...]) -> LoggedEvent:
    """The entry for a row of the log that cannot be read as an event of this program."""
    position, originator_id, version, topic, state, _, chain, recorded_at = columns
    return LoggedEvent(
        position=position,
        recorded_at=to_astana(recorded_at),
        action=_told(topic),
        outcome=UNREADABLE,
        leaf_hash=leaf(originator_id, version, topic, state).hex(),
        chain_hash=chain.hex(),
    )


def entry(columns: tuple[Any, ...]) -> LoggedEvent:
    """The entry for a row of the log, whatever stands in it."""
    try:
        return described(restored(columns))
    except (UnknownTopic, msgspec.MsgspecError, ValueError):
        return undecodable(columns)


def _outcome(event: Event) -> str | None:
    """How it ended, as far as it says so."""
    if isinstance(event, VersionSigned):
        return "SIGNED"
    if isinstance(event, TokensRefused):
        return f"REFUSED {event.count}"
    return _first(event, OUTCOMES)


def _object(event: Event) -> dict[str, Any]:
    """Of what the event is, as far as it says so."""
    found: dict[str, Any] = {}
    if isinstance(event, SystemStarted):
        found = {"object_type": "SETTINGS"}
    if isinstance(event, PackageEvent):
        found = {"object_type": "PACKAGE", "object_id": event.message_id}
    if isinstance(event, EvidenceExported):
        found = {"object_id": event.exported_id}
    if isinstance(event, RecordEvent):
        found = {"object_id": event.object_id}
    if isinstance(event, VersionSigned | VersionTakenBack):
        found["version"] = event.version
    if isinstance(event, VersionSigned):
        found["object_type"] = event.document.act.object_type
    return found


def _actor(event: Event) -> str | None:
    if isinstance(event, VersionSigned):
        return _told(event.formed_by.name)
    named = _first(event, ACTORS)
    if named is None and isinstance(event.acting, Acting):
        return _told(event.acting.actor)
    return named


def _address(event: Event) -> str | None:
    """The network address from which it was done, where it was noted."""
    if isinstance(event, TokensRefused):
        return _told(event.refused_address) or None
    return (_told(event.acting.address) or None) if isinstance(event.acting, Acting) else None


def _first(event: Event, names: tuple[str, ...]) -> str | None:
    told = (getattr(event, name, None) for name in names)
    return next((_told(str(value)) for value in told if value is not None), None)


def _told(text: str) -> str:
    """Words of a row as an answer can have them: one sign that XML does not know ends no page."""
    return visible(text)[:NAME]
