"""One frozen document of every kind, as the first version of the contract wrote it."""

from pathlib import Path

from shared_contracts.xml import schema
from shared_contracts.xml.codec import Element

GOLDEN = Path(__file__).resolve().parent / "golden" / "documents"


def golden(name: str) -> Element:
    """The frozen document whose root is ``name``; its signatures are empty."""
    return schema.parse((GOLDEN / f"{name}.xml").read_bytes())
