"""The command ``sez``: serve, and ask the running SEZ."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from sez.settings import SezSettings
from shared_contracts.http.connections.tls import local_context
from shared_contracts.http.remote import NotFound, Remote
from shared_contracts.process.command_line import AsJson, ending, new_app, new_group, show
from shared_contracts.process.configuration import read

app = new_app("sez", "The e-procurement system (SEZ).")
package = new_group(app, "package", "Packages for the Registry.")
receipts = new_group(app, "receipts", "Receipts that came another way.")
sequence = new_group(app, "sequence", "The sequence of packages.")
tender = new_group(app, "tender", "Tenders of this SEZ.")

VERSIONS = (
    ("tender", "object_id"),
    ("version", "version"),
    ("state", "state"),
    ("formed at", "formed_at"),
    ("seconds left", "seconds_left"),
    ("package", "message_id"),
    ("tried", "attempts"),
    ("not delivered", "last_reason"),
    ("why", "findings"),
)


@app.command()
def serve() -> None:
    """Serve the SEZ with the settings of SEZ_… until it is told to stop."""
    from sez.app import serving  # noqa: PLC0415  # commands that only ask start faster without
    from shared_contracts.process.serving import serve as serve_at  # noqa: PLC0415

    with ending():
        settings = _settings()
    serve_at(serving(settings), settings)


@app.command()
def migrate(
    owner_url: Annotated[str, typer.Option(envvar="SEZ_OWNER_URL", help="The owner's URL.")],
) -> None:
    """Bring the database to this program's schema, with the owner's URL.

    The login that SEZ_DATABASE_URL names is made, with its password; it may append and read.
    Then serve with that URL alone: the owner's is not needed.
    """
    from shared_contracts.process.migrating import migrate_by_command  # noqa: PLC0415  # as for serve

    with ending():
        settings = _settings()
    migrate_by_command(owner_url, settings.database_url)
    typer.echo("migrated")


@app.command()
def outbox(*, as_json: AsJson = False) -> None:
    """Show what the Registry has not accepted yet, and how much of the hour is left."""
    with _remote() as remote:
        content = remote.get("/api/v1/outbox")
        show(content if as_json else content["unsynchronised"], VERSIONS, as_json=as_json)


@app.command()
def clock(*, measure: bool = False, as_json: AsJson = False) -> None:
    """Show the difference from the Registry's clock, or measure it anew."""
    with _remote() as remote:
        content = remote.post("/api/v1/clock") if measure else remote.get("/api/v1/clock")
        show(content, as_json=as_json)


@app.command()
def upload(file: Path, *, as_json: AsJson = False) -> None:
    """Upload a file of the tender documentation; prints its SHA-256 and size."""
    with _remote() as remote:
        content = file.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        remote.put_file(content, sha256)
        show({"sha256": sha256, "size": len(content)}, as_json=as_json)


