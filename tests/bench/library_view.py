"""The Registry's view of purchases by the library's own means: ProjectionRunner and recorder."""

from typing import Any
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL
from typing_extensions import override

from registry.purchases import listing as purchases
from registry.records import listing as records
from tests.bench.plain_log import PlainLog

_VERSION = "INSERT INTO views.versions VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)"


class LibraryView(PostgresTrackingRecorder):
    """The tables of the Registry's view, written in one transaction with the position."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        tables = (*records.SCHEMA.split(";"), *purchases.SCHEMA.split(";"))
        for statement in ("CREATE SCHEMA IF NOT EXISTS views", *tables):
            self.sql_create_statements.append(SQL(statement).format())

    def write(
        self, purchase: tuple[Any, ...], version: tuple[Any, ...], tracking: Tracking
    ) -> None:
        """Write the rows of one event."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(_VERSION, version, prepare=True)
            cursor.execute(purchases._ANNOUNCED, purchase, prepare=True)


class LibraryProjection(Projection[LibraryView]):
    """Turns every announcement into its rows, as the Registry does."""

    topics = ("tests.bench.plain_log:Announced.Recorded",)

    @override
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Write what an announcement changes."""
        header, document = domain_event.content
        place = tracking.notification_id
        self.view.write(
            _purchase(domain_event.originator_id, header, document, place),
            _version(domain_event, header, place),
            tracking,
        )


def _purchase(
    registry_id: UUID, header: dict[str, Any], document: dict[str, Any], place: int
) -> tuple[Any, ...]:
    customer = document["customer"]
    return (
        registry_id,
        document["act"]["sez_code"],
        header["object_id"],
        document["purchase_code"],
        document["name"].get("ru", ""),
        document["method"],
        customer.get("bin") or customer.get("iin") or "",
        document["planned_total"],
        document.get("bids_to"),
        "ANNOUNCED",
        header["version"],
        place,
    )


def _version(event: Any, header: dict[str, Any], place: int) -> tuple[Any, ...]:
    return (
        place,
        event.originator_id,
        "SEZ01",
        header["version"],
        event.message_id,
        event.record,
        header["document_hash"],
        header["formed_at"],
        event.received_at,
        1.0,
        False,
    )


def runner(env: dict[str, str]) -> ProjectionRunner[PlainLog, LibraryView]:
    """A runner at work, from where the view stands."""
    return ProjectionRunner(
        application_class=PlainLog,
        projection_class=LibraryProjection,
        view_class=LibraryView,
        env=env,
    )
