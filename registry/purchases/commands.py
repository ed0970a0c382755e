"""The commands ``registry purchases``."""

import sys
from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import PURCHASES
from registry.records.commands import RecordCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson

GROUP = SpeakingApp(no_args_is_help=True, help="Purchases on record.")
KIND = RecordCommands(
    name="purchases", address="purchases", noun="purchase", columns=PURCHASES, group=GROUP
)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("list")
def list_purchases(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    status: str | None = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List purchases."""
    KIND.show_page(sez=sez_code, status=status, limit=limit, as_json=as_json)


KIND.add_show_past()


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
