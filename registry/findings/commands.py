"""The commands ``registry findings`` (S95-15.3, S216-18.7)."""

from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import FINDINGS, INCIDENTS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(no_args_is_help=True, help="What the hourly run found about systems.")
Kind = Annotated[
    str,
    typer.Argument(help="MISSING_NUMBERS, LATE_RECORDS, STAGE_PASSED or REWRITTEN_HISTORY."),
]
Sez = Annotated[str | None, typer.Option("--sez")]


def add_to(app: typer.Typer) -> None:
    """Make them commands of an application."""
    app.add_typer(GROUP, name="findings")


@GROUP.command("list")
def list_findings(
    sez_code: Sez = None,
    *,
    ended: Annotated[bool, typer.Option(help="Those that have ended too.")] = True,
    as_json: AsJson = False,
) -> None:
    """List the last finding of each kind about each system."""
    with asking() as remote:
        found = remote.get("/api/v1/findings", sez=sez_code, ended=str(ended).lower())
        show(found, FINDINGS, as_json=as_json)


@GROUP.command("show")
def show_finding(
    sez_code: str,
    kind: Kind,
    after: Annotated[
        int | None, typer.Option(help="The number of an event: what happened after it.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a finding with what happened to it."""
    with asking() as remote:
        show(remote.get(_path(sez_code, kind), after=after), as_json=as_json)


@GROUP.command("run")
def run(*, as_json: AsJson = False) -> None:
    """Look over everything now, beside the run of each hour."""
    with asking() as remote:
        show(remote.post("/api/v1/findings/run"), as_json=as_json)


@GROUP.command("measure")
def measure(
    sez_code: str,
    kind: Kind,
    cause: Annotated[str, typer.Option(help="Why it came to this.")],
    measure: Annotated[str, typer.Option(help="What was done about it.")],
    taken_at: Annotated[
        str | None, typer.Option(help="When, a moment with offset; now if it is left out.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell cause and measure; rewritten history is open until somebody does."""
    told = {"cause": cause, "measure": measure, "taken_at": taken_at}
    with asking() as remote:
        show([remote.post(f"{_path(sez_code, kind)}/measure", told)], INCIDENTS, as_json=as_json)


@GROUP.command("incidents")
def incidents(sez_code: Sez = None, limit: int = 100, *, as_json: AsJson = False) -> None:
    """List each time that something was found, with cause, measure and moments."""
    with asking() as remote:
        show(remote.get("/api/v1/incidents", sez=sez_code, limit=limit), INCIDENTS, as_json=as_json)


def _path(sez_code: str, kind: str) -> str:
    return f"/api/v1/findings/{quoted(sez_code)}/{quoted(kind)}"
