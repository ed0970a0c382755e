"""The commands ``sez tickets``: list, bytes, retry (S216-18.1)."""

import sys

import typer

from sez.asking import remote
from sez.columns import TICKETS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Packages that the Registry has under tickets.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="tickets")


@GROUP.command("list")
def list_tickets(limit: int = 100, *, as_json: AsJson = False) -> None:
    """List the packages that the Registry has under tickets, and what keeps them there."""
    with remote() as sez:
        show(sez.get("/api/v1/tickets", limit=limit), TICKETS, as_json=as_json)


@GROUP.command("bytes")
def ticket_bytes(message_id: str) -> None:
    """Write the Registry's signed ticket of a package to standard output, byte for byte."""
    with remote() as sez:
        sys.stdout.buffer.write(sez.get_bytes(f"/api/v1/packages/{message_id}/ticket"))


@GROUP.command("retry")
def retry(message_id: str, *, as_json: AsJson = False) -> None:
    """Send a package again that the Registry holds: what kept it there is mended."""
    with remote() as sez:
        show(sez.post(f"/api/v1/packages/{message_id}/retry"), as_json=as_json)
