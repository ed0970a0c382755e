"""A calendar of working days that knows the days on which the tests are run."""

import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from shared_contracts.astana_time import now
from shared_contracts.calendar.working_days import working_calendar

AHEAD = timedelta(days=60)
"""No test that is not about another year counts terms further from now."""


def further_editions(folder: Path) -> Path | None:
    """A folder with an edition that goes on to the end of the year; None where none is needed.

    Of the days after those that the product knows it has Saturdays and Sundays off alone: no test
    that wants it asks for more, and nobody has decreed the others yet.
    """
    newest = working_calendar().newest
    until = (now() + AHEAD).date()
    if until <= newest.last:
        return None
    text = files("shared_contracts.calendar").joinpath("editions", "kz-1.toml").read_text("utf-8")
    text = re.sub(r"(?m)^number = .*$", f"number = {newest.number + 1}", text, count=1)
    text = re.sub(r"(?m)^last = .*$", f"last = {until.year}-12-31", text, count=1)
    text += (
        f"\n[[source]]\nfirst = {newest.last + timedelta(days=1)}\nlast = {until.year}-12-31\n"
        'taken_from = "made up for tests"\nassumption = true\nnote = "weekends alone"\n'
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "further.toml").write_text(text, "utf-8")
    return folder
