"""What the commands ``sez registry-log …`` ask of the running SEZ."""

from typing import Annotated

import typer

from sez.asking import remote
from shared_contracts.process.command_line import AsJson, new_group, show


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "registry-log", "The Registry's log, which may only grow.")

    @group.command("show")
    def show_known(*, as_json: AsJson = False) -> None:
        """Show how far it is proven, and the alarm that is not ended."""
        with remote() as sez:
            show(sez.get("/api/v1/registry-log"), as_json=as_json)

    @group.command("compare")
    def compare(*, as_json: AsJson = False) -> None:
        """Have the Registry prove now that its log begins with all that was seen of it."""
        with remote() as sez:
            show(sez.post("/api/v1/registry-log"), as_json=as_json)

    @group.command("end")
    def end(
        reason: Annotated[str, typer.Option(help="What was found; it is kept.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """End the alarm, after somebody looked into it; the log is watched anew."""
        with remote() as sez:
            show(sez.post("/api/v1/registry-log/end", {"reason": reason}), as_json=as_json)
