"""The commands that all kinds of record have in the Registry, called with the names of a kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from registry.asking import asking
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, Columns, known_id, show


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCommands:
    """The commands ``registry NAME`` of a kind whose routes are under ``/api/v1/ADDRESS``.

    ``noun`` is what one of its objects is called. Commands are told in the order in which they
    are added to ``group``; those that only this kind has are added to it too.
    """

    name: str
    address: str
    noun: str
    columns: Columns
    group: SpeakingApp

    def add_to(self, app: typer.Typer) -> None:
        """Make them commands of ``app``."""
        app.add_typer(self.group, name=self.name)

    def show_page(self, *, as_json: bool, **asked: str | int | None) -> None:
        """Show a page of what is ``asked``."""
        with asking() as remote:
            rows = remote.get(f"/api/v1/{self.address}", **asked)
            show(rows, self.columns, as_json=as_json)

    def add_show(self) -> None:
        """Add the command that shows an object with its history."""

        @self.group.command("show", help=f"Show a {self.noun} with its history.")
        def show_object(registry_id: str, *, as_json: AsJson = False) -> None:
            self._show(registry_id, None, as_json=as_json)

    def add_show_past(self) -> None:
        """Add the command that shows an object as it is, or as it was at a moment."""
        about = f"Show a {self.noun} with its history, now or as of a past moment."

        @self.group.command("show", help=about)
        def show_object(
            registry_id: str,
            at: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
            *,
            as_json: AsJson = False,
        ) -> None:
            self._show(registry_id, at, as_json=as_json)

    def _show(self, registry_id: str, at: str | None, *, as_json: bool) -> None:
        with asking() as remote:
            named = known_id(self.noun, registry_id)
            show(remote.get(f"/api/v1/{self.address}/{named}", at=at), as_json=as_json)


def list_commands(
    name: str, about: str, listed: str, columns: Columns
) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind of list on a purchase to an application."""
    group = SpeakingApp(no_args_is_help=True, help=about)
    kind = RecordCommands(name=name, address=name, noun="list", columns=columns, group=group)

    @group.command("list", help=f"List {listed}.")
    def list_lists(
        sez_code: Annotated[str | None, typer.Option("--sez")] = None,
        purchase: Annotated[str | None, typer.Option(help="Id that its SEZ gave it.")] = None,
        status: str | None = None,
        limit: int = 100,
        *,
        as_json: AsJson = False,
    ) -> None:
        kind.show_page(sez=sez_code, purchase=purchase, status=status, limit=limit, as_json=as_json)

    kind.add_show_past()
    return kind.add_to
