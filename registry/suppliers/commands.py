"""The commands ``registry suppliers``."""

from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import PRODUCERS, SUPPLIERS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Suppliers and producers on record.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="suppliers")


@GROUP.command("list")
def list_suppliers(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    number: Annotated[str | None, typer.Option(help="BIN, IIN, or COUNTRY/NUMBER.")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List suppliers."""
    with asking() as remote:
        rows = remote.get("/api/v1/suppliers", sez=sez_code, number=number, limit=limit)
        show(rows, SUPPLIERS, as_json=as_json)


@GROUP.command("show")
def show_supplier(registry_id: str, *, as_json: AsJson = False) -> None:
    """Show a supplier with its history."""
    with asking() as remote:
        show(remote.get(f"/api/v1/suppliers/{registry_id}"), as_json=as_json)


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
