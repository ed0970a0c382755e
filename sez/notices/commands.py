"""The command ``sez notices``."""

import typer

from sez.asking import remote
from sez.columns import NOTICES
from shared_contracts.process.command_line import AsJson, show


def add_to(app: typer.Typer) -> None:
    """Make it a command of ``app``."""
    app.command()(notices)


def notices(limit: int = 100, *, as_json: AsJson = False) -> None:
    """Show the notices that came from the Registry, latest first."""
    with remote() as sez:
        show(sez.get("/api/v1/notices", limit=limit), NOTICES, as_json=as_json)
