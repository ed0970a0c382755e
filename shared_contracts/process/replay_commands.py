"""The command ``replay`` of both systems: all that follows from the events is made anew."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from shared_contracts.process.command_line import AsJson, ExitCode, ending

_ABOUT = """Rebuild all that follows from the events in an empty database, and compare it.

0 equal to what is stored, 1 it differs or an event is not as recorded, 3 no such store or position,
4 the database does not answer. Nothing is written to the store; the {name} may run or not.
"""
At = Annotated[
    str, typer.Option(help="A past position, or a moment with its offset: 2026-11-01T10:00+05:00.")
]
Into = Annotated[
    str, typer.Option(help="DSN of an empty database that is kept; else one is made and removed.")
]
Compare = Annotated[bool, typer.Option(help="Hold it against the store; at the end alone.")]


def add_replay(
    app: typer.Typer,
    name: str,
    settings: Callable[[], Any],
    whose: Callable[[Any], tuple[str, str]],
) -> None:
    """Make ``replay`` a command of the system called ``name``.

    Its settings have ``data`` and ``database_url``; ``whose`` gives the environment of its store
    and the code of its SEZ, '' of the Registry.
    """

    @app.command("replay", help=_ABOUT.format(name=name))
    def replay_store(
        at: At = "", into: Into = "", *, compare: Compare = True, as_json: AsJson = False
    ) -> None:
        from shared_contracts.process import replaying  # noqa: PLC0415  # other commands start faster

        with ending():
            own = settings()
            asked = replaying.asking(name.lower(), whose(own), at, compare=compare)
            outcome = replaying.replayed(own.data, own.database_url, into, asked)
        typer.echo(replaying.told(outcome, as_json=as_json))
        raise typer.Exit(ExitCode.DONE if outcome.holds else ExitCode.REFUSED)
