"""The commands ``registry admission inventory``, ``change-inventory``, ``decide-inventory``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from registry.admission.regulation import APPLICANT, GROUP
from registry.asking import asking, quoted
from registry.columns import INVENTORIES
from shared_contracts.process.command_files import asked_in
from shared_contracts.process.command_line import AsJson, ending, show

PATH = "/api/v1/admission"
Id = Annotated[str, typer.Argument(help="Id of the application.")]
Person = Annotated[str, typer.Option(help="Who acts for it.")]


def add_to(group: typer.Typer) -> None:
    """Make them commands of ``registry admission``."""
    group.command("inventory")(list_inventories)
    group.command("change-inventory")(change_inventory)
    group.command("decide-inventory")(decide_inventory)


def list_inventories(admission_id: Id, *, as_json: AsJson = False) -> None:
    """List the inventories of a system: the one in force, those before, the one that waits."""
    with asking() as remote:
        found = remote.get(f"{PATH}/{quoted(admission_id)}/inventory")
        show(found, INVENTORIES, as_json=as_json)


def change_inventory(
    admission_id: Id,
    inventory: Annotated[
        Path, typer.Argument(help="Whole new inventory as JSON: software, hardware, location.")
    ],
    statement: Annotated[str, typer.Option(help="What changes, and why.")],
    person: Person,
    *,
    as_json: AsJson = False,
) -> None:
    """State that the inventory is to change; capacity may only grow, and nothing changes yet."""
    with ending():
        wanted = asked_in(inventory)
    told = {"kind": "REQUEST_INVENTORY", "statement": statement, "inventory": wanted}
    _take(admission_id, told, APPLICANT, person, as_json=as_json)


def decide_inventory(
    admission_id: Id,
    reason: Annotated[str, typer.Option(help="Why; the protocol of the group.")],
    person: Person,
    *,
    granted: Annotated[bool, typer.Option("--granted/--declined", help="What was decided.")],
    as_json: AsJson = False,
) -> None:
    """Decide about the change that was stated; a granted one holds from now on."""
    told = {"kind": "DECIDE_INVENTORY", "granted": granted, "reason": reason}
    _take(admission_id, told, GROUP, person, as_json=as_json)


def _take(
    admission_id: str, told: dict[str, Any], body: str, person: str, *, as_json: bool
) -> None:
    with asking() as remote:
        step = told | {"by": {"body": body, "person": person}}
        show(remote.post(f"{PATH}/{quoted(admission_id)}/steps", {"step": step}), as_json=as_json)
