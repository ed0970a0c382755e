"""The command ``sez site-notice``."""

import typer

from sez.asking import post_example, remote
from shared_contracts.process.command_line import show


def add_to(app: typer.Typer) -> None:
    """Make it a command of ``app``."""

    @app.command()
    def site_notice(example: str) -> None:
        """Announce an example."""
        with remote() as sez:
            show(post_example(sez, "site-notices", {"example": example}), as_json=True)
