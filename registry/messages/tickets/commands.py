"""The commands ``registry tickets``: list, show, retry, end, pushes, push (S216-18.1)."""

from typing import Annotated

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


@GROUP.command("show")
def show_ticket(ticket_id: str, *, as_json: AsJson = False) -> None:
    """Show a ticket: what keeps its package waiting, or who ended it and why."""
    with asking() as remote:
        show(remote.get(f"/api/v1/tickets/{quoted(ticket_id)}"), as_json=as_json)


@GROUP.command("retry")
def retry(ticket_id: str, *, as_json: AsJson = False) -> None:
    """Try a held package again."""
    with asking() as remote:
        answer = remote.post(f"/api/v1/tickets/{quoted(ticket_id)}/retry")
        show([answer], TICKETS, as_json=as_json)


@GROUP.command("end")
def end(
    ticket_id: str,
    reason: Annotated[str, typer.Option(help="Why it is judged no more; the sender reads it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Judge a held package no more: its sender gets a receipt that refuses it."""
    with asking() as remote:
        path = f"/api/v1/tickets/{quoted(ticket_id)}/end"
        show(remote.post(path, {"reason": reason}), as_json=as_json)


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
