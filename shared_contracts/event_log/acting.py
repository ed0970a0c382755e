"""Who has something done, and from where: it is written into each event of it (S216-9.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import msgspec

HEADER: Final = "X-Actor"
"""The name of who acts over the JSON interface, UTF-8 in percent-encoding."""

LONGEST: Final = 200
"""Most letters of it."""

REGISTRY: Final = "REGISTRY"
"""Who acts where the Registry asks a SEZ; nobody names himself so over the JSON interface."""


class Acting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The actor as he named himself to a system that let him in, and his network address."""

    actor: str
    address: str = ""


_now: ContextVar[Acting | None] = ContextVar("acting", default=None)


def begin(by: Acting) -> None:
    """Whatever is recorded in this task, and by threads that it waits for, is done by him."""
    _now.set(by)


@contextmanager
def acting(by: Acting) -> Iterator[None]:
    """Whatever is recorded meanwhile in this thread is done by him."""
    before = _now.set(by)
    try:
        yield
    finally:
        _now.reset(before)


def now_acting() -> Acting | None:
    """Who has it done; None where the system does it by itself."""
    return _now.get()
