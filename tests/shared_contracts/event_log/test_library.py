"""The eventsourcing library's own cases, run against this log's recorders."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    TrackingRecorderTestCase,
)
from typing_extensions import override

from shared_contracts.event_log.library.recorder import LogRecorder, StreamRecorder
from shared_contracts.event_log.library.tracking import LogTracking


class FromZero(LogRecorder):
    """Some cases number their streams from 0; the log's begin at 1, so those are moved by one."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self._moved: set[UUID | str] = set()

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        self._moved |= {one.originator_id for one in stored_events if not one.originator_version}
        moved = [self._by(1, one) for one in stored_events]
        return super().insert_events(moved, **kwargs)

    @override
    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        return [self._by(-1, one) for one in super().select_events(originator_id, **kwargs)]

    def _by(self, step: int, one: StoredEvent) -> StoredEvent:
        version = one.originator_version + step * (one.originator_id in self._moved)
        return replace(one, originator_version=version)


class OnFreshDatabase:
    """Gives each of the library's cases a recorder in a database of its own."""

    recorder: LogRecorder

    @pytest.fixture(autouse=True)
    def _open(self, dsn: str) -> Iterator[None]:
        self.recorder = FromZero(dsn)
        yield
        self.recorder.close()


class TestApplicationRecorder(OnFreshDatabase, ApplicationRecorderTestCase[LogRecorder]):
    """Positions from 1 without gaps, conflicts, reading by position, many threads."""

    @override
    def create_recorder(self) -> LogRecorder:
        return self.recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(OnFreshDatabase, NonInterleavingNotificationIDsBaseCase):
    """Events of one request stand together."""

    @override
    def create_recorder(self) -> LogRecorder:
        return self.recorder


class TestStreamRecorder(OnFreshDatabase, AggregateRecorderTestCase):
    """Streams by version."""

    @override
    def create_recorder(self) -> StreamRecorder:
        return StreamRecorder(self.recorder)


class TestTracking(OnFreshDatabase, TrackingRecorderTestCase):
    """Positions of followers only go forward."""

    @override
    def create_recorder(self) -> LogTracking:
        return LogTracking(self.recorder)
