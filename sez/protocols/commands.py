"""The commands ``sez protocol``: one group, with a group in it for each kind."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from sez.records.commands import KindCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson

GROUP = SpeakingApp(no_args_is_help=True, help="Protocols of purchases.")


def commands(name: str, address: str) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind, whose routes are at ``address``, to an application."""
    group = SpeakingApp(no_args_is_help=True, help="Protocols of one kind.")
    kind = KindCommands(name=name, address=address, noun="protocol", group=group)

    @group.command("example")
    def example_protocol(
        base: Annotated[str, typer.Argument(help="The purchase of which it is.")],
        signer: str = "customer1-head",
        *,
        as_json: AsJson = False,
    ) -> None:
        """Draw up, sign and send an example of a purchase that is at its stage."""
        example = f"{name}-protocol"
        kind.show_example(example=example, signer=signer, base=base, as_json=as_json)

    kind.add_form("draft", "Write a draft down, read from a JSON file.", "JSON of a protocol")
    kind.add_show()
    kind.add_do("signature, change, deletion or withdrawal")
    return partial(_add, kind)


def _add(kind: KindCommands, app: typer.Typer) -> None:
    if not any(one.typer_instance is GROUP for one in app.registered_groups):
        app.add_typer(GROUP, name="protocol")
    kind.add_to(GROUP)
