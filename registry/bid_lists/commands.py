"""The commands ``registry bid-lists``."""

from typing import Annotated

import typer

from registry.asking import asking
from registry.columns import BID_LISTS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Lists of bids on record.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="bid-lists")


@GROUP.command("list")
def list_bid_lists(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    purchase: Annotated[str | None, typer.Option(help="Id that its SEZ gave it.")] = None,
    status: str | None = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List lists of bids."""
    asked = {"sez": sez_code, "purchase": purchase, "status": status, "limit": limit}
    with asking() as remote:
        show(remote.get("/api/v1/bid-lists", **asked), BID_LISTS, as_json=as_json)


@GROUP.command("show")
def show_bid_list(
    registry_id: str,
    at: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a list with its history, now or as of a past moment."""
    with asking() as remote:
        show(remote.get(f"/api/v1/bid-lists/{registry_id}", at=at), as_json=as_json)
