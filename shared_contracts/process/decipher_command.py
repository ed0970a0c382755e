"""The command ``contracts decipher``: what came enciphered, in plain and without a system."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from shared_contracts.encryption import passphrase_files
from shared_contracts.encryption.derivation import derive, is_right
from shared_contracts.encryption.enciphering import cipher_in, is_enciphered, lift
from shared_contracts.encryption.enciphering import decipher as in_plain
from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.errors import BadInput
from shared_contracts.process.command_files import write_new
from shared_contracts.process.command_line import AsJson, ending, show
from shared_contracts.xml.envelope import open_envelope


def add_to(app: typer.Typer) -> None:
    """Make it a command of an application."""
    app.command("decipher")(decipher)


def decipher(
    message: Annotated[Path, typer.Argument(help="SOAP message as it came, enciphered.")],
    parameters: Annotated[Path, typer.Option(help="Parameters of its key, as JSON.")],
    passphrase: Annotated[Path, typer.Option(help="File with the passphrase, mode 0600.")],
    out: Annotated[Path, typer.Option(help="File for the message in plain; it must be new.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Decipher a message by a key, however long ago it has ended (S95-15.1a)."""
    with ending():
        content = plain(message.read_bytes(), parameters_in(parameters), passphrase)
        written = write_new(out, content)
        show(written, as_json=as_json)


def parameters_in(file: Path) -> KeyParameters:
    """The parameters in a file, as the authority gave them (``BadInput``)."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeyParameters)
    except msgspec.DecodeError as problem:
        raise BadInput(f"parameters {file}: {problem}; give the file of the authority") from None


def plain(body: bytes, key: KeyParameters, passphrase: Path) -> bytes:
    """A message in plain; ``BadInput``, ``NeedsPerson`` and ``Unprocessed`` say why not."""
    lifted = lift(body)
    opened = open_envelope(lifted.shell, None) if lifted else None
    if lifted is None or opened is None or not is_enciphered(opened):
        raise BadInput("message: it is not enciphered; give the SOAP message as it came")
    cipher = cipher_in(opened, lifted)
    if cipher.key_name != key.name or key.derivation is None:
        raise BadInput(f"parameters: they are of {key.name}, and {cipher.key_name} is wanted")
    made = derive(passphrase_files.read(passphrase), key.derivation)
    if not is_right(made, key.check):
        raise BadInput(f"passphrase: it is not that of key {key.name}; give the file of that key")
    return in_plain(cipher, made)
