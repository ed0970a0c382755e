"""What was found of objects as the rows of a table: a difference a row (S216-12d)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.audits.finding import Differs
from registry.audits.words import words


def object_rows(objects: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Each difference with what both logs say of its version, as the interface tells them."""
    for page in objects:
        found = page["found"]
        sides = {one["version"]: one for one in found["versions"]}
        for one in found["findings"]:
            side = sides.get(one.get("version"), {})
            yield {"number": page["number"], **in_words(one), **_sides(side)}
        for position in found["chain_broken_at"]:
            link = {"kind": Differs.CHAIN_BROKEN, "object_id": found["object_id"]}
            yield {"number": page["number"], **in_words(link), "position": position}


def in_words(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """A difference with what its codes say, by language."""
    where = finding.get("where")
    return {
        **finding,
        "words": words("kind", finding["kind"]),
        "where": words("where", where) if where else None,
    }


def _sides(side: Mapping[str, Any]) -> Mapping[str, Any]:
    """When and by whom, according to each side."""
    told = {name: side.get(name) or {} for name in ("registry", "sez")}
    return {
        f"{name}_{field}": one.get(field)
        for name, one in told.items()
        for field in ("recorded_at", "actor")
    }
