"""Whether both sides have the same of every object, in one another's words."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import psycopg

from registry.kinds import KINDS as THEIRS
from sez.bid_lists.bid_list import FormedBidList
from sez.kinds import KINDS as OURS
from sez.records.chain import last_version
from sez.tendering.next_version import standing
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.messages.protocol import PROTOCOLS
from shared_contracts.messages.purchase import PURCHASE

STATES = {"SIGNED": ("ACCEPTED", "AMENDED"), "DELETED": ("DELETED", "VOIDED")}
"""What an object is called in the Registry, by its name in the SEZ, where that differs."""

ALSO_KNOWN = {
    PURCHASE: ("bid_list_id", "review_id", "results_id"),
    PROGRAMME: ("kind", "year_from", "year_to", "subsoil_user", "items", "removed"),
}
"""What both sides know of an object beside its versions."""

Heads = Mapping[tuple[str, UUID], Any]
"""Where each object stands, by its type and id."""


Connection: TypeAlias = psycopg.Connection[Any]
"""To the store of a system."""


def heads(store: Connection, kinds: Mapping[str, Any]) -> Heads:
    """Where the signed objects of these kinds stand in a store."""
    named = {kind.objects.name: object_type for object_type, kind in kinds.items()}
    rows = store.execute(
        "SELECT kind, object_id, state FROM log.heads WHERE kind = ANY(%s)", (list(named),)
    ).fetchall()
    read = {
        (named[name], object_id): kinds[named[name]].objects.read(_Kept(bytes(state)))
        for name, object_id, state in rows
    }
    return {key: state for key, state in read.items() if last_version(state) is not None}


def ours(store: Connection) -> Heads:
    """The objects in the store of a SEZ."""
    return heads(store, OURS)


def theirs(store: Connection) -> Heads:
    """The objects in the store of the Registry."""
    return heads(store, THEIRS)


class _Kept:
    def __init__(self, state: bytes) -> None:
        self.state = state


def in_words(object_type: str, state: Any) -> tuple[str, ...]:
    """What an object of the SEZ is called in the Registry."""
    if object_type == PURCHASE:
        stands = standing(state)
        return () if stands is None else (stands.status,)
    if object_type == BID_LIST and isinstance(state, FormedBidList):
        sealed = "FINAL" if state.document.final else "SEALED"
        return ("OPENED" if state.opened else sealed,)
    if object_type == DOWNLOAD_LIST and state.status == "FORMED":
        return ("RECORDED",)
    return STATES.get(state.status, (state.status,))


def differences(here: Heads, there: Heads) -> Iterator[str]:
    """Every object that is not the same on both sides: by id, version, hash and state."""
    for object_type, object_id in here.keys() | there.keys():
        one, other = here.get((object_type, object_id)), there.get((object_type, object_id))
        name = f"{object_type} {object_id}"
        if one is None or other is None:
            yield f"{name}: {'the SEZ' if one is None else 'the Registry'} has none"
            continue
        yield from (f"{name}: {told}" for told in _differing(object_type, one, other))


def _differing(object_type: str, one: Any, other: Any) -> Iterator[str]:
    for field in ("version", "document_hash"):
        if getattr(one, field) != getattr(other, field):
            yield f"{field}: {getattr(one, field)} and {getattr(other, field)}"
    if other.status not in in_words(object_type, one):
        yield f"{one.status} and {other.status}"
    if object_type in PROTOCOLS and (one.status == "DELETED") is not (other.status == "VOIDED"):
        yield f"{one.status} and {other.status}"
    known = standing(one) if object_type == PURCHASE else one
    for field in ALSO_KNOWN.get(object_type, ()):
        if getattr(known, field) != getattr(other, field):
            yield f"{field}: {getattr(known, field)} and {getattr(other, field)}"
