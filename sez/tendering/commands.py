"""The commands ``sez tender``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sez.asking import asked_in, post_example, remote
from sez.columns import VERSIONS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Tenders of this SEZ.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="tender")


@GROUP.command("example")
def example_tender(
    example: Annotated[str, typer.Argument(help="announcement, auction or single-source")],
    signer: str = "customer1-head",
    base: Annotated[str | None, typer.Option(help="The failed tender it stands on.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Draft, sign and announce an example purchase."""
    with remote() as sez:
        wanted = {"example": example, "signer": signer, "base": base}
        show(post_example(sez, "tenders", wanted), as_json=as_json)


@GROUP.command("show")
def show_tender(object_id: str, *, as_json: AsJson = False) -> None:
    """Show where a tender stands, and what became of each of its versions."""
    with remote() as sez:
        tender = sez.get(f"/api/v1/tenders/{object_id}")
        versions = sez.get(f"/api/v1/outbox/{object_id}")
        show({"tender": tender, "versions": versions}, as_json=as_json)


@GROUP.command("form")
def form_tender(object_id: str, *, as_json: AsJson = False) -> None:
    """Form a package at once of a tender that is NOT_FORMED: its cause is mended."""
    with remote() as sez:
        show(sez.post(f"/api/v1/outbox/{object_id}/form"), VERSIONS, as_json=as_json)


@GROUP.command("do")
def do(
    object_id: str,
    what: Annotated[
        str,
        typer.Argument(
            help="announcement, change, documentation, extension, end, deletion or withdrawal"
        ),
    ],
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take a step with a tender: what is asked is read from a JSON file."""
    with remote() as sez:
        answer = sez.post(f"/api/v1/tenders/{object_id}/{what}", asked_in(file))
        show(answer, as_json=as_json)


@GROUP.command("take")
def take(file: Path, *, as_json: AsJson = False) -> None:
    """Take a business document that was signed elsewhere; its bytes travel untouched."""
    with remote() as sez:
        answer = sez.post_bytes("/api/v1/documents", file.read_bytes())
        show(json.loads(answer), as_json=as_json)
