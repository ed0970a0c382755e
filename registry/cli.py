"""The command ``registry``: serve, and ask the running Registry."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.admission import commands as admission_commands
from registry.asking import asking, own_settings, quoted
from registry.audits import commands as audit_commands
from registry.columns import EDITIONS, EVENTS, LATE, PUNCTUALITY, SYSTEMS
from registry.drift import commands as drift_commands
from registry.exclusions import commands as exclusion_commands
from registry.findings import commands as finding_commands
from registry.goods import commands as goods_commands
from registry.kinds import KINDS
from registry.messages.tickets import commands as tickets
from registry.notices import commands as notices
from registry.sez_logs import commands as sez_log_commands
from shared_contracts.conformance import sez_commands as conformance
from shared_contracts.http.remote import NotFound, Remote
from shared_contracts.process import evidence_commands, log_commands
from shared_contracts.process.command_line import AsJson, new_app, new_group, show
from shared_contracts.process.replay_commands import add_replay
from shared_contracts.process.running import add_running

app = new_app("registry", "The Registry of goods, works and services.")
add_running(app, "Registry", own_settings, lambda own: own.tls_client_ca)
add_replay(app, "Registry", own_settings, lambda own: (own.environment, ""))
sez = new_group(app, "sez", "The register of systems that may transmit.")
watching = (audit_commands, sez_log_commands, drift_commands)
beside = (
    *(exclusion_commands, goods_commands, notices, finding_commands, tickets, admission_commands),
    *watching,
)
for module in (*KINDS.beside("commands"), *beside):
    module.add_to(app)
classifiers = new_group(app, "classifiers", "The classifiers of annex 4.")
proofs = log_commands.add_to(app, asking)
evidence_commands.add_to(app, asking)
conformance.add_to(app)

RECORDED = ("environment", "registered_at", "acting")
"""What the Registry itself adds to an entry of its register."""


@app.command()
def changes(after: int = 0, limit: int = 100, *, as_json: AsJson = False) -> None:
    """Show events after a position; none is ever skipped."""
    with asking() as remote:
        page = remote.get("/api/v1/changes", after=after, limit=limit)
        show(page if as_json else page["events"], EVENTS, as_json=as_json)


@app.command()
def lateness(
    sez_code: Annotated[str | None, typer.Argument()] = None, *, as_json: AsJson = False
) -> None:
    """Show how punctual every SEZ is, or what came late from one (S216-18.3)."""
    with asking() as remote:
        content = remote.get("/api/v1/lateness" + (f"/{quoted(sez_code)}" if sez_code else ""))
        show(content, LATE if sez_code else PUNCTUALITY, as_json=as_json)


@app.command()
def checkpoint() -> None:
    """Sign a checkpoint of the log as it stands, and show it."""
    with asking() as remote:
        sys.stdout.write(remote.post_bytes("/api/v1/checkpoint").decode())


@proofs.command("message")
def prove_message(sez_code: str, message_id: str, *, as_json: AsJson = False) -> None:
    """Write the proof that the verdict on a message stands under the newest checkpoint."""
    with asking() as remote:
        path = f"/api/v1/messages/{quoted(sez_code)}/{quoted(message_id)}"
        positions = [event["position"] for event in remote.get(path) if event["verdict"]]
        if not positions:
            raise NotFound(f"message {message_id} of {sez_code} has no verdict yet")
        found = f"/api/v1/proofs/inclusion/{positions[0]}"
        log_commands.write_proof(remote, found, as_json=as_json)


Pin = Annotated[str | None, typer.Option(help="SHA-256 of the one certificate; '' for any.")]


Endpoint = Annotated[
    str | None, typer.Option(help="Where notices are sent: https://…; '' for none.")
]


Conditions = Annotated[
    list[int] | None, typer.Option(help="Version of the conditions; may be repeated.")
]
Sectors = Annotated[
    list[str] | None,
    typer.Option("--sector", help="HYDROCARBONS, URANIUM or SOLID; may be repeated."),
]
Networks = Annotated[
    list[str] | None,
    typer.Option("--network", help="Address or network it sends from; repeatable; '' for any."),
]


@sez.command("add")
def add(  # one option for each field of an entry
    code: str,
    name: Annotated[str | None, typer.Argument(help="Needed for a new system.")] = None,
    bin_number: Annotated[str | None, typer.Option("--bin", help="Needed for a new one.")] = None,
    access_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of access; needed for a new one."),
    ] = None,
    uid: Annotated[str | None, typer.Option(help="UID of its certificates; '' for none.")] = None,
    certificate: Pin = None,
    tls_certificate: Pin = None,
    address: Annotated[str | None, typer.Option(help="Where it is found; '' for none.")] = None,
    endpoint: Endpoint = None,
    networks: Networks = None,
    conditions: Conditions = None,
    sectors: Sectors = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Enter a system in the register, or change its entry; what is not named stays as it is."""
    asked = {
        "code": code,
        "name": name,
        "bin": bin_number,
        "access_date": access_date and access_date.date().isoformat(),
        "system_uid": uid,
        "certificate_sha256": certificate,
        "tls_certificate_sha256": tls_certificate,
        "address": address,
        "endpoint": endpoint,
        "networks": networks and [one for one in networks if one],
        "conditions": conditions,
        "sectors": sectors,
    }
    named = {field: value for field, value in asked.items() if value is not None}
    with asking() as remote:
        entry = _entry(remote, code) | {
            field: [] if value == [] else value or None for field, value in named.items()
        }
        show(remote.post("/api/v1/systems", entry), as_json=as_json)


