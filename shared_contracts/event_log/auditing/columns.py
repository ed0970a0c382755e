"""Tables have the columns, and the schemas the tables and followers, that this program ships."""

from collections.abc import Collection, Iterator, Mapping

from psycopg import Connection

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.derived import Views

_COLUMNS: Mapping[str, str] = {
    "checkpoints": (
        "size bigint NOT NULL, root bytea NOT NULL, edge bytea[] NOT NULL, note text NOT NULL, "
        "made_at timestamp with time zone NOT NULL, nodes_kept boolean NOT NULL"
    ),
    "claims": ("key text NOT NULL, value text NOT NULL"),
    "events": (
        "originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL, "
        "state bytea NOT NULL, position bigint NOT NULL, leaf bytea NOT NULL, "
        "chain bytea NOT NULL, recorded_at timestamp with time zone NOT NULL"
    ),
    "evidence": (
        "originator_id uuid NOT NULL, originator_version bigint NOT NULL, name text NOT NULL, "
        "sha256 bytea NOT NULL, body bytea NOT NULL"
    ),
    "heads": (
        "environment text NOT NULL, sez_code text NOT NULL, kind text NOT NULL, "
        "object_id uuid NOT NULL, originator_id uuid NOT NULL, version bigint NOT NULL, "
        "position bigint NOT NULL, state bytea NOT NULL"
    ),
    "migrations": (
        "number integer NOT NULL, name text NOT NULL, digest text NOT NULL, "
        "applied_at timestamp with time zone NOT NULL"
    ),
    "nodes": ("height smallint NOT NULL, index bigint NOT NULL, hash bytea NOT NULL"),
    "tail": ("one boolean NOT NULL, position bigint NOT NULL, chain bytea NOT NULL"),
}
"""The columns of each table of the log, in their order."""

_FOUND = (
    "SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || "
    "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped WHERE c.relnamespace = {}::regnamespace "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY 1 ORDER BY 1"
)
_FOLLOWERS = "SELECT name, position FROM views.tracking ORDER BY 1"
_TRACKING = "tracking"
_TRACKED = "name text NOT NULL, position bigint NOT NULL"


def check_columns(connection: Connection) -> Iterator[Difference]:
    """What differs in the columns of the log's own tables; that one is missing is told before."""
    for table, columns in _columns(connection, "'log'").items():
        known = _COLUMNS.get(table)
        if known is not None and columns != known:
            yield Difference(None, None, "guard", f"columns of log.{table}: {columns}", known)


def check_shown(connection: Connection, views: Views) -> Iterator[Difference]:
    """What stands beside the views that the program makes: tables, columns, followers."""
    made, found = _columns(connection, "pg_my_temp_schema()"), _columns(connection, "'views'")
    yield from _strange(found.keys() - {*views.tables, *views.beside, _TRACKING})
    for table in sorted(views.tables.keys() & found.keys() & made.keys()):
        if found[table] != made[table]:
            yield Difference(None, None, f"view {table}", found[table], made[table])
    columns = found.get(_TRACKING, "none")
    if columns != _TRACKED:
        yield Difference(None, None, "tracking", columns, _TRACKED)
    for name, position in connection.execute(_FOLLOWERS):
        if name != views.follower:
            stored = f"{name} at {position}"
            yield Difference(position, None, "tracking", stored, f"{views.follower} alone")


def _strange(tables: Collection[str]) -> Iterator[Difference]:
    for table in sorted(tables):
        yield Difference(None, None, f"view {table}", "a table", "none of this name")


def _columns(connection: Connection, schema: str) -> dict[str, str]:
    return dict(connection.execute(_FOUND.format(schema).encode()).fetchall())
