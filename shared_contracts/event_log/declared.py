"""Which evidence belongs beside the events of each topic, as evidence.toml declares it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

CANONICAL = "c14n "
"""Stands before the field whose hash is that of the exclusive canonical form of the XML."""


@dataclass(frozen=True)
class Declared:
    """Names of evidence by topic, each with the field of the event that holds its SHA-256.

    An empty field means that the event commits to presence only. ``repeated_by`` names, by topic,
    the field whose value is equal in events that share one evidence. ``without_head`` are the
    topics whose events are facts alone, of no object. ``quoting`` names, by topic, the evidence
    which quotes a checkpoint of this log and the leaf of the event before, one of ``quoted``.
    """

    beside: Mapping[str, Mapping[str, str]]
    repeated_by: Mapping[str, str] = field(default_factory=dict)
    without_head: tuple[str, ...] = ()
    quoting: Mapping[str, str] = field(default_factory=dict)
    quoted: tuple[str, ...] = ()


@cache
def declared() -> Declared:
    """The table of both systems."""
    text = files("shared_contracts.event_log").joinpath("evidence.toml").read_text("utf-8")
    table = tomllib.loads(text)
    nothing: dict[str, Mapping[str, str]] = {name: {} for name in table["nothing_beside"]}
    return Declared(
        beside=nothing | table["beside"],
        repeated_by=table["repeated_by"],
        without_head=tuple(table["without_head"]),
        quoting=table["quoting"],
        quoted=tuple(table["quoted"]),
    )
