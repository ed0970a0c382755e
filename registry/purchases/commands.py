"""The commands ``registry purchases``."""

import sys
from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import PURCHASES
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Purchases on record.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="purchases")


@GROUP.command("list")
def list_purchases(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    status: str | None = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List purchases."""
    with asking() as remote:
        rows = remote.get("/api/v1/purchases", sez=sez_code, status=status, limit=limit)
        show(rows, PURCHASES, as_json=as_json)


@GROUP.command("show")
def show_purchase(
    registry_id: str,
    at: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a purchase with its history, now or as of a past moment."""
    with asking() as remote:
        show(remote.get(f"/api/v1/purchases/{registry_id}", at=at), as_json=as_json)


@GROUP.command("evidence")
def evidence(
    sez_code: str,
    message_id: str,
    kind: Annotated[str, typer.Argument(help="package, receipt or documents/N")] = "receipt",
) -> None:
    """Write the evidence of a message to standard output, byte for byte."""
    with asking() as remote:
        sys.stdout.buffer.write(
            remote.get_bytes(f"/api/v1/messages/{sez_code}/{message_id}/{kind}")
        )
