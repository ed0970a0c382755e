"""The commands ``registry admission`` and ``registry calendar`` (S216-6 to 11, S95-7 to 18)."""

from base64 import b64encode
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.admission import encryption_commands, inventory_commands
from registry.admission.documents import commands as documents
from registry.admission.inspecting import commands as inspecting
from registry.asking import asking, quoted
from registry.columns import (
    ADMISSION_EVENTS,
    ADMISSION_TERMS,
    ADMISSIONS,
    COUNTED_DAYS,
    REGULATIONS,
)
from shared_contracts.process.command_files import asked_in
from shared_contracts.process.command_language import SpeakingApp, spoken
from shared_contracts.process.command_line import AsJson, ending, show

GROUP = SpeakingApp(no_args_is_help=True, help="Applications for synchronisation.")
CALENDAR = SpeakingApp(no_args_is_help=True, help="The working days of Kazakhstan.")
PATH = "/api/v1/admission"

Id = Annotated[str, typer.Argument(help="Id of the application.")]
Body = Annotated[str, typer.Option("--by", help="Body that acts, by its id in the regulation.")]
Person = Annotated[str, typer.Option(help="Who acts for it.")]
Stage = Annotated[str, typer.Argument(help="Step, by its id in the regulation.")]


def add_to(app: typer.Typer) -> None:
    """Make them commands of an application."""
    documents.add_to(GROUP)
    inventory_commands.add_to(GROUP)
    inspecting.add_to(GROUP)
    app.add_typer(GROUP, name="admission")
    app.add_typer(CALENDAR, name="calendar")
    app.add_typer(encryption_commands.GROUP, name="encryption")


