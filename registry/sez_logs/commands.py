"""What the commands ``registry sez-log …`` ask of the running Registry."""

from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import SEZ_LOGS
from shared_contracts.process.command_line import AsJson, new_group, show


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "sez-log", "The logs of the systems, which may only grow.")

    @group.command("list")
    def list_logs(*, as_json: AsJson = False) -> None:
        """Show how far each is proven, and the alarms that are not ended."""
        with asking() as remote:
            show(remote.get("/api/v1/sez-logs"), SEZ_LOGS, as_json=as_json)

    @group.command("compare")
    def compare(code: str, *, as_json: AsJson = False) -> None:
        """Have a system prove now that its log begins with what is known of it."""
        with asking() as remote:
            show(remote.post(f"/api/v1/sez-logs/{quoted(code)}"), as_json=as_json)

    @group.command("end")
    def end(
        code: str,
        reason: Annotated[str, typer.Option(help="What was found; it is kept.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """End an alarm, after somebody looked into it; the log is watched anew."""
        with asking() as remote:
            path = f"/api/v1/sez-logs/{quoted(code)}/end"
            show(remote.post(path, {"reason": reason}), as_json=as_json)
