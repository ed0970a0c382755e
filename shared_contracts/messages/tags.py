"""How the names of the object model are spelt on the wire."""

from collections.abc import Mapping
from types import MappingProxyType

from shared_contracts.messages.document import NAMESPACE

SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
"""Namespace of XML signatures; what stands in it is the verifier's, not the codec's."""

CHOICES: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("Record", "document"): ("Document", "Bytes"),
        ("Record", "file_ref"): ("Document", "FileRef"),
    }
)
"""Fields of which a message has one or the other: (class, field) -> (element, element in it)."""


def tag(field: str) -> str:
    """Local name of the element of a field: ``ens_tru_code`` is ``EnsTruCode``."""
    return "".join(word.capitalize() for word in field.split("_"))


def item_tag(wrapper: str) -> str:
    """Local name of an item in a list: ``Lots`` hold ``Lot``, ``Hashes`` hold ``Hash``."""
    return wrapper.removesuffix("es" if wrapper.endswith("shes") else "s")


def qualified(local_name: str) -> str:
    """``local_name`` in the namespace of the messages, in Clark's notation."""
    return f"{{{NAMESPACE}}}{local_name}"
