"""The versions of all objects as they came, and how late; and what the views of kinds share."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, TypeAlias, TypeVar
from uuid import UUID

from psycopg import Cursor

from registry.records.record import VersionRecorded
from registry.records.trees import listing as trees
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog, restored
from shared_contracts.messages.notice import AnnouncedWorks
from shared_contracts.rules.hour import is_excused

R = TypeVar("R")

Works = Callable[[str], Collection[AnnouncedWorks]]
"""The announced works that excuse a breach of the hour by a system."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.versions (
  position bigint PRIMARY KEY,
  registry_id uuid NOT NULL,
  sez_code text NOT NULL,
  version bigint NOT NULL,
  message_id uuid NOT NULL,
  record int NOT NULL,
  document_hash text NOT NULL,
  formed_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  seconds double precision NOT NULL,
  late boolean NOT NULL);
CREATE INDEX IF NOT EXISTS versions_purchase ON views.versions (registry_id, version);
CREATE INDEX IF NOT EXISTS versions_sez ON views.versions (sez_code, late, position)
"""


@dataclass(frozen=True, slots=True)
class RecordedVersionRow:
    """A version as it came; ``seconds`` from forming to first arrival."""

    position: int
    registry_id: UUID
    sez_code: str
    version: int
    message_id: UUID
    record: int
    document_hash: str
    formed_at: datetime
    received_at: datetime
    seconds: float
    late: bool


@dataclass(frozen=True, slots=True)
class Lateness:
    """How punctual a SEZ is (S216-18.3); seconds from forming to first arrival.

    ``excused`` are those of the late ones that announced works excuse (S216-18.4).
    """

    sez_code: str
    versions: int
    late: int
    excused: int
    median_seconds: float
    longest_seconds: float


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the view up to date with events, in one go."""
    versions = [(at, at.event) for at in events]
    recorded = [_version(at, event) for at, event in versions if isinstance(event, VersionRecorded)]
    if recorded:
        cursor.executemany(
            "INSERT INTO views.versions VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)", recorded
        )


def _version(at: Recorded, event: VersionRecorded) -> tuple[Any, ...]:
    header = event.header
    return (
        at.position,
        event.registry_id,
        event.sez_code,
        header.version,
        event.message_id,
        event.record,
        header.document_hash,
        header.formed_at,
        event.received_at,
        (event.received_at - header.formed_at).total_seconds(),
        event.late,
    )


_NEWEST = """
SELECT h.kind, h.object_id, h.originator_id, v.version, v.document_hash
FROM unnest(%s::text[], %s::uuid[]) k (kind, object_id)
JOIN log.heads h ON h.environment = %s AND h.sez_code = %s AND h.kind = k.kind
  AND h.object_id = k.object_id
CROSS JOIN LATERAL (SELECT version, document_hash FROM views.versions o
  WHERE o.registry_id = h.originator_id ORDER BY version DESC LIMIT 1) v"""


@dataclass(frozen=True, slots=True)
class NewestVersion:
    """The last version of an object on record, and the hash of its document."""

    registry_id: UUID
    version: int
    document_hash: str


def newest(
    log: EventLog, environment: str, sez_code: str, named: Collection[tuple[str, UUID]]
) -> dict[tuple[str, UUID], NewestVersion]:
    """The last versions of those objects, named by type and id, that are on record.

    What an object holds is not read: a programme of 100,000 items costs no more than a purchase.
    """
    kinds, ids = [kind for kind, _ in named], [object_id for _, object_id in named]
    rows = log.recorder.select(_NEWEST, (kinds, ids, environment, sez_code))
    return {(kind, object_id): NewestVersion(*row) for kind, object_id, *row in rows}


TERMS: Mapping[str, LiteralString] = {
    "type": "object_type = %s",
    "sez": "sez_code = %s",
    "purchase": "purchase_id = %s",
    "status": "status = %s",
    "number": "number = %s",
    "customer": "customer = %s",
    "kind": "kind = %s",
    "year": "%s BETWEEN year_from AND year_to",
    "after": "registry_id > %s",
}
"""By what objects of a kind can be asked for; ``after`` is the last id of the page before."""