def _entry(remote: Remote, code: str) -> dict[str, Any]:
    """The entry of a system as it stands, in the form in which it is entered; {} for a new one."""
    try:
        found = remote.get(f"/api/v1/systems/{quoted(code)}")
    except NotFound:
        return {}
    return {name: value for name, value in found.items() if name not in RECORDED}


@sez.command("list")
def systems(*, as_json: AsJson = False) -> None:
    """Show the register of systems."""
    with asking() as remote:
        show(remote.get("/api/v1/systems"), SYSTEMS, as_json=as_json)


@sez.command("missing")
def missing(code: str, *, as_json: AsJson = False) -> None:
    """Show the numbers of a system's sequence that did not come within the hour.

    A number is missing when a later one came an hour ago and it did not.
    """
    with asking() as remote:
        show(remote.get(f"/api/v1/systems/{quoted(code)}/missing"), as_json=as_json)


@classifiers.command("list")
def list_classifiers(*, as_json: AsJson = False) -> None:
    """List the editions at hand."""
    with asking() as remote:
        show(remote.get("/api/v1/classifiers"), EDITIONS, as_json=as_json)


Check = Annotated[bool, typer.Option("--check", help="Only tell which codes would fall away.")]
Yes = Annotated[bool, typer.Option("--yes", help="Codes that fall away shall be refused.")]


@classifiers.command("import")
def import_classifier(
    classifier: Annotated[str, typer.Argument(help="KATO, KPVED, MKEI, COUNTRIES or KOPF")],
    file: Path,
    edition: Annotated[str, typer.Option(help="Name of the edition, as published.")],
    effective_from: Annotated[str, typer.Option(help="First day in force, YYYY-MM-DD.")],
    *,
    supplement: Annotated[
        bool, typer.Option("--supplement", help="It adds codes to the edition in force.")
    ] = False,
    check: Check = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Import a classifier from a CSV or an official workbook."""
    query = {"edition": edition, "effective_from": effective_from, "source": file.name}
    wish = {"supplement": supplement, "check": check, "replace": yes}
    path = f"/api/v1/classifiers/{quoted(classifier)}"
    with asking() as remote:
        body = remote.post_bytes(path, file.read_bytes(), **query, **wish)
        show(json.loads(body), as_json=as_json)


@classifiers.command("withdraw")
def withdraw_edition(
    classifier: str,
    edition: str,
    reason: Annotated[str, typer.Option(help="Why it is asked no more; it is kept.")],
    *,
    check: Check = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Ask an imported edition no more; what was judged by it stands."""
    asked = {"edition": edition, "reason": reason, "check": check, "replace": yes}
    with asking() as remote:
        path = f"/api/v1/classifiers/{quoted(classifier)}/withdrawal"
        show(remote.post(path, asked), as_json=as_json)


def main() -> None:
    """Run the command."""
    app()
