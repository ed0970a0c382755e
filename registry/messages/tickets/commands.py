"""The commands ``registry tickets``: list, retry (S216-18.1)."""

import typer

from registry.asking import asking, quoted
from registry.columns import TICKETS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Packages that wait under tickets.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="tickets")


@GROUP.command("list")
def list_tickets(sez_code: str, limit: int = 100, *, as_json: AsJson = False) -> None:
    """List the packages of a system that are not answered."""
    with asking() as remote:
        show(remote.get("/api/v1/tickets", sez=sez_code, limit=limit), TICKETS, as_json=as_json)


@GROUP.command("retry")
def retry(ticket_id: str, *, as_json: AsJson = False) -> None:
    """Try a held package again."""
    with asking() as remote:
        answer = remote.post(f"/api/v1/tickets/{quoted(ticket_id)}/retry")
        show([answer], TICKETS, as_json=as_json)
