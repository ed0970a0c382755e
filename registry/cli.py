"""The command ``registry``: serve, and ask the running Registry."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.settings import Settings
from shared_contracts.configuration import read
from shared_contracts.remote import Remote, RemoteError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The Registry of goods, works and services.",
)
sez = typer.Typer(no_args_is_help=True, help="The register of systems that may transmit.")
purchases = typer.Typer(no_args_is_help=True, help="Purchases on record.")
classifiers = typer.Typer(no_args_is_help=True, help="The classifiers of annex 4.")
app.add_typer(sez, name="sez")
app.add_typer(purchases, name="purchases")
app.add_typer(classifiers, name="classifiers")


@app.command()
def serve() -> None:
    """Serve the Registry with the settings of REGISTRY_… until it is told to stop."""
    from registry.app import serving  # noqa: PLC0415  # commands that only ask start faster without
    from shared_contracts.serving import serve as serve_at  # noqa: PLC0415

    settings = _settings()
    serve_at(serving(settings), settings)


@app.command()
def changes(after: int = 0, limit: int = 100) -> None:
    """Show events after a position; none is ever skipped."""
    with _remote() as remote:
        _show(remote.get("/api/v1/changes", after=after, limit=limit))


@app.command()
def lateness(sez_code: Annotated[str | None, typer.Argument()] = None) -> None:
    """Show how punctual every SEZ is, or what came late from one (S216-18.3)."""
    with _remote() as remote:
        _show(remote.get("/api/v1/lateness" + (f"/{sez_code}" if sez_code else "")))


@app.command()
def checkpoint() -> None:
    """Sign a checkpoint of the log as it stands, and show it."""
    with _remote() as remote:
        sys.stdout.write(remote.post_bytes("/api/v1/checkpoint").decode())


@sez.command("add")
def add(
    code: str,
    bin_number: Annotated[str, typer.Option("--bin")],
    name: str,
    access_date: Annotated[str, typer.Option(help="First day of access, YYYY-MM-DD.")],
    uid: Annotated[str | None, typer.Option(help="UID of its certificates.")] = None,
    address: str | None = None,
) -> None:
    """Enter a system in the register, or replace its entry."""
    entry = {
        "code": code,
        "bin": bin_number,
        "name": name,
        "system_uid": uid,
        "address": address,
        "access_date": date.fromisoformat(access_date).isoformat(),
    }
    with _remote() as remote:
        _show(remote.post("/api/v1/systems", entry))


@sez.command("list")
def systems() -> None:
    """Show the register of systems."""
    with _remote() as remote:
        _show(remote.get("/api/v1/systems"))


@sez.command("missing")
def missing(code: str) -> None:
    """Show the numbers of a system's sequence that did not come within the hour."""
    with _remote() as remote:
        _show(remote.get(f"/api/v1/systems/{code}/missing"))


@purchases.command("list")
def list_purchases(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    status: str | None = None,
    limit: int = 100,
) -> None:
    """List purchases."""
    with _remote() as remote:
        _show(remote.get("/api/v1/purchases", sez=sez_code, status=status, limit=limit))


@purchases.command("show")
def show_purchase(
    registry_id: str,
    at: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
) -> None:
    """Show a purchase with its history, now or as of a past moment."""
    with _remote() as remote:
        _show(remote.get(f"/api/v1/purchases/{registry_id}", at=at))


@purchases.command("evidence")
def evidence(
    sez_code: str,
    message_id: str,
    kind: Annotated[str, typer.Argument(help="package, receipt or documents/N")] = "receipt",
) -> None:
    """Write the evidence of a message to standard output, byte for byte."""
    with _remote() as remote:
        sys.stdout.buffer.write(
            remote.get_bytes(f"/api/v1/messages/{sez_code}/{message_id}/{kind}")
        )


@classifiers.command("list")
def list_classifiers() -> None:
    """List the editions at hand."""
    with _remote() as remote:
        _show(remote.get("/api/v1/classifiers"))


@classifiers.command("import")
def import_classifier(
    classifier: Annotated[str, typer.Argument(help="KATO, KPVED, MKEI, COUNTRIES or KOPF")],
    file: Path,
    edition: Annotated[str, typer.Option(help="Name of the edition, as published.")],
    effective_from: Annotated[str, typer.Option(help="First day in force, YYYY-MM-DD.")],
) -> None:
    """Import a full classifier from a CSV or an official workbook."""
    query = {"edition": edition, "effective_from": effective_from, "source": file.name}
    with _remote() as remote:
        body = remote.post_bytes(f"/api/v1/classifiers/{classifier}", file.read_bytes(), **query)
        sys.stdout.write(body.decode() + "\n")


def main() -> None:
    """Run the command."""
    app()


def _settings() -> Settings:
    try:
        return read(Settings, "REGISTRY", os.environ)
    except ValueError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem


@contextmanager
def _remote() -> Iterator[Remote]:
    settings = _settings()
    try:
        yield Remote.of(settings.public_address, settings.data)
    except RemoteError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _show(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
