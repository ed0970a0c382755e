"""What the commands of both systems share: options, tables for people, JSON, exit codes.

A command writes a table or lines for people; with ``--json`` it writes the same content as JSON for
programs. What went wrong is told in a sentence on standard error, and the exit code says which kind
of failure it was (``ExitCode``): that of its family in ``errors``.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from importlib.metadata import version
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared_contracts.errors import Diagnosed
from shared_contracts.http.remote import NotFound
from shared_contracts.language import Language
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.process.command_language import (
    CODED,
    SpeakingApp,
    heading,
    refusal,
    spoken,
    value_word,
    word,
)


class ExitCode(IntEnum):
    """How a command ended; the same for ``registry``, ``sez`` and ``contracts``."""

    DONE = 0
    REFUSED = 1
    """It was asked and the answer is no: refused, altered, findings."""
    USAGE = 2
    """It could not be asked: wrong words, a file or a setting that cannot be read."""
    NOT_FOUND = 3
    """There is no such purchase, package, system or file."""
    UNREACHABLE = 4
    """The system does not answer, or the one behind it does not."""
    DEFECT = 70
    """The program or its store is not as it must be (EX_SOFTWARE of sysexits.h)."""


EXIT_CODES = (
    "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not found, 4 unreachable, 70 a defect."
)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
"""The option of every command that shows something."""

Columns = Sequence[tuple[str, str]]
"""Heading and field of each column; ``a.b`` names a field within a field."""

_NAMES = ["-h", "--help"]
_WIDE = 10_000
"""Columns of output that nobody reads on a terminal: nothing is folded there."""


def new_app(program: str, about: str) -> typer.Typer:
    """The root of a program's commands, with ``-h`` and ``--version``."""
    app = SpeakingApp(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help=about,
        epilog=EXIT_CODES,
        context_settings={"help_option_names": _NAMES},
    )

    def show_version(value: bool) -> None:  # noqa: FBT001  # the form of an option's callback
        if value:
            typer.echo(f"{program} {version('tru-registry')}, contract {', '.join(VERSIONS)}")
            raise typer.Exit

    @app.callback()
    def root(
        *,
        _version: Annotated[
            bool,
            typer.Option(
                "--version", callback=show_version, is_eager=True, help="Show the version and exit."
            ),
        ] = False,
    ) -> None:
        """Take the options that stand before every command."""

    root.__doc__ = about
    return app


def new_group(app: typer.Typer, name: str, about: str) -> typer.Typer:
    """A group of commands under ``name``."""
    group = SpeakingApp(no_args_is_help=True, help=about)
    app.add_typer(group, name=name)
    return group


@contextmanager
def ending() -> Iterator[None]:
    """Tell what went wrong in a sentence and end with its exit code."""
    try:
        yield
    except Diagnosed as problem:
        raise failed(refusal(problem), ExitCode(problem.exit_code)) from problem
    except (OSError, ValueError) as problem:  # a file, a date or a setting of the caller
        raise failed(refusal(problem), ExitCode.USAGE) from problem


def failed(why: str, code: ExitCode) -> typer.Exit:
    """The end of a command, after ``why`` is written to standard error."""
    typer.echo(why, err=True)
    return typer.Exit(code)


def known_id(noun: str, given: str) -> str:
    """The id of an object called ``noun``; ``NotFound`` for what is the id of none."""
    try:
        return str(UUID(given))
    except ValueError as wrong:
        raise NotFound(f"no {noun} {given}") from wrong


def show(content: Any, columns: Columns = (), *, as_json: bool) -> None:
    """Write ``content``: as JSON, as a table of ``columns``, or field by field."""
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    elif content == []:
        typer.echo(word("nothing to show"), err=True)
    elif columns:
        _show_table(content, columns)
    else:
        typer.echo("\n".join(_lines(content)))


def _show_table(rows: Iterable[Mapping[str, Any]], columns: Columns) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in columns:
        table.add_column(heading(name), overflow="fold", no_wrap=name == columns[0][0])
    say = _named if any(path == "words" for _, path in columns) else _said
    for row in rows:
        table.add_row(*(Text(say(path, _field(row, path))) for _, path in columns))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as captured:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _field(row: Mapping[str, Any], path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _named(_path: str, value: Any) -> str:
    """A value in a cell of a table that has a column in words beside the names."""
    return _cell(value)


def _said(path: str, value: Any) -> str:
    """A value in a cell of a column: one of a few in words, where the column has such."""
    if path.rpartition(".")[2] not in CODED:
        return _cell(value)
    if isinstance(value, list):
        return ", ".join(_said(path, one) for one in value)
    return value_word(_cell(value))


def _cell(value: Any) -> str:
    """A value in a cell: a yes or no in words, a list by its members, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return word("yes" if value else "no")
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, Mapping) and value.keys() == set(Language):
        return str(value[spoken()])
    if isinstance(value, Mapping):
        return str(value.get("rule_id") or json.dumps(value, ensure_ascii=False))
    return str(value)


def _lines(content: Any, indent: str = "") -> Iterator[str]:
    """``content`` a field a line, what is within a field one step to the right."""
    if isinstance(content, Mapping):
        wide = max(map(len, content), default=0)
        for name, value in content.items():
            if isinstance(value, Mapping | list) and value:
                yield f"{indent}{name}:"
                yield from _lines(value, indent + "  ")
            else:
                yield f"{indent}{name:<{wide}}  {_cell(value)}".rstrip()
    elif isinstance(content, list):
        for value in content:
            first, *rest = _lines(value) if isinstance(value, Mapping | list) else [_cell(value)]
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in rest)
    else:
        yield f"{indent}{_cell(content)}"
