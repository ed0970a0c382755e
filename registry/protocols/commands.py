"""The commands ``registry protocols``: one group, with a group in it for each kind."""

from collections.abc import Callable

import typer

from registry.asking import asking
from registry.columns import PROTOCOLS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Protocols on record.")


def commands(name: str, address: str) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind, whose routes are at ``address``, to an application."""
    group = SpeakingApp(no_args_is_help=True, help="Protocols of one kind.")

    @group.command("list")
    def list_protocols(
        purchase: str | None = None, limit: int = 100, *, as_json: AsJson = False
    ) -> None:
        """List protocols, of one purchase if it is named."""
        with asking() as remote:
            rows = remote.get(f"/api/v1/{address}", purchase=purchase, limit=limit)
            show(rows, PROTOCOLS, as_json=as_json)

    @group.command("show")
    def show_protocol(registry_id: str, *, as_json: AsJson = False) -> None:
        """Show a protocol with its history."""
        with asking() as remote:
            show(remote.get(f"/api/v1/{address}/{registry_id}"), as_json=as_json)

    def add_to(app: typer.Typer) -> None:
        if not any(one.typer_instance is GROUP for one in app.registered_groups):
            app.add_typer(GROUP, name="protocols")
        GROUP.add_typer(group, name=name)

    return add_to
