"""Where things stand: members by position, elements by name; links, acts, files."""

import hashlib
from typing import Any

from . import log, xmlsig
from .container import ReadContainer
from .steps import Flaw

MOST_ENTRIES = 100_000
"""Most entries of an index: each is a step or more."""
_LISTS = ("events", "versions", "files")
_ACT = ("ObjectType", "ObjectId", "SezCode", "Version")


def event_name(position: int) -> str:
    """The member that holds the state of the event at a position."""
    return f"events/{position:019}.json"


def named_by(index: dict[str, Any]) -> set[str]:
    """The members that an index names; ``Flaw`` for one of more entries than a check takes."""
    beside = [each for one in index["events"] for each in one["evidence"]]
    if len(beside) + sum(len(index[one]) for one in _LISTS) > MOST_ENTRIES:
        raise Flaw("MEMBERS", detail=f"more than {MOST_ENTRIES} entries")
    found = {f"evidence/{each['sha256']}" for each in beside}
    for one in index["events"]:
        found |= {event_name(one["position"]), f"proofs/{one['position']:019}.tlog-proof"}
    for one in index["versions"]:
        found |= {f"documents/{one['document_hash']}.xml"} if one["has_document"] else set()
    for one in index["files"]:
        found |= set() if one["left_out"] else {f"files/{one['sha256']}"}
    return found


def text_of(parent: "xmlsig.Element | None", *path: str) -> str:
    """The text of an element of the contract below another one, "" if it is not there."""
    if parent is None:
        return ""
    return (parent.findtext("/".join(f"{xmlsig.CONTRACT}{name}" for name in path)) or "").strip()


def check_leaf(one: dict[str, Any], state: bytes) -> None:
    """The leaf of an event of the index is that of its state."""
    if log.leaf(one["originator_id"], one["version"], one["topic"], state).hex() != one["leaf"]:
        raise Flaw("LEAF_VALUE")


def check_link(one: dict[str, Any], known: dict[str, Any] | None) -> None:
    """The chain value of an event follows the one before, which ``known`` has if it is here."""
    at, before = one["position"], one["chain_before"]
    if log.chain(bytes.fromhex(before), at, bytes.fromhex(one["leaf"])).hex() != one["chain"]:
        raise Flaw("CHAIN_VALUE")
    if before != (known["chain"] if known else "00" * 32 if at == 1 else before):
        raise Flaw("CHAIN_VALUE")


def check_act(root: xmlsig.Element, one: dict[str, Any], index: dict[str, Any]) -> None:
    """The act in the document names this object and version, and the version before it."""
    act, about = root.find(f"{xmlsig.CONTRACT}Act"), index["object"]
    told = {name: text_of(act, name) for name in _ACT}
    expected = (about["type"], about["object_id"], about["sez_code"], str(one["version"]))
    if tuple(told.values()) != expected:
        raise Flaw("DOCUMENT_ACT", detail=str(told))
    before = [
        each["document_hash"]
        for each in index["versions"]
        if each["position"] < one["position"] and each["version"] == one["version"] - 1
    ]
    previous = text_of(act, "PreviousHash") or None
    if one["version"] > 1 and previous not in before:
        raise Flaw("DOCUMENT_PREVIOUS")


def check_file(members: ReadContainer, one: dict[str, Any]) -> None:
    """The file has the hash under which a document names it."""
    if one["sha256"] not in members.hashes_in_documents:
        raise Flaw("FILE_UNNAMED")
    if one["left_out"]:
        return
    content = members[f"files/{one['sha256']}"]
    if (hashlib.sha256(content).hexdigest(), len(content)) != (one["sha256"], one["size"]):
        raise Flaw("FILE_HASH")
