"""The commands ``sez supplier``."""

from typing import Annotated

import typer

from sez.asking import remote
from sez.records.commands import KindCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Suppliers of this SEZ.")
KIND = KindCommands(name="supplier", address="suppliers", noun="supplier", group=GROUP)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("example")
def example_supplier(
    example: Annotated[str, typer.Argument(help="supplier or foreign-supplier")] = "supplier",
    signer: str = "customer1-head",
    *,
    as_json: AsJson = False,
) -> None:
    """Sign and announce the card of an example supplier."""
    KIND.show_example(example=example, signer=signer, as_json=as_json)


KIND.add_form("draft", "Write a draft of a card down.", "JSON of a card")
KIND.add_show()


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


KIND.add_do("registration, change, deletion or withdrawal")
