"""A system that may transmit: registered with its identity, access date and conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

import msgspec

from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment

SYSTEMS = UUID("6c1f5b0e-3f43-5d0a-9a53-2a8f2f5f7d10")
"""Namespace in which the code of a system becomes the id of its record."""


def system_id(code: str) -> UUID:
    """The id under which the system with this code is kept."""
    return uuid5(SYSTEMS, code)


# What can happen


@topic("system-registered.1")
class SystemRegistered(Event, frozen=True, kw_only=True):
    """A system was entered in the register, or its entry was replaced by a newer one."""

    code: str
    environment: Environment
    bin: str
    system_uid: str | None = None
    certificate_sha256: str | None = None
    name: str
    address: str | None = None
    conditions: tuple[int, ...] = (1,)
    sectors: tuple[str, ...] = ("HYDROCARBONS", "URANIUM")
    access_date: date
    registered_at: datetime


# What can be asked


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter a system, or replace its entry."""

    entry: SystemRegistered


# What it is meanwhile


class Unregistered(msgspec.Struct, frozen=True, tag="UNREGISTERED"):
    """No system has this code."""


class System(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="REGISTERED"):
    """A system as the register knows it."""

    entry: SystemRegistered


State = Unregistered | System


def decide(_system: State, command: Enter) -> Sequence[Event]:
    """Enter the system; a code keeps its history of entries."""
    return [command.entry]


def evolve(system: State, event: Event) -> State:
    """What the register says of the system after ``event``."""
    return System(entry=event) if isinstance(event, SystemRegistered) else system
