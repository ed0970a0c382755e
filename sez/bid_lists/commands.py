"""The commands ``sez bid-list``."""

from pathlib import Path
from typing import Annotated

import typer

from sez.asking import asked_in, post_example, remote
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Lists of bids of this SEZ.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="bid-list")


@GROUP.command("example")
def example_bid_list(
    base: Annotated[str, typer.Argument(help="The tender to which the list belongs.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Form and sign an example list."""
    with remote() as sez:
        wanted = {"example": "bid-list", "base": base}
        show(post_example(sez, "bid-lists", wanted), as_json=as_json)


@GROUP.command("form")
def form_bid_list(
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Form and sign the first list of a purchase: what it tells is read from a JSON file."""
    with remote() as sez:
        show(sez.post("/api/v1/bid-lists", asked_in(file)), as_json=as_json)


@GROUP.command("show")
def show_bid_list(object_id: str, *, as_json: AsJson = False) -> None:
    """Show where a list stands, and what became of each of its versions."""
    with remote() as sez:
        listed = sez.get(f"/api/v1/bid-lists/{object_id}")
        versions = sez.get(f"/api/v1/outbox/{object_id}")
        show({"list": listed, "versions": versions}, as_json=as_json)


@GROUP.command("do")
def do_bid_list(
    object_id: str,
    what: Annotated[str, typer.Argument(help="change, deletion or withdrawal")],
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take a step with a list: what is asked is read from a JSON file."""
    with remote() as sez:
        asked = asked_in(file)
        show(sez.post(f"/api/v1/bid-lists/{object_id}/{what}", asked), as_json=as_json)
