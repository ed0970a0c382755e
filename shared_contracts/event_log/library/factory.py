"""The infrastructure factory by which the eventsourcing library finds this log."""

from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    NotSupportedError,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, strtobool
from typing_extensions import override

from shared_contracts.event_log.library.recorder import LogRecorder, StreamRecorder
from shared_contracts.event_log.library.tracking import LogTracking


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the recorders of one store from LOG_DSN, LOG_WRITES and LOG_BATCH_ROWS."""

    def __init__(self, env: Environment | dict[str, str] | None) -> None:
        super().__init__(env)
        dsn = self.env.get("LOG_DSN")
        if not dsn:
            raise OSError("LOG_DSN is not set: it names the database of the event log")
        self._recorder: LogRecorder | None = None
        self._dsn = dsn

    @property
    def log_recorder(self) -> LogRecorder:
        """The one recorder of this store; made when it is first asked for."""
        if self._recorder is None:
            self._recorder = LogRecorder(
                self._dsn,
                writes=strtobool(self.env.get("LOG_WRITES") or "yes"),
                batch_rows=int(self.env.get("LOG_BATCH_ROWS") or 5000),
            )
        return self._recorder

    @override
    def application_recorder(self) -> ApplicationRecorder:
        """The log by streams and by positions."""
        return self.log_recorder

    @override
    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The log by streams; raises NotSupportedError for snapshots: there are heads."""
        if purpose != "events":
            raise NotSupportedError(f"no recorder for {purpose}: heads take the place of snapshots")
        return StreamRecorder(self.log_recorder)

    @override
    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        """How far the followers have come."""
        return (tracking_recorder_class or LogTracking)(self.log_recorder)

    @override
    def process_recorder(self) -> ProcessRecorder:
        """Refused: followers write what they show, never events, in their transaction."""
        raise NotSupportedError("followers record no events: append them through the log")

    @override
    def close(self) -> None:
        """Close the recorder, if there is one."""
        if self._recorder is not None:
            self._recorder.close()
