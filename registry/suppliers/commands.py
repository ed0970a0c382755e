"""The commands ``registry suppliers``."""

from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import PRODUCERS, SUPPLIERS
from registry.records.commands import RecordCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Suppliers and producers on record.")
KIND = RecordCommands(
    name="suppliers", address="suppliers", noun="supplier", columns=SUPPLIERS, group=GROUP
)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("list")
def list_suppliers(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    number: Annotated[str | None, typer.Option(help="BIN, IIN, or COUNTRY/NUMBER.")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List suppliers."""
    KIND.show_page(sez=sez_code, number=number, limit=limit, as_json=as_json)


KIND.add_show()


@GROUP.command("producers")
def list_producers(
    code: Annotated[str, typer.Option(help="With what the code of the goods begins.")] = "",
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List goods of Kazakhstan origin, and who makes them."""
    with asking() as remote:
        rows = remote.get("/api/v1/producers", code=code, limit=limit)
        show(rows, PRODUCERS, as_json=as_json)
