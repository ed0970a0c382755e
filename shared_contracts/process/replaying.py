"""What the command ``replay`` does: where the store is, where it is rebuilt, what is told."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import typer

from shared_contracts.errors import Absent, BadInput, Temporary
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.derived import Whose
from shared_contracts.event_log.replaying.replay import ReplayAsked, Replayed, as_text, replay
from shared_contracts.process.command_language import line

_ON_TERMINAL = 0.5
_ELSEWHERE = 10.0
"""Seconds between two lines of progress."""


def asking(system: str, whose: tuple[str, str], at: str, *, compare: bool) -> ReplayAsked:
    """What is asked, of words; raises BadInput for a place that is none."""
    environment, code = whose
    return ReplayAsked(system, Whose(str(environment), code), _place(at), compare)


def replayed(data: Path, database_url: str | None, into: str, asked: ReplayAsked) -> Replayed:
    """Replay the store of a system with these settings, telling how it goes on standard error.

    Raises Absent, BadInput, RefusedByRule, Temporary, NeedsPerson.
    """
    progress = Progress()
    with ExitStack() as open_:
        dsn = database_url or open_.enter_context(_embedded(data))
        empty = into or open_.enter_context(_made(data))
        outcome = replay(dsn, empty, asked, progress.read, progress.part)
        progress.end()
        return outcome


def told(outcome: Replayed, *, as_json: bool) -> str:
    """The outcome in lines for people in the language of the command, or as JSON."""
    if not as_json:
        return "\n".join(map(line, as_text(outcome)))
    content = asdict(outcome) | {"digest": outcome.digest, "holds": outcome.holds}
    return json.dumps(content, ensure_ascii=False, indent=2)


@dataclass
class Progress:
    """Tells on standard error how many events were read and how fast, in one line of a terminal."""

    terminal: bool = field(default_factory=lambda: sys.stderr.isatty())  # noqa: PLW0108  # not that of the import
    _told: float = field(default_factory=time.monotonic)
    _total: str = ""

    def part(self, name: str) -> None:
        """A part begins."""
        self._total = self._total or name
        self._tell(name)

    def read(self, count: int, rate: float) -> None:
        """So many events were read, at so many a second."""
        pause = _ON_TERMINAL if self.terminal else _ELSEWHERE
        if time.monotonic() - self._told >= pause:
            self._tell(f"{count} of {self._total}, {rate:.0f} events/s")

    def end(self) -> None:
        """Nothing more is told."""
        if self.terminal:
            typer.echo(err=True)

    def _tell(self, english: str) -> None:
        self._told = time.monotonic()
        if self.terminal:
            typer.echo(f"\r{line(english):<60}", err=True, nl=False)
        else:
            typer.echo(line(english), err=True)


def _place(written: str) -> int | datetime | None:
    """A position, or a moment with its offset; None if nothing is written; raises BadInput."""
    if not written:
        return None
    if written.isdecimal():
        return int(written)
    with suppress(ValueError):
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is not None:
            return moment
    raise BadInput(
        f"--at {written}: a position or a moment with its offset is wanted, such as 1200 or "
        "2026-11-01T10:00+05:00"
    )


@contextmanager
def _embedded(data: Path) -> Iterator[str]:
    """The embedded store of a data folder; its server is begun if none runs; raises Absent."""
    folder = data / "postgres"
    if not any((folder / name).exists() for name in ("postgres/cluster", "postgres.path")):
        raise Absent(
            f"there is no store in {data}: name its folder or its database in the settings"
        )
    with EmbeddedPostgres(folder) as dsn:
        yield dsn


@contextmanager
def _made(data: Path) -> Iterator[str]:
    """An empty database on a server of its own beside the store, removed at the end.

    Raises Temporary while another replay of the store runs.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / "replay.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Temporary(f"another replay of the store in {data} runs") from error
        server = EmbeddedPostgres(data / "replay", database="replay")
        if (data / "replay").exists():  # of one that was killed
            server.destroy()
            server = EmbeddedPostgres(data / "replay", database="replay")
        try:
            yield server.start()
        finally:
            server.destroy()
    finally:
        os.close(descriptor)
