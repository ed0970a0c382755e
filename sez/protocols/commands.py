"""The commands ``sez protocol``: one group, with a group in it for each kind."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from sez.asking import post_example, remote
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Protocols of purchases.")


def commands(name: str, address: str) -> Callable[[typer.Typer], None]:
    """What adds the commands of a kind, whose routes are at ``address``, to an application."""
    group = SpeakingApp(no_args_is_help=True, help="Protocols of one kind.")

    @group.command("example")
    def example_protocol(
        base: Annotated[str, typer.Argument(help="The purchase of which it is.")],
        signer: str = "customer1-head",
        *,
        as_json: AsJson = False,
    ) -> None:
        """Draw up, sign and send an example of a purchase that is at its stage."""
        with remote() as sez:
            wanted = {"example": f"{name}-protocol", "signer": signer, "base": base}
            show(post_example(sez, address, wanted), as_json=as_json)

    @group.command("draft")
    def draft(file: Path, *, as_json: AsJson = False) -> None:
        """Write a draft down, read from a JSON file."""
        with remote() as sez:
            show(sez.post(f"/api/v1/{address}", _read_json(file)), as_json=as_json)

    @group.command("show")
    def show_protocol(object_id: str, *, as_json: AsJson = False) -> None:
        """Show where a protocol stands, and what became of each of its versions."""
        with remote() as sez:
            protocol = sez.get(f"/api/v1/{address}/{object_id}")
            versions = sez.get(f"/api/v1/outbox/{object_id}")
            show({"protocol": protocol, "versions": versions}, as_json=as_json)

    @group.command("do")
    def do(
        object_id: str,
        what: Annotated[str, typer.Argument(help="signature, change, deletion or withdrawal")],
        file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """Take a step with a protocol: what is asked is read from a JSON file."""
        with remote() as sez:
            answer = sez.post(f"/api/v1/{address}/{object_id}/{what}", _read_json(file))
            show(answer, as_json=as_json)

    return partial(_add, name, group)


def _add(name: str, group: typer.Typer, app: typer.Typer) -> None:
    if not any(one.typer_instance is GROUP for one in app.registered_groups):
        app.add_typer(GROUP, name="protocol")
    GROUP.add_typer(group, name=name)


def _read_json(file: Path) -> Any:  # what a file holds
    try:
        return json.loads(file.read_text())
    except ValueError as problem:
        raise ValueError(f"{file} is not JSON: {problem}") from problem
