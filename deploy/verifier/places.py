"""Where things stand: members by position, elements of the contract by name; the files."""

import hashlib
from typing import Any

from . import xmlsig
from .container import ReadContainer
from .steps import Flaw


def event_name(position: int) -> str:
    """The member that holds the state of the event at a position."""
    return f"events/{position:019}.json"


def text_of(parent: "xmlsig.Element | None", *path: str) -> str:
    """The text of an element of the contract below another one, "" if it is not there."""
    if parent is None:
        return ""
    return (parent.findtext("/".join(f"{xmlsig.CONTRACT}{name}" for name in path)) or "").strip()


def check_file(members: ReadContainer, one: dict[str, Any]) -> None:
    """The file has the hash under which a document names it."""
    documents = [members[name] for name in members.names if name.startswith("documents/")]
    if not any(one["sha256"].encode() in document for document in documents):
        raise Flaw("FILE_UNNAMED")
    if one["left_out"]:
        return
    content = members[f"files/{one['sha256']}"]
    if (hashlib.sha256(content).hexdigest(), len(content)) != (one["sha256"], one["size"]):
        raise Flaw("FILE_HASH")
