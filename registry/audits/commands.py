"""The commands ``registry audits``."""

from pathlib import Path
from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.audits.rows import in_words, object_rows
from registry.columns import AUDIT_FINDINGS, AUDITED_OBJECTS, AUDITS
from shared_contracts.errors import BadInput
from shared_contracts.process.command_files import write_new
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

BOTH = "--pdf and --signed together: give --signed alone, its container holds PDF and JSON"
GROUP = SpeakingApp(no_args_is_help=True, help="Audits of systems.")


def add_to(app: typer.Typer) -> None:
    """Make them commands of an application."""
    app.add_typer(GROUP, name="audits")


@GROUP.command("order")
def order(
    sez_code: str,
    ground: Annotated[str, typer.Option(help="Why it is ordered.")],
    ordered_by: Annotated[str, typer.Option(help="Who orders it.")],
    authority: Annotated[str, typer.Option(help="BIN of the authority for solid minerals.")],
    content: Annotated[
        list[str] | None,
        typer.Option(help="CHECKSUMS, CHANGED_OBJECTS or EVENT_LOG; all unless named."),
    ] = None,
    object_type: Annotated[
        list[str] | None, typer.Option(help="Type of objects; may be repeated.")
    ] = None,
    depth: Annotated[
        str | None,
        typer.Option(help="CHECKSUMS as trees, kept or calculated anew: tree or live."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
    until: Annotated[str | None, typer.Option(help="A past moment with offset.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Order an audit of a system; it goes on by itself."""
    asked = {
        "sez_code": sez_code,
        "contents": content,
        "object_types": object_type,
        "depth": depth.upper() if depth else None,
        "since": since,
        "until": until,
        "ground": ground,
        "ordered_by": ordered_by,
        "authority_bin": authority,
    }
    given = {name: value for name, value in asked.items() if value}
    with asking() as remote:
        show(remote.post("/api/v1/audits", given), as_json=as_json)


@GROUP.command("list")
def list_audits(
    sez_code: Annotated[str | None, typer.Option("--sez")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List audits, the newest first."""
    with asking() as remote:
        rows = remote.get("/api/v1/audits", sez=sez_code, limit=limit)
        show(rows, AUDITS, as_json=as_json)


@GROUP.command("show")
def show_audit(audit_id: str, *, as_json: AsJson = False) -> None:
    """Show an audit: how far it is, what it found, and of each object what differs, since when."""
    with asking() as remote:
        state = remote.get(f"/api/v1/audits/{quoted(audit_id)}")
        objects = remote.get(f"/api/v1/audits/{quoted(audit_id)}/objects")
    if as_json:
        show(state | {"objects": objects}, as_json=True)
        return
    findings = state.pop("findings")
    show(state, as_json=False)
    rows = list(object_rows(objects))
    if findings:
        show([in_words(one) for one in findings], AUDIT_FINDINGS, as_json=False)
    if rows:
        show(rows, AUDITED_OBJECTS, as_json=False)


@GROUP.command("record")
def record(
    audit_id: str,
    number: Annotated[int, typer.Argument(help="Number of the event in `show`.")],
    version: int,
    out: Annotated[Path, typer.Option(help="File for the signed record; it must be new.")],
    *,
    kept: Annotated[bool, typer.Option(help="As the system keeps it, not as delivered.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a signed record as it was delivered, byte for byte, to a file."""
    name = "kept" if kept else "delivered"
    place = f"/api/v1/audits/{quoted(audit_id)}/objects/{number}/versions/{version}/{name}"
    with asking() as remote:
        show(write_new(out, remote.get_bytes(place)), as_json=as_json)


@GROUP.command("report")
def report(
    audit_id: str,
    out: Annotated[Path, typer.Option(help="File for the report; it must be new.")],
    *,
    pdf: Annotated[bool, typer.Option(help="As PDF in Kazakh and Russian, not as JSON.")] = False,
    signed: Annotated[
        bool, typer.Option(help="PDF and JSON signed by the Registry: an ASiC-E container.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of an audit to a file: what was found, by whose order, with its evidence."""
    form = ".asice" if signed else ".pdf" if pdf else ""
    with asking() as remote:
        if pdf and signed:
            raise BadInput(BOTH)
        written = remote.get_bytes(f"/api/v1/audits/{quoted(audit_id)}/report{form}")
        show(write_new(out, written), as_json=as_json)


@GROUP.command("resume")
def resume(audit_id: str, *, as_json: AsJson = False) -> None:
    """Let an audit that waits for a person go on."""
    with asking() as remote:
        show(remote.post(f"/api/v1/audits/{quoted(audit_id)}/resume"), as_json=as_json)


@GROUP.command("end")
def end(
    audit_id: str,
    reason: Annotated[str, typer.Option(help="Why it ends; it is kept.")],
    *,
    as_json: AsJson = False,
) -> None:
    """End an audit before all was obtained."""
    with asking() as remote:
        place = f"/api/v1/audits/{quoted(audit_id)}/end"
        show(remote.post(place, {"reason": reason}), as_json=as_json)


@GROUP.command("page")
def page(
    audit_id: str,
    number: Annotated[int, typer.Argument(help="Number of the event by which it was taken.")],
    out: Annotated[Path, typer.Option(help="File for the signed answer; it must be new.")],
    *,
    request: Annotated[bool, typer.Option(help="The request instead of the answer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the signed answer of a page, byte for byte, to a file."""
    name = "request" if request else "answer"
    place = f"/api/v1/audits/{quoted(audit_id)}/events/{number}/{name}"
    with asking() as remote:
        show(write_new(out, remote.get_bytes(place)), as_json=as_json)
