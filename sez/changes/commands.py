"""What the commands ``sez changes …`` ask of the running SEZ."""

from pathlib import Path
from typing import Annotated

import typer

from sez.asking import remote
from sez.columns import ANSWERS, QUESTIONS
from shared_contracts.process.command_files import write_new
from shared_contracts.process.command_line import AsJson, new_group, show


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = new_group(app, "changes", "What the Registry lacks or has otherwise.")

    @group.command("show")
    def show_found(*, as_json: AsJson = False) -> None:
        """Show what the last round of questions found; one is asked each half hour by itself."""
        with remote() as sez:
            show(sez.get("/api/v1/changes"), as_json=as_json)

    @group.command("ask")
    def ask(*, as_json: AsJson = False) -> None:
        """Ask the Registry now, and supply what it asks for."""
        with remote() as sez:
            show(sez.post("/api/v1/changes"), as_json=as_json)

    _add_questions(group)

    @group.command("answers")
    def answers(*, as_json: AsJson = False) -> None:
        """List the newest answers of the Registry."""
        with remote() as sez:
            show(sez.get("/api/v1/changes/answers"), ANSWERS, as_json=as_json)

    @group.command("answer")
    def one_answer(
        number: Annotated[int, typer.Argument(help="As `sez changes answers` lists it.")],
        out: Annotated[Path, typer.Option(help="File for the signed answer; it must be new.")],
    ) -> None:
        """Write the Registry's signed answer, byte for byte, to a file."""
        with remote() as sez:
            write_new(out, sez.get_bytes(f"/api/v1/changes/answers/{number}"))


def _add_questions(group: typer.Typer) -> None:
    """Those about versions of which the Registry is asked before they are sent."""

    @group.command("questions")
    def questions(*, as_json: AsJson = False) -> None:
        """List versions about which the Registry is asked first, and why there is no answer."""
        with remote() as sez:
            show(sez.get("/api/v1/changes/questions"), QUESTIONS, as_json=as_json)

    @group.command("ask-first")
    def ask_first(*, as_json: AsJson = False) -> None:
        """Ask about these versions now."""
        with remote() as sez:
            show(sez.post("/api/v1/changes/questions"), QUESTIONS, as_json=as_json)
