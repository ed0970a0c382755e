"""The commands ``registry exclusions``."""

from datetime import datetime
from typing import Annotated

import typer

from registry.asking import asking, quoted
from registry.columns import EXCLUSIONS
from shared_contracts.process.command_language import SpeakingApp
from shared_contracts.process.command_line import AsJson, show

GROUP = SpeakingApp(
    no_args_is_help=True, help="Customers to whom the purchasing rules do not apply."
)
DAYS = ["%Y-%m-%d"]


def add_to(app: typer.Typer) -> None:
    """Make them commands of an application."""
    app.add_typer(GROUP, name="exclusions")


@GROUP.command("list")
def list_exclusions(
    after: Annotated[str, typer.Option(help="The last number of the page before.")] = "",
    limit: int = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List customers that were ever entered, by number."""
    with asking() as remote:
        customers = remote.get("/api/v1/exclusions", after=after, limit=limit)
        rows = [one | period for one in customers for period in one["periods"]]
        show(customers if as_json else rows, EXCLUSIONS, as_json=as_json)


@GROUP.command("enter")
def enter(
    number: Annotated[str, typer.Argument(help="BIN or IIN of the customer.")],
    ground: Annotated[
        str,
        typer.Option(
            help="STATE_PROCUREMENT, NATIONAL_HOLDING, COMPLEX_PROJECT or PRODUCTION_SHARING."
        ),
    ],
    since: Annotated[datetime, typer.Option(formats=DAYS, help="First day, YYYY-MM-DD.")],
    basis: Annotated[str, typer.Option(help="The paper on which it rests.")],
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="Last day, if one is set.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Enter a customer: its purchases then get a warning."""
    asked = {
        "number": number,
        "ground": ground,
        "since": since.date().isoformat(),
        "until": until and until.date().isoformat(),
        "basis": basis,
    }
    with asking() as remote:
        show(remote.post("/api/v1/exclusions", asked), as_json=as_json)


@GROUP.command("end")
def end(
    number: Annotated[str, typer.Argument(help="BIN or IIN of the customer.")],
    until: Annotated[datetime, typer.Option(formats=DAYS, help="Last day, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Set the last day of a customer's newest entry."""
    asked = {"until": until.date().isoformat(), "reason": reason}
    with asking() as remote:
        path = f"/api/v1/exclusions/{quoted(number)}/end"
        show(remote.post(path, asked), as_json=as_json)
