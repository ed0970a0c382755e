"""What the command ``sez encryption`` asks of the running SEZ."""

from pathlib import Path
from typing import Annotated

import typer

from sez.asking import remote
from sez.columns import ENCRYPTION_KEYS
from shared_contracts.process.command_files import asked_in
from shared_contracts.process.command_line import AsJson, new_group, show

PATH = "/api/v1/encryption"


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "encryption", "Keys by which this SEZ enciphers what it sends.")

    @group.command("list")
    def list_keys(*, as_json: AsJson = False) -> None:
        """List the installed keys; passphrases are never shown."""
        with remote() as sez:
            show(sez.get(PATH), ENCRYPTION_KEYS, as_json=as_json)

    @group.command("install")
    def install(
        parameters: Annotated[Path, typer.Argument(help="Parameters that the authority gave.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """Install a key; its passphrase lies as encryption/CODE.NUMBER.passphrase in the data."""
        with remote() as sez:
            show(sez.post(PATH, asked_in(parameters)), as_json=as_json)
