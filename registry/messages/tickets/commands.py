"""The commands ``registry tickets``: list, retry, pushes, push (S216-18.1)."""

import typer

from registry.asking import asking, quoted
from registry.columns import PUSHES, TICKETS
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


@GROUP.command("pushes")
def pushes(sez_code: str, limit: int = 100, *, as_json: AsJson = False) -> None:
    """List the receipts that are pushed to a system, and what became of each."""
    with asking() as remote:
        content = remote.get("/api/v1/receipt-pushes", sez=sez_code, limit=limit)
        show(content, PUSHES, as_json=as_json)


@GROUP.command("push")
def push(ticket_id: str, *, as_json: AsJson = False) -> None:
    """Push a receipt again that was left to be asked for."""
    with asking() as remote:
        answer = remote.post(f"/api/v1/tickets/{quoted(ticket_id)}/push")
        show([answer], PUSHES, as_json=as_json)
