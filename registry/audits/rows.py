"""What was found of objects as the rows of a table: a difference a row (S216-12d)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def object_rows(objects: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Each difference with what both logs say of its version, as the interface tells them."""
    for page in objects:
        found = page["found"]
        sides = {one["version"]: one for one in found["versions"]}
        for one in found["findings"]:
            side = sides.get(one.get("version"), {})
            yield {"number": page["number"], **one, **_sides(side)}
        for position in found["chain_broken_at"]:
            yield {
                "number": page["number"],
                "kind": "CHAIN_BROKEN",
                "object_id": found["object_id"],
                "position": position,
            }


def _sides(side: Mapping[str, Any]) -> Mapping[str, Any]:
    """When and by whom, according to each side."""
    told = {name: side.get(name) or {} for name in ("registry", "sez")}
    return {
        f"{name}_{field}": one.get(field)
        for name, one in told.items()
        for field in ("recorded_at", "actor")
    }
