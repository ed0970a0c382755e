"""The commands ``sez package …``: packages for the Registry, and what waits for a person."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from sez.asking import post_example, remote
from shared_contracts.http.remote import Remote
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

package = SpeakingApp(no_args_is_help=True, help="Packages for the Registry.")


@package.command("new")
def new_package(
    example: Annotated[str, typer.Option(help="An example of any kind, such as announcement.")],
    out: Annotated[Path, typer.Option(help="File for the signed package; it must be new.")],
    signer: str = "customer1-head",
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign a package of an example and write it to a file; it is not sent from here.

    Its bytes stay in the SEZ too: `sez package bytes ID`.
    """
    asked = {"example": example, "signer": signer}
    with remote() as sez, _opened(out, force=force) as file:
        made = post_example(sez, "packages", asked)
        message_id = made["message_id"]
        typer.echo(f"package {message_id}, number {made['sequence']}", err=as_json)
        body = sez.get_bytes(f"/api/v1/packages/{message_id}/package")
        file.truncate(0)
        file.write(body)
        if as_json:
            show(made | {"file": str(out), "bytes": len(body)}, as_json=True)
        else:
            typer.echo(f"{out}: {len(body)} bytes, signed, not sent")


@contextmanager
def _opened(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file to write, opened before a number is taken; a new one that stays empty goes again.

    One that was there keeps its content until there is something to write over it.
    """
    new = not path.exists()
    try:
        file = path.open("ab" if force else "xb")
    except FileExistsError as there:
        raise ValueError(f"{path} exists: name another file, or give --force") from there
    try:
        with file:
            yield file
    finally:
        if new and not path.stat().st_size:
            path.unlink()


@package.command("bytes")
def package_bytes(message_id: str) -> None:
    """Write a signed package to standard output, byte for byte."""
    with remote() as sez:
        sys.stdout.buffer.write(sez.get_bytes(f"/api/v1/packages/{message_id}/package"))


@package.command("show")
def show_package(message_id: str, *, as_json: AsJson = False) -> None:
    """Show a package: its number, its attempts, its answer."""
    with remote() as sez:
        show(sez.get(f"/api/v1/packages/{message_id}"), as_json=as_json)


@package.command("receipt")
def receipt(message_id: str) -> None:
    """Write the Registry's receipt to standard output, byte for byte."""
    with remote() as sez:
        sys.stdout.buffer.write(sez.get_bytes(f"/api/v1/packages/{message_id}/receipt"))


@package.command("retry")
def retry_package(
    message_id: Annotated[str | None, typer.Argument(help="The package.")] = None,
    cause: Annotated[
        str | None, typer.Option(help="All that wait for this; see `sez package causes`.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that wait for a person.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send a stopped package again as it is, or what was refused of another anew."""
    with remote() as sez:
        if [message_id is not None, cause is not None, every].count(True) != 1:
            raise ValueError("name one: a package, --cause CAUSE or --all")
        if message_id is not None:
            show(sez.post(f"/api/v1/packages/{message_id}/retry"), as_json=as_json)
        else:
            show(_retry_waiting(sez, cause), as_json=as_json)


def _retry_waiting(sez: Remote, cause: str | None) -> dict[str, Any]:
    """Let go what waits now, request by request; how much, what stays and why, what then waits."""
    retried, left, asked = 0, list[Any](), {"cause": cause}
    while True:
        told = sez.post("/api/v1/sending/retry", asked)
        retried += told["retried"]
        left += told["left"]
        asked = {"cause": cause, "after": told["after"], "until": told["until"]}
        if told["after"] is None:
            return {"retried": retried, "left": left, "waiting": told["waiting"]}


@package.command("causes")
def waiting_packages(*, as_json: AsJson = False) -> None:
    """Show why packages wait for a person, and how many for each cause."""
    with remote() as sez:
        content = sez.get("/api/v1/sending/causes")
        show(content, (("cause", "cause"), ("packages", "packages")), as_json=as_json)


@package.command("stop")
def stop_package(
    message_id: str,
    reason: Annotated[str, typer.Option(help="Why it is not tried any more; it is kept.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Try a package no more; its number can then be closed with `sez sequence void`."""
    with remote() as sez:
        content = sez.post(f"/api/v1/packages/{message_id}/stop", {"reason": reason})
        show(content, as_json=as_json)
