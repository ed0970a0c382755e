"""The commands ``contracts proof`` and ``contracts witness``, for those who watch a log."""

import os
from pathlib import Path
from typing import Annotated

import typer

from shared_contracts import astana_time
from shared_contracts.process.command_line import AsJson, ExitCode, ending, new_group, show

Key = Annotated[Path, typer.Option(help="The witness's private key, PEM.")]
Name = Annotated[str, typer.Option(help="Under which name the witness is known.")]


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    about = "Proofs of a log, as `registry proofs` and `sez proofs` write them."
    new_group(app, "proof", about).command("verify")(verify_proof)
    witness = new_group(app, "witness", "A third party that cosigns checkpoints.")
    witness.command("new")(new_witness)
    witness.command("cosign")(cosign)


def verify_proof(
    file: Annotated[Path, typer.Argument(help="The proof.")],
    receipt: Annotated[
        Path | None, typer.Option(help="The receipt whose leaf shall be in the log.")
    ] = None,
    leaf: Annotated[str, typer.Option(help="The leaf itself: 64 hexadecimal digits.")] = "",
    older: Annotated[
        Path | None, typer.Option(help="The checkpoint that the log shall begin with.")
    ] = None,
    certificate: Annotated[
        list[Path] | None, typer.Option(help="The system's certificate, PEM or DER.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check a proof of inclusion or consistency; no running system is needed.

    0 it holds, 1 it does not, 2 it cannot be read, or the checkpoint is not signed by them.
    """
    from shared_contracts.explaining.proof_check import ProofAsked, check_proof  # noqa: PLC0415  # other commands start faster

    with ending():
        asked = ProofAsked(leaf, receipt, older, tuple(certificate or ()))
        found = check_proof(file, asked)
    show(found, as_json=as_json)
    raise typer.Exit(ExitCode.DONE if found["holds"] else ExitCode.REFUSED)


def new_witness(key: Key, name: Name) -> None:
    """Make the key of a witness in a new file, and show by what others believe it."""
    from shared_contracts.signing import cosignature  # noqa: PLC0415  # other commands start faster

    with ending():
        pem = cosignature.new_key()
        verifier = cosignature.witness_key(name, pem).verifier
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
    typer.echo(verifier)


def cosign(
    request: Annotated[Path, typer.Argument(help="What `registry proofs extension` wrote.")],
    key: Key,
    name: Name,
    state: Annotated[Path, typer.Option(help="Folder with what was cosigned last.")],
    certificate: Annotated[list[Path], typer.Option(help="Of the systems, PEM or DER.")],
) -> None:
    """Cosign the checkpoint of a request, if its log extends the one that was cosigned last.

    The signature line is written out, as C2SP tlog-witness answers. 1 if it is not cosigned.
    """
    from shared_contracts.explaining.witnessing import Witness  # noqa: PLC0415  # other commands start faster
    from shared_contracts.signing.cosignature import witness_key  # noqa: PLC0415  # other commands start faster

    with ending():
        own = witness_key(name, key.read_bytes())
        text = request.read_text("utf-8")
        line = Witness(own, state, certificate).cosign(text, int(astana_time.now().timestamp()))
    typer.echo(line, nl=False)
