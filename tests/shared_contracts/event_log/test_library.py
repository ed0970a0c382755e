"""The eventsourcing library's own cases, run against this log's recorders."""

from collections.abc import Iterator

import pytest
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    TrackingRecorderTestCase,
)
from typing_extensions import override

from shared_contracts.event_log.recorder import LogRecorder, StreamRecorder
from shared_contracts.event_log.tracking import LogTracking


class OnFreshDatabase:
    """Gives each of the library's cases a recorder in a database of its own."""

    recorder: LogRecorder

    @pytest.fixture(autouse=True)
    def _open(self, dsn: str) -> Iterator[None]:
        self.recorder = LogRecorder(dsn)
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
