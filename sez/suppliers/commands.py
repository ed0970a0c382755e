"""The commands ``sez supplier``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sez.asking import post_example, remote
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Suppliers of this SEZ.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of ``app``."""
    app.add_typer(GROUP, name="supplier")


@GROUP.command("example")
def example_supplier(
    example: Annotated[str, typer.Argument(help="supplier or foreign-supplier")] = "supplier",
    signer: str = "customer1-head",
    *,
    as_json: AsJson = False,
) -> None:
    """Sign and announce the card of an example supplier."""
    with remote() as sez:
        wanted = {"example": example, "signer": signer}
        show(post_example(sez, "suppliers", wanted), as_json=as_json)


@GROUP.command("draft")
def draft(
    file: Annotated[Path, typer.Argument(help="JSON of a card; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write a draft of a card down."""
    with remote() as sez:
        show(sez.post("/api/v1/suppliers", _read_json(file)), as_json=as_json)


@GROUP.command("show")
def show_supplier(object_id: str, *, as_json: AsJson = False) -> None:
    """Show where a supplier stands, and what became of each version of its card."""
    with remote() as sez:
        supplier = sez.get(f"/api/v1/suppliers/{object_id}")
        versions = sez.get(f"/api/v1/outbox/{object_id}")
        show({"supplier": supplier, "versions": versions}, as_json=as_json)


@GROUP.command("query")
def query(
    object_id: str,
    number: Annotated[str | None, typer.Option("--bin")] = None,
    name: Annotated[str | None, typer.Option(help="Beginnings of words of the name.")] = None,
    kato: str | None = None,
    opf: str | None = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the Registry about a supplier: by the number of its draft unless told otherwise."""
    asked = {"bin": number, "name_fragment": name, "kato": kato, "opf": opf}
    with remote() as sez:
        show(sez.post(f"/api/v1/suppliers/{object_id}/query", asked), as_json=as_json)


@GROUP.command("select")
def select(
    object_id: str,
    chosen_by: Annotated[str, typer.Argument(help="Who chooses.")],
    registry_id: Annotated[
        str | None, typer.Argument(help="The card chosen; none suits where it is left out.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Choose a card from the Registry's list, as a person does."""
    asked = {"registry_id": registry_id, "chosen_by": chosen_by}
    with remote() as sez:
        show(sez.post(f"/api/v1/suppliers/{object_id}/selection", asked), as_json=as_json)


@GROUP.command("check")
def check(
    number: Annotated[str | None, typer.Option("--bin")] = None,
    iin: str | None = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask whether a supplier is on record in the Registry."""
    with remote() as sez:
        answer = sez.post("/api/v1/supplier-checks", {"bin": number, "iin": iin})
        show(answer, as_json=as_json)


@GROUP.command("do")
def do(
    object_id: str,
    what: Annotated[str, typer.Argument(help="registration, change, deletion or withdrawal")],
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take a step with a supplier: what is asked is read from a JSON file."""
    with remote() as sez:
        answer = sez.post(f"/api/v1/suppliers/{object_id}/{what}", _read_json(file))
        show(answer, as_json=as_json)


def _read_json(file: Path) -> Any:  # whatever the file holds
    try:
        return json.loads(file.read_text())
    except ValueError as problem:
        raise ValueError(f"{file} is not JSON: {problem}") from problem
