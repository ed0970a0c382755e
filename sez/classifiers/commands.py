"""What the command ``sez classifiers`` asks of the running SEZ."""

from typing import Annotated

import typer

from sez.asking import quoted, remote
from sez.columns import EDITIONS
from shared_contracts.process.command_line import AsJson, new_group, show


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "classifiers", "The copy of the Registry's classifiers.")

    @group.command("list")
    def list_editions(*, as_json: AsJson = False) -> None:
        """List the editions that were copied; `--json` tells when they were compared."""
        with remote() as sez:
            content = sez.get("/api/v1/classifiers")
            show(content if as_json else content["editions"], EDITIONS, as_json=as_json)

    @group.command("refresh")
    def refresh(*, as_json: AsJson = False) -> None:
        """Compare the copy with the Registry's now; it is compared each hour by itself."""
        with remote() as sez:
            content = sez.post("/api/v1/classifiers", {})
            show(content if as_json else content["editions"], EDITIONS, as_json=as_json)

    @group.command("find")
    def find(
        classifier: Annotated[str, typer.Argument(help="KATO, KPVED, MKEI, COUNTRIES or KOPF")],
        code: str,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Show what a code means today; exit code 3 if it is none."""
        with remote() as sez:
            found = sez.get(f"/api/v1/classifiers/{quoted(classifier)}/{quoted(code)}")
            show(found, as_json=as_json)
