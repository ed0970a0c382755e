"""The commands ``registry goods``."""

from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import GOODS, GOODS_HISTORY
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Goods, works and services that were bought.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of an application."""
    app.add_typer(GROUP, name="goods")


@GROUP.command("list")
def list_goods(
    code: Annotated[str, typer.Option(help="How the codes begin.")] = "",
    after: Annotated[str, typer.Option(help="The last code of the page before.")] = "",
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List what was bought, by code."""
    with asking() as remote:
        rows = remote.get("/api/v1/goods", code=code, after=after, limit=limit)
        show(rows, GOODS, as_json=as_json)


@GROUP.command("show")
def show_goods(
    code: str,
    after: Annotated[int, typer.Option(help="The last position of the page before.")] = 0,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what protocols told of a code: bought, taken back."""
    with asking() as remote:
        told = remote.get(f"/api/v1/goods/{quoted(code)}", after=after, limit=limit)
        show(told if as_json else told["history"], GOODS_HISTORY, as_json=as_json)
