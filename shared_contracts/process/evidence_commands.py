"""The command by which people have everything about one object as one file."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from shared_contracts.process.command_line import AsJson, new_group, show
from shared_contracts.process.log_commands import Asking

Out = Annotated[Path, typer.Option(help="The file to write: an ASiC-E container.")]


def add_to(app: typer.Typer, asking: Asking) -> None:
    """Make the group ``evidence`` of the system that ``asking`` reaches."""
    about = "Evidence packages, which an archive checks without this system."
    evidence = new_group(app, "evidence", about)

    @evidence.command("export")
    def export(object_id: str, out: Out, *, as_json: AsJson = False) -> None:
        """Write everything about an object as one file that proves itself."""
        with asking() as remote:
            size = remote.download(f"/api/v1/evidence/{quote(object_id, safe='')}", out)
            show({"file": str(out), "bytes": size}, as_json=as_json)
