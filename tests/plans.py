"""How many rows each statement of a system reads, as PostgreSQL counts them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from psycopg import Cursor

from shared_contracts.event_log.log import EventLog


@dataclass
class Plans:
    """The most rows that any run of a statement read, by its text."""

    read: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def noted(self, log: EventLog) -> Iterator[None]:
        """Count for every statement that the threads of a system run meanwhile."""
        reading: Callable[[], AbstractContextManager[Cursor[Any]]] = log.recorder.reading

        @contextmanager
        def counted() -> Iterator[Any]:
            with reading() as cursor:
                yield _Counted(cursor, self)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log.recorder, "reading", counted)
            yield

    def beyond(self, most: int) -> dict[str, int]:
        """The statements that read more rows than that."""
        return {text: rows for text, rows in self.read.items() if rows > most}


class _Counted:
    """A cursor; before each statement PostgreSQL tells what it will read, in a generic plan."""

    def __init__(self, cursor: Cursor[Any], plans: Plans) -> None:
        self._cursor, self._plans = cursor, plans

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor[Any]:
        self._count(query, params)
        return self._cursor.execute(query, params, **options)

    def executemany(self, query: Any, rows: Any) -> None:
        for row in rows:
            self.execute(query, row)

    def _count(self, query: Any, params: Any) -> None:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if not text.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            return
        with self._cursor.connection.transaction(force_rollback=True):
            cursor = self._cursor.connection.cursor()
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}".encode()
            [(told,)] = cursor.execute(explained, params, prepare=True).fetchall()
        rows = _rows(told[0]["Plan"])
        self._plans.read[text] = max(rows, self._plans.read.get(text, 0))


def _rows(plan: dict[str, Any]) -> int:
    removed = sum(count for name, count in plan.items() if name.startswith("Rows Removed"))
    own = plan["Actual Rows"] + removed
    return int(own * plan["Actual Loops"] + sum(map(_rows, plan.get("Plans", ()))))


def fill(dsn: str, *statements: str, count: int) -> None:
    """As the owner of the database fill tables by statements over ``n``, past their guards."""
    with psycopg.connect(dsn, autocommit=True) as owner:
        for table in ("events", "heads", "evidence"):
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER USER".encode())
        for statement in statements:
            owner.execute(f"{statement} FROM generate_series(1, {count}) AS n".encode())
        for table in ("events", "heads", "evidence"):
            owner.execute(f"ALTER TABLE log.{table} ENABLE TRIGGER USER".encode())
        owner.execute("ANALYZE")  # as autovacuum does


EVENTS = "INSERT INTO log.events SELECT gen_random_uuid(), 1, 'other.1', '{}', -n, '', '', now()"
"""Events before the first: the log goes on from where it was."""
HEADS = (
    "INSERT INTO log.heads SELECT 'STAND', 'SEZ0' || 1 + n % 2, 'OTHER', gen_random_uuid(), "
    "gen_random_uuid(), 1, -n, '{}'"
)

FIGURES = ("/healthz", "/readyz", "/metrics")
"""Paths that are in no description."""
