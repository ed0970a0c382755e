"""Commands write tables for people and JSON for programs, and say how they ended."""

import json
from collections.abc import Callable

import pytest
import typer

from shared_contracts.errors import Defect
from shared_contracts.http.remote import NotFound, ProcessUnreachable, RemoteError
from shared_contracts.process.command_line import ending, show

ROWS = [
    {"id": "a-1", "late": False, "customer": {"bin": "111040009781"}, "why": []},
    {"id": "b-22", "late": True, "customer": None, "why": [{"rule_id": "F-PUR-3"}, "F-TXT-1"]},
]
COLUMNS = (("id", "id"), ("late", "late"), ("BIN", "customer.bin"), ("why", "why"))


def test_a_listing_is_a_table_a_row_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, COLUMNS, as_json=False)
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "late", "BIN", "why"]
    assert first.split() == ["a-1", "no", "111040009781"]
    assert second.split() == ["b-22", "yes", "F-PUR-3,", "F-TXT-1"]
    assert head.index("late") == first.index("no") == second.index("yes")


def test_markup_and_long_values_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    name = "[bold]Сорғы[/bold] " * 30
    show([{"name": name.strip()}], (("name", "name"),), as_json=False)
    assert capsys.readouterr().out.splitlines()[1] == name.strip()


def test_a_thing_is_shown_field_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    show({"state": "ACCEPTED", "seconds": None, "lots": [{"n": 1, "m": 2}]}, as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told == ["state    ACCEPTED", "seconds", "lots:", "  - n  1", "    m  2"]


def test_with_json_the_content_is_written_whole(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, COLUMNS, as_json=True)
    assert json.loads(capsys.readouterr().out) == ROWS


@pytest.mark.parametrize("columns", [COLUMNS, ()])
def test_an_empty_listing_says_so_apart_from_the_output(
    columns: tuple[tuple[str, str], ...], capsys: pytest.CaptureFixture[str]
) -> None:
    show([], columns, as_json=False)
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", "nothing to show\n")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (lambda: RemoteError("refused (HTTP 409)"), 1),
        (lambda: ValueError("no day"), 2),
        (lambda: FileNotFoundError(2, "No such file", "/absent"), 2),
        (lambda: NotFound("no purchase"), 3),
        (lambda: ProcessUnreachable("does not answer"), 4),
        (lambda: Defect("Internal Server Error (HTTP 500)"), 70),
    ],
)
def test_each_kind_of_failure_has_an_exit_code_of_its_own(
    problem: Callable[[], Exception], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    raised = problem()
    with pytest.raises(typer.Exit) as end, ending():
        raise raised
    assert end.value.exit_code == code
    said = "/absent: No such file" if isinstance(raised, OSError) else str(raised)
    assert capsys.readouterr().err == f"{said}\n"
