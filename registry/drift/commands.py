"""What the commands ``registry drift …`` ask of the running Registry (S216-11a)."""

from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import SEZ_LOGS
from shared_contracts.process.command_line import AsJson, new_group, show

COLUMNS = (*SEZ_LOGS[:2], ("differs in", "differs"), SEZ_LOGS[-1])


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "drift", "What differs from the acts of systems.")

    @group.command("list")
    def list_systems(*, as_json: AsJson = False) -> None:
        """Show the systems that are watched, and in what each differs from its act."""
        with asking() as remote:
            found = remote.get("/api/v1/drift")
            rows = [one | {"differs": _differs(one["drift"])} for one in found]
            show(found if as_json else rows, COLUMNS, as_json=as_json)

    @group.command("compare")
    def compare(code: str, *, as_json: AsJson = False) -> None:
        """Ask a system now what it can do, and compare that with its entry."""
        with asking() as remote:
            show(remote.post(f"/api/v1/drift/{quoted(code)}"), as_json=as_json)

    @group.command("end")
    def end(
        code: str,
        kind: Annotated[str, typer.Argument(help="Kind of the difference, as in `list`.")],
        reason: Annotated[str, typer.Option(help="What was found; it is kept.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """End a difference, after somebody looked into it; the same is not told again."""
        with asking() as remote:
            asked = {"kind": kind, "reason": reason}
            show(remote.post(f"/api/v1/drift/{quoted(code)}/end", asked), as_json=as_json)


def _differs(drift: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [one["seen"]["kind"] for one in drift.get("open", [])]
