"""The published contract as files: schemas and WSDL, the same on both systems (S216-18.5).

Each version of the contract is a whole set of its own, in a folder that bears its number.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import escape

from shared_contracts.messages.versions import FIRST, NEWEST, VERSIONS

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
"""Where the hand-written XSD and WSDL files are, in a folder for each version."""


@cache
def schemas(version: str = NEWEST) -> Mapping[str, bytes]:
    """The schemas of a version by name, without ``.xsd``, in the order of their names."""
    return _files(version, "xsd")


def served_schema(name: str, version: str = FIRST) -> bytes | None:
    """The schema called ``name`` (``common``, ``exchange`` …), or None if there is none."""
    return schemas(version).get(name) if version in VERSIONS else None


def served_wsdl(name: str, address: str, version: str = NEWEST) -> bytes:
    """The WSDL of ``registry`` or ``sez`` for a service at ``address`` (``http://…/soap/``).

    Raises KeyError for another name.
    """
    place = escape(address.removesuffix("/") + "/", {'"': "&quot;"}).encode()
    return _wsdls(version)[name].replace(b"@ADDRESS@", place)


@cache
def _wsdls(version: str) -> Mapping[str, bytes]:
    return _files(version, "wsdl")


def _files(version: str, kind: str) -> Mapping[str, bytes]:
    found = sorted((FOLDER / version).glob(f"*.{kind}"))
    return MappingProxyType({path.stem: path.read_bytes() for path in found})


@cache
def schema_digest(version: str = NEWEST) -> str:
    """SHA-256 over all schemas in the order of their names, as ``cat *.xsd | sha256sum`` has it."""
    return hashlib.sha256(b"".join(schemas(version).values())).hexdigest()