def page(
    select: LiteralString, asked: Mapping[str, object]
) -> tuple[LiteralString, tuple[object, ...]]:
    """The query for a page by the Registry's id, and its values without the limit.

    Only what is asked for, by names of ``TERMS``, stands in it; None is not asked. So each
    combination has a plan of its own, in which an index leads straight to the first row, however
    deep the page lies.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    terms: LiteralString = " AND ".join(TERMS[name] for name in given)
    where: LiteralString = f"WHERE {terms} " if terms else ""
    return f"{select}{where}ORDER BY registry_id LIMIT %s", tuple(given.values())


def paged(
    log: EventLog,
    row: Callable[..., R],
    select: LiteralString,
    asked: Mapping[str, object],
    limit: int,
) -> list[R]:
    """The rows of a page, at most ``limit``, each made a ``row``."""
    query, values = page(select, asked)
    return [row(*one) for one in log.recorder.select(query, (*values, limit))]


Change: TypeAlias = tuple[LiteralString, Sequence[tuple[Any, ...]]]
"""A statement, and the rows for which it is to be done."""


def write(cursor: Cursor[Any], *changes: Change) -> None:
    """Bring a view up to date by statements, one after another, each for all its rows."""
    for statement, rows in changes:
        if rows:
            cursor.executemany(statement, rows)


def deleted(view: LiteralString) -> LiteralString:
    """The statement by which an object of ``view`` is deleted, for rows of ``place``."""
    changed: LiteralString = "status = 'DELETED', version = %s, position = %s"
    return f"UPDATE {view} SET {changed} WHERE registry_id = %s"  # noqa: S608  # fixed text


def place(at: Recorded, event: VersionRecorded) -> tuple[int, int, UUID]:
    """The number of a version, its position in the log, and the id of its object."""
    return event.header.version, at.position, event.registry_id


def versions_of(log: EventLog, registry_id: UUID) -> list[RecordedVersionRow]:
    """The versions of an object as they came."""
    query = "SELECT * FROM views.versions WHERE registry_id = %s ORDER BY version"
    return [RecordedVersionRow(*row) for row in log.recorder.select(query, (registry_id,))]


def late_versions(log: EventLog, sez_code: str, limit: int = 1000) -> Iterator[RecordedVersionRow]:
    """What came late from a SEZ, latest first: the register of violations (S216-18.3)."""
    query = (
        "SELECT * FROM views.versions WHERE sez_code = %s AND late ORDER BY position DESC LIMIT %s"
    )
    return (RecordedVersionRow(*row) for row in log.recorder.select(query, (sez_code, limit)))


def lateness(log: EventLog, works: Works) -> list[Lateness]:
    """How punctual every SEZ is; ``works`` are those that excuse it."""
    query = (
        "SELECT sez_code, count(*), count(*) FILTER (WHERE late), "
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), max(seconds) "
        "FROM views.versions GROUP BY sez_code ORDER BY sez_code"
    )
    return [
        Lateness(code, versions, late, _excused(log, code, works(code)) if late else 0, *seconds)
        for code, versions, late, *seconds in log.recorder.select(query, ())
    ]


def _excused(log: EventLog, sez_code: str, works: Collection[AnnouncedWorks]) -> int:
    """How many of the late versions of a SEZ are excused."""
    if not works:
        return 0
    until, since = max(one.ends_at for one in works), min(one.begins_at for one in works)
    query = (
        "SELECT formed_at, received_at FROM views.versions "
        "WHERE sez_code = %s AND late AND formed_at < %s AND received_at > %s"
    )
    rows = log.recorder.select(query, (sez_code, until, since))
    return sum(is_excused(formed_at, received_at, works) for formed_at, received_at in rows)


def prepare(log: EventLog) -> None:
    """Make the view and the trees of checksums, if they are not there."""
    make_views(log, SCHEMA)
    trees.prepare(log)


@dataclass(frozen=True, slots=True)
class LastWhole:
    """The last whole version of an object, the object's status, and when its first was formed."""

    recorded: Recorded
    status: str
    first_formed_at: datetime


def last_whole(
    log: EventLog, view: LiteralString, topics: Sequence[str], at_once: int
) -> Iterator[LastWhole]:
    """The last whole version of each object of ``view`` that is not deleted, by its id.

    ``topics`` are those of whole versions; ``at_once`` are read by one query.
    """
    query = f"""
SELECT e.*, p.status, (SELECT formed_at FROM views.versions v
  WHERE v.registry_id = p.registry_id ORDER BY v.version LIMIT 1)
FROM (SELECT registry_id, status FROM {view}
  WHERE registry_id > %s AND status <> 'DELETED' ORDER BY registry_id LIMIT %s) p,
LATERAL (SELECT position, originator_id, originator_version, topic, state, leaf, chain, recorded_at
  FROM log.events WHERE originator_id = p.registry_id AND topic = ANY(%s)
  ORDER BY originator_version DESC LIMIT 1) e
ORDER BY p.registry_id"""  # noqa: S608  # fixed text
    after = UUID(int=0)
    while rows := log.recorder.select(query, (after, at_once, list(topics))):
        for row in rows:
            yield LastWhole(restored(row[:8]), *row[8:])
        after = rows[-1][1]
