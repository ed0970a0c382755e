"""What the command ``sez event-log`` asks of the running SEZ."""

from typing import Annotated

import typer

from sez.asking import remote
from sez.columns import EVENT_LOG
from shared_contracts.process.command_line import AsJson, show


def add_to(app: typer.Typer) -> None:
    """Enter the command."""

    @app.command("event-log")
    def event_log(
        after: Annotated[int, typer.Option(help="Position of the last entry shown.")] = 0,
        limit: Annotated[int, typer.Option(help="Most entries, up to 500.")] = 100,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Show the log of events: what was done, by whom, from where, with what outcome."""
        with remote() as sez:
            rows = sez.get("/api/v1/event-log", after=after, limit=limit)
            show(rows, EVENT_LOG, as_json=as_json)
