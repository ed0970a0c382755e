"""The commands ``sez programme``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sez.asking import post_example, remote
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Purchase programmes of this SEZ.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="programme")


@GROUP.command("example")
def example_programme(
    example: Annotated[str, typer.Argument(help="annual-programme or medium-term-programme")],
    signer: str = "customer1-head",
    *,
    as_json: AsJson = False,
) -> None:
    """Sign and load an example programme."""
    with remote() as sez:
        wanted = {"example": example, "signer": signer}
        show(post_example(sez, "programmes", wanted), as_json=as_json)


@GROUP.command("load")
def load_programme(
    file: Annotated[Path, typer.Argument(help="JSON of the programme and its signers")],
    *,
    as_json: AsJson = False,
) -> None:
    """Sign and load a new programme, read from a JSON file."""
    with remote() as sez:
        show(sez.post("/api/v1/programmes", json.loads(file.read_text())), as_json=as_json)


@GROUP.command("show")
def show_programme(object_id: str, *, as_json: AsJson = False) -> None:
    """Show where a programme stands, and what became of each of its versions."""
    with remote() as sez:
        programme = sez.get(f"/api/v1/programmes/{object_id}")
        versions = sez.get(f"/api/v1/outbox/{object_id}")
        show({"programme": programme, "versions": versions}, as_json=as_json)


@GROUP.command("do")
def do_programme(
    object_id: str,
    what: Annotated[str, typer.Argument(help="change, deletion or withdrawal")],
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take a step with a programme: what is asked is read from a JSON file."""
    with remote() as sez:
        asked = json.loads(file.read_text())
        show(sez.post(f"/api/v1/programmes/{object_id}/{what}", asked), as_json=as_json)
