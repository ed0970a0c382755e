"""The commands ``registry encryption``: keys of systems under order 95 (S95-15.1a, S95-15.1b)."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from registry.asking import asking, quoted
from registry.columns import ENCRYPTION_KEYS
from shared_contracts.process.command_files import write_new
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="Keys by which systems encipher what they send.")
PATH = "/api/v1/encryption"

Code = Annotated[str, typer.Argument(help="Code of the system.")]


@GROUP.command("list")
def list_keys(sez_code: Code, *, as_json: AsJson = False) -> None:
    """List what was announced for a system; passphrases are never shown."""
    with asking() as remote:
        show(remote.get(f"{PATH}/{quoted(sez_code)}"), ENCRYPTION_KEYS, as_json=as_json)


@GROUP.command("announce")
def announce(  # noqa: PLR0913  # one option for each field
    sez_code: Code,
    person: Annotated[str, typer.Option(help="Who announces it for the authority.")],
    method: Annotated[str, typer.Option(help="ARGON2ID, SCRYPT or PLAIN.")] = "ARGON2ID",
    valid_from: Annotated[
        str | None, typer.Option("--from", help="Moment with offset; else as soon as it may be.")
    ] = None,
    overlap: Annotated[
        int, typer.Option(help="Hours for which what was used before is still taken.")
    ] = 72,
    *,
    as_json: AsJson = False,
) -> None:
    """Announce by which key a system sends; its passphrase stays in the data folder."""
    asked = {
        "by": {"body": "AUTHORITY", "person": person},
        "method": method,
        "valid_from": valid_from,
        "overlap_hours": overlap,
    }
    with asking() as remote:
        show(remote.post(f"{PATH}/{quoted(sez_code)}", asked), as_json=as_json)


@GROUP.command("parameters")
def parameters(
    sez_code: Code,
    number: Annotated[int, typer.Argument(help="Number of the key.")],
    out: Annotated[Path, typer.Option(help="File for the parameters; it must be new.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write the parameters of a key to a file for its system; the passphrase goes another way."""
    with asking() as remote:
        found = remote.get(f"{PATH}/{quoted(sez_code)}/{number}")
        content = msgspec.json.format(msgspec.json.encode(found)) + b"\n"
        show(write_new(out, content), as_json=as_json)
