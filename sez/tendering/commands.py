"""The commands ``sez tender``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sez.asking import remote
from sez.columns import VERSIONS
from sez.records.commands import KindCommands
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Tenders of this SEZ.")
KIND = KindCommands(name="tender", address="tenders", noun="tender", group=GROUP)

add_to = KIND.add_to
"""Make them commands of an application."""


@GROUP.command("example")
def example_tender(
    example: Annotated[str, typer.Argument(help="announcement, auction or single-source")],
    signer: str = "customer1-head",
    base: Annotated[str | None, typer.Option(help="The failed tender it stands on.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Draft, sign and announce an example purchase."""
    KIND.show_example(example=example, signer=signer, base=base, as_json=as_json)


KIND.add_show()


@GROUP.command("form")
def form_tender(object_id: str, *, as_json: AsJson = False) -> None:
    """Form a package at once of a tender that is NOT_FORMED: its cause is mended."""
    with remote() as sez:
        show(sez.post(f"/api/v1/outbox/{object_id}/form"), VERSIONS, as_json=as_json)


KIND.add_do("announcement, change, documentation, extension, end, deletion or withdrawal")


@GROUP.command("take")
def take(file: Path, *, as_json: AsJson = False) -> None:
    """Take a business document that was signed elsewhere; its bytes travel untouched."""
    with remote() as sez:
        answer = sez.post_bytes("/api/v1/documents", file.read_bytes())
        show(json.loads(answer), as_json=as_json)
