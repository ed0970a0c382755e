"""The command ``registry site-notices``."""

import typer

from registry.asking import asking
from shared_contracts.process.command_line import show


def add_to(app: typer.Typer) -> None:
    """Make it a command of ``app``."""

    @app.command()
    def site_notices() -> None:
        """List notices."""
        with asking() as remote:
            show(remote.get("/api/v1/site-notices"), as_json=True)
