"""The commands by which a system in operation is inspected (S95-18a)."""

from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import INSPECTIONS
from shared_contracts.process.command_line import AsJson, show

Id = Annotated[str, typer.Argument(help="Id of the application.")]
InspectionId = Annotated[str, typer.Argument(help="Id of the inspection.")]
Body = Annotated[str, typer.Option("--by", help="Body that acts, by its id in the regulation.")]
Person = Annotated[str, typer.Option(help="Who acts for it.")]


def add_to(group: typer.Typer) -> None:
    """Make them commands of ``registry admission``."""
    group.command("inspections")(list_inspections)
    group.command("inspect")(inspect)
    group.command("end-inspection")(end_inspection)
    group.command("deliver-inspection")(deliver_inspection)


def list_inspections(
    after: Annotated[str | None, typer.Option(help="The last id of the page before.")] = None,
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List inspections in the order of their opening (S95-18a)."""
    with asking() as remote:
        found = remote.get("/api/v1/inspections", after=after, limit=limit)
        show(found, INSPECTIONS, as_json=as_json)


def inspect(
    admission_id: Id,
    body: Body,
    person: Person,
    ground: Annotated[str, typer.Option(help="Why; it may be left out.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Begin to inspect a system in operation."""
    asked = {"by": {"body": body, "person": person}, "ground": ground}
    with asking() as remote:
        path = f"/api/v1/admission/{quoted(admission_id)}/inspections"
        show(remote.post(path, asked), as_json=as_json)


def end_inspection(
    inspection_id: InspectionId,
    body: Body,
    person: Person,
    finding: Annotated[
        list[str] | None, typer.Option(help="CLAUSE: what was found; may be repeated.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """End an inspection, with what was found; a stop is decided apart."""
    asked = {"by": {"body": body, "person": person}, "findings": reasons(finding or [])}
    with asking() as remote:
        show(
            remote.post(f"/api/v1/inspections/{quoted(inspection_id)}/end", asked), as_json=as_json
        )


def deliver_inspection(
    inspection_id: InspectionId,
    addressee: Annotated[str, typer.Option("--to", help="Body that gets the copy.")],
    received_by: Annotated[str, typer.Option(help="Who received it.")],
    way: Annotated[str, typer.Option(help="How it was delivered.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Record that a copy of what an inspection left was delivered."""
    asked = {"addressee": addressee, "received_by": received_by, "way": way}
    with asking() as remote:
        path = f"/api/v1/inspections/{quoted(inspection_id)}/copies"
        show(remote.post(path, asked), as_json=as_json)


def reasons(told: list[str]) -> list[dict[str, str]]:
    """Reasons as they are asked for, of ``CLAUSE: why``."""
    parted = [one.partition(":") for one in told]
    return [{"clause": clause.strip(), "text": text.strip()} for clause, _, text in parted]
