"""The commands ``registry protocols``: one group, with a group in it for each kind."""

from collections.abc import Callable

import typer

from registry.columns import PROTOCOLS
from registry.records.commands import RecordCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson

GROUP = SpeakingApp(no_args_is_help=True, help="Protocols on record.")


def commands(name: str, address: str) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind, whose routes are at ``address``, to an application."""
    group = SpeakingApp(no_args_is_help=True, help="Protocols of one kind.")
    kind = RecordCommands(
        name=name, address=address, noun="protocol", columns=PROTOCOLS, group=group
    )

    @group.command("list")
    def list_protocols(
        purchase: str | None = None, limit: int = 100, *, as_json: AsJson = False
    ) -> None:
        """List protocols, of one purchase if it is named."""
        kind.show_page(purchase=purchase, limit=limit, as_json=as_json)

    kind.add_show()

    def add_to(app: typer.Typer) -> None:
        if not any(one.typer_instance is GROUP for one in app.registered_groups):
            app.add_typer(GROUP, name="protocols")
        kind.add_to(GROUP)

    return add_to
