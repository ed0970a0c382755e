"""Who waits for a command is told that the system is at work, at a terminal and nowhere else."""

import threading
import time

import pytest
import typer
from typer.testing import CliRunner

from shared_contracts.process.command_line import new_app
from shared_contracts.process.waiting import waiting


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "жүйе тапсырманы орындап жатыр ..."),
        ("ru", "система выполняет задание ..."),
        ("en", "the system is at work on it ..."),
    ],
)
def test_what_takes_long_says_so_once_in_the_language_that_is_asked(
    language: str, told: str
) -> None:
    assert _said(0.01, "--lang", language) == f"{told}\n"


def test_what_is_done_at_once_says_nothing_and_leaves_no_thread() -> None:
    before = threading.active_count()
    assert _said(30) == ""
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before


def test_where_no_person_reads_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting(0.01):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""


def _said(after: float, *words: str) -> str:
    """What a command writes to standard error that takes 0.3 seconds where it waits less."""
    app = new_app("program", "A program.")

    @app.command()
    def work() -> None:
        """Work."""
        with waiting(after, terminal=True):
            time.sleep(0.3 if after < 1 else 0)
        typer.echo("done")

    return CliRunner().invoke(app, ["work", *words]).stderr
