"""References by identifier: what they point to must be the only one that anybody could mean.

Readers differ in which attribute they take for an identifier, so every attribute called Id, ID or
id, in whatever namespace, counts against a second bearer.
"""

import re
from collections import Counter
from typing import cast

from lxml import etree

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.vocabulary import ID_NAMES

_CALLED = " or ".join(f"local-name()='{name}'" for name in sorted(ID_NAMES))
_BORNE = etree.XPath(f"descendant-or-self::*/@*[{_CALLED}]", smart_strings=False)
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,127}")


def is_plain(identifier: str | None) -> bool:
    """Whether an identifier can be referred to without escaping, in every reader alike."""
    return identifier is not None and _ID.fullmatch(identifier) is not None


def census(root: etree._Element) -> Counter[str]:
    """How often each identifier is borne in ``root``, found in one walk for all who ask."""
    return Counter(cast("list[str]", _BORNE(root)))


def bearers(element: etree._Element, identifier: str) -> int:
    """How many elements bear the identifier, ``element`` and all within it."""
    return sum(bears(one, identifier) for one in element.iter(etree.Element))


def bears(element: etree._Element, identifier: str) -> bool:
    """Whether an attribute of the element that is called like an identifier has this value."""
    return any(
        value == identifier and etree.QName(key).localname in ID_NAMES
        for key, value in element.items()
    )


def has_identifier(element: etree._Element) -> bool:
    """Whether an element has an attribute that is called like an identifier."""
    return not ID_NAMES.isdisjoint(etree.QName(key).localname for key in element.keys())  # noqa: SIM118  # no dict


def is_borne_outside(root: etree._Element, identifier: str) -> bool:
    """Whether anything bears the identifier in the document around ``root``."""
    inner = root
    for ancestor in root.iterancestors():
        if bears(ancestor, identifier):
            return True
        if any(bearers(child, identifier) for child in ancestor if child is not inner):
            return True
        inner = ancestor
    return False


def the_only(root: etree._Element, uri: str, attribute: str) -> etree._Element:
    """The one element in ``root`` whose ``attribute`` the reference ``#identifier`` names.

    Raises SignatureRefused: COVERAGE if there is none, DUPLICATE_ID if anything else in the
    document bears the same identifier.
    """
    name = etree.QName(root).localname
    identifier = uri[1:]
    if not uri.startswith("#") or not is_plain(identifier):
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", uri)
    found = [one for one in root.iter(etree.Element) if one.get(attribute) == identifier]
    if not found:
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", uri)
    check_unrepeated(root, identifier)
    return found[0]


def check_unrepeated(root: etree._Element, identifier: str) -> None:
    """Only one element of the document ``root`` bears the identifier; else DUPLICATE_ID."""
    if bearers(root, identifier) != 1 or is_borne_outside(root, identifier):
        raise SignatureRefused(Reason.DUPLICATE_ID, f"/{etree.QName(root).localname}", identifier)
