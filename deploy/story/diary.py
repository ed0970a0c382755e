"""The diary of the admissions: every term, its counted and skipped days, and who kept it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.story.applying import Applying

_KINDS = {
    "WORKING": "working day",
    "WORKED_INSTEAD": "working day in exchange",
    "WEEKEND": "weekend",
    "HOLIDAY": "holiday",
    "HOLIDAY_MOVED": "holiday moved here",
    "OFF_INSTEAD": "off in exchange",
}


class Diary:
    """What is written down of each application, in one Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = [
            "# Diary of the admissions",
            "",
            "Every term with each of its days: its number where it counts, why it is skipped",
            "where it does not, who had to act, and who kept it.",
        ]

    def write(self, title: str, applying: Applying) -> None:
        """Add an application with all its terms."""
        events, bodies = applying.events(), {one["id"]: one for one in applying.law["body"]}
        self.lines += ["", f"## {title}", "", f"Application `{applying.id}`."]
        for term in applying.terms():
            self.lines += _term(term, events, bodies)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(self.lines) + "\n", "utf-8")


def _term(
    term: dict[str, Any], events: list[dict[str, Any]], bodies: dict[str, Any]
) -> Iterator[str]:
    counted, who = term["counted"], ", ".join(_body(one, bodies) for one in term["who"])
    length = f"{counted['length']['number']} {counted['length']['unit'].lower().replace('_', ' ')}"
    yield from ("", f"### {term['term']} ({term['clause']}): {length}, {term['status']}", "")
    yield f"Since {counted['since']}, last day {counted['last_day']}; has to act: {who}."
    if term["reading"]:
        yield f"The order does not say all of it: reading {term['reading']}."
    yield _kept(term, events, bodies)
    if counted["days"]:
        yield from ("", "| day | number | what | why |", "| --- | --- | --- | --- |")
        yield from map(_day, counted["days"])


def _kept(term: dict[str, Any], events: list[dict[str, Any]], bodies: dict[str, Any]) -> str:
    if term["ended_at"] is None:
        return "It looks back from the day of filing." if not term["counted"]["days"] else ""
    for one in events:
        if one["at"] == term["ended_at"] and "by" in one:
            by = f"{one['by']['person']} ({_body(one['by']['body'], bodies)})"
            return f"Ended by {term['ended_by']} at {term['ended_at']}: {by}."
    return f"Ended by {term['ended_by']} at {term['ended_at']}."


def _body(body: str, bodies: dict[str, Any]) -> str:
    return str(bodies[body]["words"]["en"])


def _day(day: dict[str, Any]) -> str:
    why = (day["reason"] or {}).get("en", "")
    if day["instead_of"]:
        why = f"exchanged with {day['instead_of']}"
    number = "skipped" if day["number"] is None else day["number"] or "0, the day itself"
    return f"| {day['day']} | {number} | {_KINDS.get(day['kind'], day['kind'])} | {why} |"
