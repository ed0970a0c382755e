"""What zeep knows of a service: its published WSDL and schemas, read once in a process.

They are read from the package and never from the net (S216-18.5). Where a system is reached does
not belong to it: one description serves the clients of all systems of a kind.
"""

from functools import cache
from typing import Final

import zeep
from zeep.wsdl import Document

from shared_contracts.messages import published
from shared_contracts.messages.versions import FIRST

BASE: Final = "http://localhost/soap/"
"""The address under which a description names its schemas; nothing is asked or sent there."""

SETTINGS: Final = zeep.Settings(
    strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True
)


class PackagedFiles:
    """What zeep loads the WSDL of the service ``name`` and its schemas through."""

    def __init__(self, name: str) -> None:
        self.name = name

    def load(self, url: str) -> bytes:
        """The WSDL or a schema, from the package; whatever else is asked for is refused."""
        if url == f"{BASE}?wsdl":
            return published.served_wsdl(self.name, BASE)
        path = url.removeprefix(f"{BASE}schemas/").removesuffix(".xsd")
        version, _, name = path.rpartition("/")
        found = published.served_schema(name, version or FIRST)
        if found is None:
            raise ValueError(f"the contract does not refer to {url}")
        return found


@cache
def description(name: str) -> Document:
    """The description of a service (``registry``, ``sez``), which its clients only read."""
    files = PackagedFiles(name)
    return Document(f"{BASE}?wsdl", files, settings=SETTINGS)  # type: ignore[arg-type]  # zeep names a class where it wants one of its kind
