"""Are all versions there, with what proves each? (docs/evidence-package.md, 5)."""

from typing import Any

from .places import event_name
from .steps import Flaw, Undecided


def check_versions(index: dict[str, Any], states: dict[int, dict[str, Any]]) -> None:
    """Each version of the object that an event tells of is a version of the index."""
    listed = {one["position"] for one in index["versions"]}
    for position, state in states.items():
        told = state.get("header", state)
        is_version = isinstance(told, dict) and {"document_hash", "version"} <= told.keys()
        ours = is_version and told.get("object_id") == index["object"]["object_id"]
        if ours and position not in listed:
            raise Flaw("VERSION_UNLISTED", event_name(position))


def undecided(ground: str) -> None:
    """Something that would prove a step is not in the package."""
    raise Undecided(ground)