@package.command("new")
def new_package(
    example: Annotated[str, typer.Option(help="announcement, auction or single-source")],
    out: Annotated[Path, typer.Option(help="File for the signed package; it must be new.")],
    signer: str = "customer1-head",
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Sign a package of an example purchase and write it to a file; it is not sent from here.

    Its bytes stay in the SEZ too: `sez package bytes ID`.
    """
    asked = {"example": example, "signer": signer}
    with _remote() as remote, _opened(out, force=force) as file:
        made = _post_example(remote, "packages", asked)
        message_id = made["message_id"]
        typer.echo(f"package {message_id}, number {made['sequence']}")
        body = remote.get_bytes(f"/api/v1/packages/{message_id}/package")
        file.write(body)
        typer.echo(f"{out}: {len(body)} bytes, signed, not sent")


@contextmanager
def _opened(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file to write, opened before a number is taken; a new one that stays empty goes again."""
    try:
        file = path.open("wb" if force else "xb")
    except FileExistsError as there:
        raise ValueError(f"{path} exists: name another file, or give --force") from there
    try:
        with file:
            yield file
    finally:
        if not force and not path.stat().st_size:
            path.unlink()


def _post_example(remote: Remote, what: str, asked: dict[str, Any]) -> Any:
    try:
        return remote.post(f"/api/v1/examples/{what}", asked)
    except NotFound as absent:
        raise NotFound("this SEZ makes no examples: they belong to a stand") from absent


@package.command("bytes")
def package_bytes(message_id: str) -> None:
    """Write a signed package to standard output, byte for byte."""
    with _remote() as remote:
        sys.stdout.buffer.write(remote.get_bytes(f"/api/v1/packages/{message_id}/package"))


@package.command("show")
def show_package(message_id: str, *, as_json: AsJson = False) -> None:
    """Show a package: its number, its attempts, its answer."""
    with _remote() as remote:
        show(remote.get(f"/api/v1/packages/{message_id}"), as_json=as_json)


@package.command("receipt")
def receipt(message_id: str) -> None:
    """Write the Registry's receipt to standard output, byte for byte."""
    with _remote() as remote:
        sys.stdout.buffer.write(remote.get_bytes(f"/api/v1/packages/{message_id}/receipt"))


@package.command("retry")
def retry_package(message_id: str, *, as_json: AsJson = False) -> None:
    """Send a stopped package again as it is, or what was refused of another anew."""
    with _remote() as remote:
        show(remote.post(f"/api/v1/packages/{message_id}/retry"), as_json=as_json)


@package.command("stop")
def stop_package(
    message_id: str,
    reason: Annotated[str, typer.Option(help="Why it is not tried any more; it is kept.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Try a package no more; its number can then be closed with `sez sequence void`."""
    with _remote() as remote:
        content = remote.post(f"/api/v1/packages/{message_id}/stop", {"reason": reason})
        show(content, as_json=as_json)


@app.command()
def sending(
    *,
    resume: Annotated[
        bool, typer.Option("--resume", help="Why the Registry refused the SEZ itself is mended.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show whether packages may leave and what keeps them, or let them leave again."""
    with _remote() as remote:
        path = "/api/v1/sending"
        content = remote.post(f"{path}/resume") if resume else remote.get(path)
        show(content, as_json=as_json)


@receipts.command("take")
def take_receipt(file: Path, *, as_json: AsJson = False) -> None:
    """Take a receipt, or the SOAP answer that held it, which somebody else received."""
    with _remote() as remote:
        answer = remote.post_bytes("/api/v1/receipts", file.read_bytes())
        show(json.loads(answer), as_json=as_json)


@sequence.command("void")
def void(
    number: int,
    reason: Annotated[str, typer.Option(help="Why it was never sent; the Registry keeps it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """State to the Registry that a number was never sent; its records leave anew."""
    with _remote() as remote:
        answer = remote.post(f"/api/v1/sequence/{number}/void", {"reason": reason})
        show(answer, as_json=as_json)


@tender.command("example")
def example_tender(
    example: Annotated[str, typer.Argument(help="announcement, auction or single-source")],
    signer: str = "customer1-head",
    base: Annotated[str | None, typer.Option(help="The failed tender it stands on.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Draft, sign and announce an example purchase."""
    with _remote() as remote:
        wanted = {"example": example, "signer": signer, "base": base}
        show(_post_example(remote, "tenders", wanted), as_json=as_json)


@tender.command("show")
def show_tender(object_id: str, *, as_json: AsJson = False) -> None:
    """Show where a tender stands, and what became of each of its versions."""
    with _remote() as remote:
        tender = remote.get(f"/api/v1/tenders/{object_id}")
        versions = remote.get(f"/api/v1/outbox/{object_id}")
        show({"tender": tender, "versions": versions}, as_json=as_json)


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
    *,
    as_json: AsJson = False,
) -> None:
    """Take a step with a tender: what is asked is read from a JSON file."""
    with _remote() as remote:
        answer = remote.post(f"/api/v1/tenders/{object_id}/{what}", _read_json(file))
        show(answer, as_json=as_json)


@tender.command("take")
def take(file: Path, *, as_json: AsJson = False) -> None:
    """Take a business document that was signed elsewhere; its bytes travel untouched."""
    with _remote() as remote:
        answer = remote.post_bytes("/api/v1/documents", file.read_bytes())
        show(json.loads(answer), as_json=as_json)


def main() -> None:
    """Run the command."""
    app()


def _settings() -> SezSettings:
    return read(SezSettings, "SEZ", os.environ)


@contextmanager
def _remote() -> Iterator[Remote]:
    """The running SEZ; what goes wrong meanwhile ends the command in words."""
    with ending():
        settings = _settings()
        tls = local_context(settings.public_address, settings.tls_certificate)
        yield Remote.of(settings.public_address, settings.data, "SEZ_DATA", tls)


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except ValueError as problem:
        raise ValueError(f"{file} is not JSON: {problem}") from problem