@GROUP.command("list")
def list_admissions(
    after: Annotated[str | None, typer.Option(help="The last id of the page before.")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List applications in the order of their filing."""
    with asking() as remote:
        show(remote.get(PATH, after=after, limit=limit), ADMISSIONS, as_json=as_json)


@GROUP.command("regulations")
def list_regulations(*, as_json: AsJson = False) -> None:
    """List the orders that are known, and since when each holds."""
    with asking() as remote:
        laws = remote.get(f"{PATH}/regulations")
        rows = [one | {"name": one["words"][spoken()]} for one in laws]
        show(laws if as_json else rows, REGULATIONS, as_json=as_json)


@GROUP.command("show")
def show_admission(admission_id: Id, *, as_json: AsJson = False) -> None:
    """Show an application: what it lacks, its rounds, its act."""
    with asking() as remote:
        show(remote.get(f"{PATH}/{quoted(admission_id)}"), as_json=as_json)


@GROUP.command("terms")
def show_terms(admission_id: Id, *, as_json: AsJson = False) -> None:
    """Show the terms of an application: last day, who has to act, how each stands."""
    with asking() as remote:
        terms = remote.get(f"{PATH}/{quoted(admission_id)}/terms")
        show(terms, ADMISSION_TERMS, as_json=as_json)


@GROUP.command("events")
def show_events(admission_id: Id, after: int = 0, *, as_json: AsJson = False) -> None:
    """Show what happened to an application, each event with its clause and who had it done."""
    with asking() as remote:
        found = remote.get(f"{PATH}/{quoted(admission_id)}/events", after=after)
        rows = [one | {"position": one["number"], "actor": _actor(one["event"])} for one in found]
        show(found if as_json else rows, ADMISSION_EVENTS, as_json=as_json)


@GROUP.command("file")
def file(
    form: Annotated[Path, typer.Argument(help="The application as JSON.")],
    previous: Annotated[
        str | None, typer.Option(help="The ended application that it takes up again.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """File an application; the answer names what it lacks, with clause and cure."""
    with asking() as remote:
        asked = {"form": asked_in(form), "previous": previous}
        show(remote.post(PATH, asked), as_json=as_json)


@GROUP.command("step")
def step(
    admission_id: Id,
    asked: Annotated[Path, typer.Argument(help="The step as JSON, with its kind.")],
    session: Annotated[
        Path | None, typer.Option(help="Signed session of the conformance kit, for CONCLUDE.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take any step: a group, a protocol, an act, a change, a stop."""
    with ending():
        told = asked_in(asked)
        if session is not None:
            told = dict(told) | {"session": b64encode(session.read_bytes()).decode()}
    _take(admission_id, told, as_json=as_json)


@GROUP.command("notify")
def notify(admission_id: Id, body: Body, person: Person, *, as_json: AsJson = False) -> None:
    """Notify the applicant that the application conforms."""
    _take(admission_id, _by("NOTIFY", body, person), as_json=as_json)


@GROUP.command("return")
def send_back(
    admission_id: Id,
    body: Body,
    person: Person,
    reason: Annotated[list[str], typer.Option(help="CLAUSE: why; may be repeated.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Send an application back with its reasons."""
    asked = _by("RETURN", body, person) | {"reasons": inspecting.reasons(reason)}
    _take(admission_id, asked, as_json=as_json)


@GROUP.command("begin")
def begin(
    admission_id: Id, stage: Stage, body: Body, person: Person, *, as_json: AsJson = False
) -> None:
    """Begin a step, or its next round."""
    _take(admission_id, _by("BEGIN", body, person) | {"stage": stage}, as_json=as_json)


@GROUP.command("deliver")
def deliver(
    admission_id: Id,
    document: Annotated[str, typer.Argument(help="Step of the protocol, or ACT.")],
    addressee: Annotated[str, typer.Option("--to", help="Body that gets the copy.")],
    received_by: Annotated[str, typer.Option(help="Who received it.")],
    way: Annotated[str, typer.Option(help="How it was delivered.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Record that a copy of a protocol or of the act was delivered."""
    asked = {
        "kind": "DELIVER",
        "document": document,
        "addressee": addressee,
        "received_by": received_by,
        "way": way,
    }
    _take(admission_id, asked, as_json=as_json)


@GROUP.command("mend")
def mend(
    admission_id: Id,
    stage: Stage,
    body: Body,
    person: Person,
    what: Annotated[str, typer.Option(help="What was put right.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Tell that what a step found was put right."""
    asked = _by("MEND", body, person) | {"stage": stage, "what": what}
    _take(admission_id, asked, as_json=as_json)


@GROUP.command("abandon")
def abandon(
    admission_id: Id,
    body: Body,
    person: Person,
    ground: Annotated[str, typer.Option(help="Why; it is printed.")],
    *,
    as_json: AsJson = False,
) -> None:
    """End an application before its act: withdrawn, or its applicant let a term pass."""
    _take(admission_id, _by("ABANDON", body, person) | {"ground": ground}, as_json=as_json)


@CALENDAR.command("term")
def show_term(
    since: Annotated[str, typer.Argument(help="Moment of the event, with offset.")],
    number: Annotated[int, typer.Argument(help="How many.")],
    unit: Annotated[
        str, typer.Option(help="WORKING_DAYS, CALENDAR_DAYS, HOURS or YEARS_BACK.")
    ] = "WORKING_DAYS",
    *,
    as_json: AsJson = False,
) -> None:
    """Count a term: every counted and skipped day with its reason; of hours and years the ends."""
    with asking() as remote:
        term = remote.get("/api/v1/calendar/term", since=since, number=number, unit=unit)
        rows = [one | {"why": (one["reason"] or {}).get(spoken())} for one in term["days"]]
        if as_json or not rows:
            show(term, as_json=as_json)
        else:
            show(rows, COUNTED_DAYS, as_json=False)


def _actor(event: dict[str, Any]) -> str:
    """Who had it done; nothing where the Registry did it by itself, or before that was noted."""
    return str(event.get("acting", {}).get("actor", ""))


def _by(kind: str, body: str, person: str) -> dict[str, Any]:
    return {"kind": kind, "by": {"body": body, "person": person}}


def _take(admission_id: str, asked: dict[str, Any], *, as_json: bool) -> None:
    with asking() as remote:
        case = remote.post(f"{PATH}/{quoted(admission_id)}/steps", {"step": asked})
        show(case, as_json=as_json)
