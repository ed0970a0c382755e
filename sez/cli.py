"""The command ``sez``: serve, and ask the running SEZ."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from sez.asking import remote, settings
from sez.audits import commands as audits
from sez.changes import commands as change_commands
from sez.classifiers import commands as classifier_commands
from sez.columns import VERSIONS
from sez.encryption import commands as encryption_commands
from sez.kinds import KINDS
from sez.notices import commands as notices
from sez.package_commands import package
from sez.registry_log import commands as registry_log_commands
from sez.synchronisation import commands as tickets
from shared_contracts.conformance import registry_commands as conformance
from shared_contracts.process import evidence_commands, log_commands
from shared_contracts.process.command_line import AsJson, new_app, new_group, show
from shared_contracts.process.replay_commands import add_replay
from shared_contracts.process.running import add_running

app = new_app("sez", "The e-procurement system (SEZ).")
add_running(app, "SEZ", settings)
add_replay(app, "SEZ", settings, lambda own: (own.environment, own.code))
app.add_typer(package, name="package")
receipts = new_group(app, "receipts", "Receipts that came another way.")
sequence = new_group(app, "sequence", "The sequence of packages.")
asked = (classifier_commands, change_commands, notices, tickets)
beside = (*asked, registry_log_commands, audits, encryption_commands)
for module in (*KINDS.beside("commands"), *beside):
    module.add_to(app)
log_commands.add_to(app, remote)
evidence_commands.add_to(app, remote)
conformance.add_to(app)


@app.command()
def outbox(*, as_json: AsJson = False) -> None:
    """Show what the Registry has not accepted yet, and how much of the hour is left."""
    with remote() as sez:
        content = sez.get("/api/v1/outbox")
        show(content if as_json else content["unsynchronised"], VERSIONS, as_json=as_json)


@app.command()
def clock(*, measure: bool = False, as_json: AsJson = False) -> None:
    """Show the difference from the Registry's clock, or measure it anew."""
    with remote() as sez:
        content = sez.post("/api/v1/clock") if measure else sez.get("/api/v1/clock")
        show(content, as_json=as_json)


@app.command()
def upload(file: Path, *, as_json: AsJson = False) -> None:
    """Upload a file of the tender documentation; prints its SHA-256 and size."""
    with remote() as sez:
        content = file.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        sez.put_file(content, sha256)
        show({"sha256": sha256, "size": len(content)}, as_json=as_json)


@app.command()
def sending(
    *,
    resume: Annotated[
        bool, typer.Option("--resume", help="Why the Registry refused the SEZ itself is mended.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show whether packages may leave and what keeps them, or let them leave again."""
    with remote() as sez:
        path = "/api/v1/sending"
        content = sez.post(f"{path}/resume") if resume else sez.get(path)
        show(content, as_json=as_json)


@receipts.command("take")
def take_receipt(file: Path, *, as_json: AsJson = False) -> None:
    """Take a receipt, or the SOAP answer that held it, which somebody else received."""
    with remote() as sez:
        answer = sez.post_bytes("/api/v1/receipts", file.read_bytes())
        show(json.loads(answer), as_json=as_json)


@sequence.command("void")
def void(
    number: int,
    reason: Annotated[str, typer.Option(help="Why it was never sent; the Registry keeps it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """State to the Registry that a number was never sent; its records leave anew."""
    with remote() as sez:
        answer = sez.post(f"/api/v1/sequence/{number}/void", {"reason": reason})
        show(answer, as_json=as_json)


def main() -> None:
    """Run the command."""
    app()
