"""The commands ``sez programme``."""

from typing import Annotated

import typer

from sez.records.commands import KindCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson

GROUP = SpeakingApp(no_args_is_help=True, help="Purchase programmes of this SEZ.")
KIND = KindCommands(
    name="programme", address="programmes", noun="programme", group=GROUP, large=True
)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("example")
def example_programme(
    example: Annotated[str, typer.Argument(help="annual-programme or medium-term-programme")],
    signer: str = "customer1-head",
    *,
    as_json: AsJson = False,
) -> None:
    """Sign and load an example programme."""
    KIND.show_example(example=example, signer=signer, as_json=as_json)


KIND.add_form(
    "load",
    "Sign and load a new programme, read from a JSON file.",
    "JSON of the programme and its signers",
)
KIND.add_show()
KIND.add_do("change, deletion or withdrawal")
