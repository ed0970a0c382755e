"""The commands ``registry programmes``."""

from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import PROGRAMME_ITEMS, PROGRAMMES
from registry.records.commands import RecordCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Purchase programmes on record.")
KIND = RecordCommands(
    name="programmes", address="programmes", noun="programme", columns=PROGRAMMES, group=GROUP
)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("list")
def list_programmes(
    customer: Annotated[str | None, typer.Option(help="BIN or IIN of the subsoil user.")] = None,
    kind: Annotated[str | None, typer.Option(help="ANNUAL or MEDIUM_TERM.")] = None,
    year: Annotated[int | None, typer.Option(help="A year that it covers.")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List programmes."""
    KIND.show_page(customer=customer, kind=kind, year=year, limit=limit, as_json=as_json)


KIND.add_show()


@GROUP.command("items")
def show_items(
    registry_id: str,
    after: Annotated[int, typer.Option(help="The last place of the page before.")] = 0,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List the items of a programme."""
    with asking() as remote:
        rows = remote.get(f"/api/v1/programmes/{registry_id}/items", after=after, limit=limit)
        show(rows, PROGRAMME_ITEMS, as_json=as_json)
