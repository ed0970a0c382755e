"""The event log of one store: append what was decided, read what was recorded."""

import time
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from psycopg.rows import TupleRow
from typing_extensions import override

from shared_contracts.event_log.event import Event, Fact, Recorded, UnknownTopic, decode
from shared_contracts.event_log.leaf import leaf
from shared_contracts.event_log.library.factory import LogFactory
from shared_contracts.event_log.writing.arrays import Array, Texts, Uuids, texts, uuids
from shared_contracts.event_log.writing.commit import (
    Claim,
    Commit,
    Conflict,
    Evidence,
    Head,
    HeadKey,
    NewHead,
    WriterLost,
)
from shared_contracts.event_log.writing.locks import Locks

__all__ = [
    "Claim",
    "Commit",
    "Conflict",
    "EventLog",
    "Evidence",
    "Fact",
    "Head",
    "HeadKey",
    "NewHead",
    "Recorded",
    "WriterLost",
    "leaf",
]

RECORDED = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, chain, recorded_at "
    "FROM log.events WHERE "
)
_EVENTS = (
    "SELECT position, topic, state FROM log.events "
    "WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version"
)
_AFTER = RECORDED + "position > %s ORDER BY 1 LIMIT %s"
HEADS = (
    "SELECT k.environment, k.sez_code, k.kind, k.object_id, "
    "h.originator_id, h.version, h.position, h.state "
    "FROM unnest(%b::text[], %b::text[], %b::text[], %b::uuid[]) "
    "AS k(environment, sez_code, kind, object_id) "
    "CROSS JOIN LATERAL (SELECT * FROM log.heads AS h WHERE h.environment = k.environment "
    "AND h.sez_code = k.sez_code AND h.kind = k.kind AND h.object_id = k.object_id LIMIT 1) AS h"
)
"""Each key by the index, also while the table has no statistics: a join might read all of it."""
_BODY = (
    "SELECT body FROM log.evidence "
    "WHERE originator_id = %s AND originator_version = %s AND name = %s"
)
_DIGEST = _BODY.replace("body", "sha256", 1)
_PAUSE = 0.1
"""Seconds between two looks at the log of another process."""


class _Facts(Application[UUID]):
    """The library's application over this log: its event store maps and records the facts."""

    env = {  # noqa: RUF012 - the library's own declaration
        "PERSISTENCE_MODULE": "shared_contracts.event_log.library.factory:LogFactory",
        "MAPPER_TOPIC": "shared_contracts.event_log.library.mapper:FactMapper",
    }

    @override
    def construct_factory(self, env: Any) -> LogFactory:
        factory = super().construct_factory(env)
        if not isinstance(factory, LogFactory):
            raise TypeError(f"PERSISTENCE_MODULE gives {type(factory).__name__}, not LogFactory")
        return factory


