"""The published contract as files: schemas and WSDL, the same on both systems (S216-18.5)."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
"""Where the hand-written XSD and WSDL files are."""


@cache
def schemas() -> Mapping[str, bytes]:
    """The published schemas by name, without ``.xsd``, in the order of their names."""
    return MappingProxyType({path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.xsd"))})


def served_schema(name: str) -> bytes | None:
    """The schema called ``name`` (``common``, ``exchange`` …), or None if there is none."""
    return schemas().get(name)


def served_wsdl(name: str, address: str) -> bytes:
    """The WSDL of ``registry`` or ``sez`` for a service at ``address`` (``http://…/soap/``).

    Raises KeyError for another name.
    """
    place = escape(address.removesuffix("/") + "/", {'"': "&quot;"}).encode()
    return _wsdls()[name].replace(b"@ADDRESS@", place)


@cache
def _wsdls() -> Mapping[str, bytes]:
    return {path.stem: path.read_bytes() for path in FOLDER.glob("*.wsdl")}


@cache
def schema_digest() -> str:
    """SHA-256 over all schemas in the order of their names, as ``cat *.xsd | sha256sum`` has it."""
    return hashlib.sha256(b"".join(schemas().values())).hexdigest()
