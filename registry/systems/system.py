"""A system that may transmit: registered with its identity, access date and conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic, upcaster
from shared_contracts.messages.document import Environment

SYSTEMS = UUID("6c1f5b0e-3f43-5d0a-9a53-2a8f2f5f7d10")
"""Namespace in which the code of a system becomes the id of its record."""


def system_id(code: str) -> UUID:
    """The id under which the system with this code is kept."""
    return uuid5(SYSTEMS, code)


# What can happen


@topic("system-registered.4")
class SystemRegistered(Event, frozen=True, kw_only=True):
    """A system was entered in the register, or its entry was replaced by a newer one.

    ``certificate_sha256`` is that of the certificate it signs with, ``tls_certificate_sha256``
    that of the certificate it shows when it connects; both over the DER form, in lower hex.
    """

    code: str
    environment: Environment
    bin: str
    system_uid: str | None = None
    certificate_sha256: str | None = None
    tls_certificate_sha256: str | None = None
    name: str
    address: str | None = None
    endpoint: str | None = None
    networks: tuple[str, ...] = ()
    conditions: tuple[int, ...] = (1,)
    sectors: tuple[str, ...] = ("HYDROCARBONS", "URANIUM")
    access_date: date
    registered_at: datetime


@upcaster("system-registered.1")
def _without_tls(content: dict[str, Any]) -> dict[str, Any]:
    """Entries of before named no certificate of the connection."""
    return {**content, "tls_certificate_sha256": None}


@upcaster("system-registered.2")
def _without_endpoint(content: dict[str, Any]) -> dict[str, Any]:
    """Nothing was sent to a system before."""
    return {**content, "endpoint": None}


@upcaster("system-registered.3")
def _without_networks(content: dict[str, Any]) -> dict[str, Any]:
    """No network address was fixed before."""
    return {**content, "networks": []}


@topic("system-stopped.1")
class SystemStopped(Event, frozen=True, kw_only=True):
    """The authority stopped the synchronisation of a system (S95-18c); a new act ends that."""

    code: str
    environment: Environment
    admission_id: UUID
    clause: str
    ground: str
    stopped_at: datetime


# What can be asked


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter a system, or replace its entry; ``by_act`` says that an act of commissioning does."""

    entry: SystemRegistered
    by_act: bool = False


@dataclass(frozen=True, slots=True)
class StopSystem:
    """Stop the synchronisation of a system."""

    fact: SystemStopped


# What it is meanwhile


class Unregistered(msgspec.Struct, frozen=True, tag="UNREGISTERED"):
    """No system has this code."""


class RegisteredSystem(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="REGISTERED"
):
    """A system as the register knows it."""

    entry: SystemRegistered


class StoppedSystem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="STOPPED"):
    """A system whose synchronisation was stopped, with its last entry."""

    entry: SystemRegistered
    stop: SystemStopped


State = Unregistered | RegisteredSystem | StoppedSystem


def decide(system: State, command: Enter | StopSystem) -> Sequence[Event]:
    """Enter or stop the system; a code keeps its history of entries.

    ``RefusedByRule`` for an entry of a stopped system but by a new act (S95-18b).
    """
    match system, command:
        case StoppedSystem(), Enter(by_act=False):
            raise RefusedByRule(
                f"code {system.entry.code!r}: its synchronisation was stopped; it is resumed by a "
                "new application alone (S95-18b)"
            )
        case _, Enter(entry=entry):
            return [entry]
        case RegisteredSystem(), StopSystem(fact=fact):
            return [fact]
        case _, StopSystem(fact=fact):
            raise RefusedByRule(f"code {fact.code!r}: no system with this code transmits")


def evolve(system: State, event: Event) -> State:
    """What the register says of the system after ``event``."""
    match system, event:
        case _, SystemRegistered():
            return RegisteredSystem(entry=event)
        case RegisteredSystem(entry=entry), SystemStopped():
            return StoppedSystem(entry=entry, stop=event)
        case _:
            return system