class EventLog:
    """One store, for all the threads of a process.

    With ``writes`` this process becomes the store's only writer (raises NeedsPerson if another
    is); without, it reads what the writer commits. ``dsn`` is the application's, as ``migrate``
    gives it. ``batch_rows`` bounds one group of commits.
    """

    def __init__(self, dsn: str, *, writes: bool = True, batch_rows: int = 5000) -> None:
        self._application = _Facts(
            {
                "LOG_DSN": dsn,
                "LOG_WRITES": "yes" if writes else "no",
                "LOG_BATCH_ROWS": str(batch_rows),
            }
        )
        factory = self._application.factory
        assert isinstance(factory, LogFactory)  # noqa: S101 - made so above
        self.recorder = factory.log_recorder
        self._locks = Locks()
        self._writes = writes

    @property
    def application(self) -> Application[UUID]:
        """The eventsourcing application, for the library's own runners."""
        return self._application

    def append(self, commit: Commit) -> int:
        """Record a commit; returns its last position, after the database has committed.

        Raises Conflict if another came first (nothing of the commit is recorded), WriterLost if
        this process is no longer the writer (whether it is recorded is then unknown).
        """
        recordings = self._application.events.put(
            commit.facts, heads=commit.heads, evidence=commit.evidence, claims=commit.claims
        )
        return recordings[-1].notification.id

    def heads(self, keys: Collection[HeadKey]) -> dict[HeadKey, Head]:
        """The heads of those objects that have one; one round trip."""
        rows = self.recorder.select(HEADS, key_columns(keys)) if keys else ()
        found = (Head(HeadKey(*row[:4]), *row[4:]) for row in rows)
        return {head.key: head for head in found}

    def claims(self, keys: Collection[str]) -> dict[str, str]:
        """The values of those keys that are taken."""
        query = "SELECT key, value FROM log.claims WHERE key = ANY(%b::text[])"
        return dict(self.recorder.select(query, (list(keys),))) if keys else {}

    def stream(self, originator_id: UUID, *, after_version: int = 0) -> list[Recorded]:
        """The events of one originator, by version."""
        query = RECORDED + "originator_id = %s AND originator_version > %s ORDER BY 3"
        return self._recorded(query, (originator_id, after_version))

    def events(self, originator_id: UUID, *, after_version: int = 0) -> Iterator[Event]:
        """The same events alone, each decoded when it is asked for.

        Whoever folds a long stream keeps none of them, which the garbage collector would walk.
        """
        rows = self.recorder.select(_EVENTS, (originator_id, after_version))
        return (_event(*row) for row in rows)

    def read(self, after: int, limit: int = 500) -> list[Recorded]:
        """The events after a position, ascending; positions have no gaps."""
        found: list[Recorded] = []
        for row in self.recorder.select(_AFTER, (after, limit)):
            try:
                found.append(restored(row))
            except UnknownTopic:
                if not found:
                    raise
                break
        return found

    def last_position(self) -> int:
        """The position of the last event; 0 while the log is empty."""
        return self.recorder.max_notification_id() or 0

    def sessions_lost(self) -> int:
        """How many sessions to read by broke since the log was opened."""
        return self.recorder.sessions_lost()

    def evidence(self, originator_id: UUID, version: int, name: str) -> bytes | None:
        """The bytes kept beside an event, or None."""
        rows = self.recorder.select(_BODY, (originator_id, version, name))
        return rows[0][0] if rows else None

    def evidence_sha256(self, originator_id: UUID, version: int, name: str) -> str | None:
        """SHA-256 of the bytes kept beside an event, lower hex, without fetching them."""
        rows = self.recorder.select(_DIGEST, (originator_id, version, name))
        return rows[0][0].hex() if rows else None

    def locks(
        self, keys: Iterable[Hashable], together: Iterable[Hashable] = ()
    ) -> AbstractContextManager[None]:
        """Hold message ids and object keys in this process, from decision to commit.

        Those ``together`` are held beside others who hold them so, but by nobody alone meanwhile.
        """
        return self._locks.hold(keys, together)

    def try_lock(self, key: Hashable) -> AbstractContextManager[None] | None:
        """Hold one key if it is free; None if another thread has it (IN_PROGRESS)."""
        return self._locks.try_hold(key)

    def wait(self, after: int, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until something after a position is committed."""
        if self._writes:
            return self.recorder.commit_signal.wait(after, timeout)
        deadline = time.monotonic() + timeout
        while self.last_position() <= after:
            if time.monotonic() + _PAUSE > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def check(self) -> bool:
        """Whether this process can append, False while the database may only be read.

        Raises WriterLost if it is no longer the writer.
        """
        return self.recorder.check()

    def close(self) -> None:
        """End all sessions; another process may then become the writer."""
        self._application.close()

    def _recorded(self, query: str, parameters: Sequence[Any]) -> list[Recorded]:
        rows = self.recorder.select(query, parameters)
        return [restored(row) for row in rows]


def restored(row: TupleRow) -> Recorded:
    """The event of a row of ``RECORDED``; raises UnknownTopic."""
    position, originator_id, version, topic, state, leaf_hash, link, recorded_at = row
    return Recorded(
        position=position,
        originator_id=originator_id,
        version=version,
        topic=topic,
        event=_event(position, topic, state),
        state=state,
        leaf=leaf_hash,
        chain=link,
        recorded_at=recorded_at,
    )


def _event(position: int, topic: str, state: bytes) -> Event:
    try:
        return decode(topic, state)
    except UnknownTopic as unknown:
        raise UnknownTopic(
            f"position {position} holds the topic {topic[:100]!r}, which this program does not "
            "know: start the newer program"
        ) from unknown


def key_columns(keys: Collection[HeadKey]) -> tuple[Array, ...]:
    """Keys as the parameters of ``HEADS``; raises ValueError on a NUL in a text."""
    count = len(keys)
    return (
        Texts.joined(count, (texts([key.environment for key in keys]),)),
        Texts.joined(count, (texts([key.sez_code for key in keys]),)),
        Texts.joined(count, (texts([key.kind for key in keys]),)),
        Uuids.joined(count, (uuids([key.object_id for key in keys]),)),
    )
