"""The command ``sez``: serve, and ask the running SEZ."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sez.settings import Settings
from shared_contracts.configuration import read
from shared_contracts.remote import Remote, RemoteError

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, help="The e-procurement system (SEZ)."
)
package = typer.Typer(no_args_is_help=True, help="Packages for the Registry.")
receipts = typer.Typer(no_args_is_help=True, help="Receipts that came another way.")
sequence = typer.Typer(no_args_is_help=True, help="The sequence of packages.")
tender = typer.Typer(no_args_is_help=True, help="Tenders of this SEZ.")
app.add_typer(package, name="package")
app.add_typer(receipts, name="receipts")
app.add_typer(sequence, name="sequence")
app.add_typer(tender, name="tender")


@app.command()
def serve() -> None:
    """Serve the SEZ with the settings of SEZ_… until it is told to stop."""
    from sez.app import serving  # noqa: PLC0415  # commands that only ask start faster without
    from shared_contracts.serving import serve as serve_at  # noqa: PLC0415

    settings = _settings()
    serve_at(serving(settings), settings)


@app.command()
def outbox() -> None:
    """Show what the Registry has not accepted yet, and how much of the hour is left."""
    with _remote() as remote:
        _show(remote.get("/api/v1/outbox"))


@app.command()
def clock(*, measure: bool = False) -> None:
    """Show the difference from the Registry's clock, or measure it anew."""
    with _remote() as remote:
        _show(remote.post("/api/v1/clock") if measure else remote.get("/api/v1/clock"))


@app.command()
def upload(file: Path) -> None:
    """Upload a file of the tender documentation; prints its SHA-256 and size."""
    with _remote() as remote:
        content = file.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        remote.put_file(content, sha256)
        _show({"sha256": sha256, "size": len(content)})


@package.command("new")
def new_package(
    example: Annotated[str, typer.Option(help="announcement, auction or single-source")],
    out: Annotated[Path, typer.Option(help="File for the signed package.")],
    signer: str = "customer1-head",
) -> None:
    """Sign a package of an example purchase and write it to a file; it is not sent from here."""
    with _remote() as remote:
        body = remote.post_bytes(
            "/api/v1/examples/packages", {"example": example, "signer": signer}
        )
        out.write_bytes(body)
        typer.echo(f"{out}: {len(body)} bytes, signed, not sent")


@package.command("show")
def show_package(message_id: str) -> None:
    """Show a package: its number, its attempts, its answer."""
    with _remote() as remote:
        _show(remote.get(f"/api/v1/packages/{message_id}"))


@package.command("receipt")
def receipt(message_id: str) -> None:
    """Write the Registry's receipt to standard output, byte for byte."""
    with _remote() as remote:
        sys.stdout.buffer.write(remote.get_bytes(f"/api/v1/packages/{message_id}/receipt"))


@receipts.command("take")
def take_receipt(file: Path) -> None:
    """Take a receipt, or the SOAP answer that held it, which somebody else received."""
    with _remote() as remote:
        sys.stdout.write(remote.post_bytes("/api/v1/receipts", file.read_bytes()).decode() + "\n")


@sequence.command("void")
def void(
    number: int,
    reason: Annotated[str, typer.Option(help="Why it was never sent; the Registry keeps it.")],
) -> None:
    """State to the Registry that a number was never sent; its records leave anew."""
    with _remote() as remote:
        _show(remote.post(f"/api/v1/sequence/{number}/void", {"reason": reason}))


@tender.command("example")
def example_tender(
    example: Annotated[str, typer.Argument(help="announcement, auction or single-source")],
    signer: str = "customer1-head",
    base: Annotated[str | None, typer.Option(help="The failed tender it stands on.")] = None,
) -> None:
    """Draft, sign and announce an example purchase."""
    with _remote() as remote:
        wanted = {"example": example, "signer": signer, "base": base}
        _show(remote.post("/api/v1/examples/tenders", wanted))


@tender.command("show")
def show_tender(object_id: str) -> None:
    """Show where a tender stands, and what became of each of its versions."""
    with _remote() as remote:
        _show(
            {
                "tender": remote.get(f"/api/v1/tenders/{object_id}"),
                "versions": remote.get(f"/api/v1/outbox/{object_id}"),
            }
        )


@tender.command("do")
def do(
    object_id: str,
    what: Annotated[
        str,
        typer.Argument(
            help="announcement, change, documentation, extension, end, deletion or withdrawal"
        ),
    ],
    file: Annotated[Path, typer.Argument(help="JSON of what is asked; see /api/docs")],
) -> None:
    """Take a step with a tender: what is asked is read from a JSON file."""
    with _remote() as remote:
        _show(remote.post(f"/api/v1/tenders/{object_id}/{what}", _read_json(file)))


@tender.command("take")
def take(file: Path) -> None:
    """Take a business document that was signed elsewhere; its bytes travel untouched."""
    with _remote() as remote:
        sys.stdout.write(remote.post_bytes("/api/v1/documents", file.read_bytes()).decode() + "\n")


def main() -> None:
    """Run the command."""
    app()


def _settings() -> Settings:
    try:
        return read(Settings, "SEZ", os.environ)
    except ValueError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem


@contextmanager
def _remote() -> Iterator[Remote]:
    settings = _settings()
    try:
        yield Remote.of(settings.public_address, settings.data)
    except (RemoteError, OSError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except ValueError as problem:
        typer.echo(f"{file} is not JSON: {problem}", err=True)
        raise typer.Exit(2) from problem


def _show(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
