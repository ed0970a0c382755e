"""The commands by which people watch the log of the running system: checkpoints and proofs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from shared_contracts.http.remote import Remote
from shared_contracts.process.command_line import AsJson, new_group, show

Asking = Callable[[], AbstractContextManager[Remote]]
"""Gives the running system for the time of a command."""

Size = Annotated[
    int | None, typer.Option(help="Events of a checkpoint that was made; the newest if left out.")
]


def add_to(app: typer.Typer, asking: Asking) -> typer.Typer:
    """Make the group ``proofs`` of the system that ``asking`` reaches; gives the group."""
    proofs = new_group(app, "proofs", "Checkpoints of the log and proofs, for `contracts proof`.")

    @proofs.command("checkpoint")
    def checkpoint() -> None:
        """Sign a checkpoint of the log as it stands, and show it."""
        with asking() as remote:
            typer.echo(remote.post_bytes("/api/v1/checkpoint").decode(), nl=False)

    @proofs.command("event")
    def event(position: int, *, as_json: AsJson = False) -> None:
        """Write the proof that the event at a position stands under the newest checkpoint."""
        with asking() as remote:
            write_proof(remote, f"/api/v1/proofs/inclusion/{position}", as_json=as_json)

    @proofs.command("extension")
    def extension(old_size: int, size: Size = None, *, as_json: AsJson = False) -> None:
        """Write the proof that the log of a checkpoint begins with that of an older one."""
        with asking() as remote:
            path = f"/api/v1/proofs/consistency/{old_size}"
            write_proof(remote, path, size=size, as_json=as_json)

    return proofs


def write_proof(remote: Remote, path: str, *, as_json: bool, size: int | None = None) -> None:
    """Write the proof that is found at ``path``, as a file that stands for itself or as JSON."""
    content = remote.get(path, size=size)
    if as_json:
        show(content, as_json=True)
    else:
        typer.echo(content["proof"], nl=False)
