"""What libxml2 says of a schema error, as the facet that was broken and what it expects."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MISPLACED = 1871
"""Number of the error of an element that is missing or not expected."""
# Numbers of xmlParserErrors in libxml2; the words stand in the rules' list of facets.
_ROOT = 1845
FACETS: Mapping[int, str] = MappingProxyType(
    {
        1824: "type",
        1827: "attribute",  # of a simple value, not allowed
        1828: "content",  # elements within a simple value
        1830: "length",
        1831: "minLength",
        1832: "maxLength",
        1833: "minInclusive",
        1834: "maxInclusive",
        1835: "minExclusive",
        1836: "maxExclusive",
        1837: "totalDigits",
        1838: "fractionDigits",
        1839: "pattern",
        1840: "enumeration",
        1841: "content",
        1842: "content",
        1843: "content",  # text between elements
        _ROOT: "root",
        1847: "nillable",
        1851: "attribute",  # xsi:type, unknown
        1852: "attribute",  # xsi:type, not allowed
        1866: "attribute",  # not allowed
        1868: "attributeMissing",
    }
)
"""Facet by the number of the error; what is not listed is called ``content``."""

BASE64 = "BASE64"
"""What is told of bytes; the rules have words for it, for BOOLEAN and for FORM."""
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "AstanaMoment": "2026-03-01T09:30:00+05:00",
        "CalendarDate": "2026-03-01",
        "Version": "1",
        "Whole": "1",
        "Count": "1",
        "Sequence": "1",
        "LogPosition": "1",
        "Bytes": "184323",
        "Decimal": "12.5",
        "Money": "1000000.00",
        "Percent": "12.50",
        "DocumentBytes": BASE64,
        "FileContent": BASE64,
        "xs:base64Binary": BASE64,
        "xs:boolean": "BOOLEAN",
    }
)
"""The form which a type expects, by the name of the type that libxml2 tells."""

PATTERN_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
        r"(\.[0-9]{1,6})?(Z|[+\-][0-9]{2}:[0-9]{2})?": EXAMPLES["AstanaMoment"],
        "(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}": EXAMPLES["CalendarDate"],
        r"[0-9]{4}\-(0[1-9]|1[0-2])": "2027-03",
        r"[+\-]?[0-9]{0,18}(\.[0-9]{0,10})?": EXAMPLES["Money"],
        r"[+\-]?[0-9]{1,10}": EXAMPLES["Whole"],
        r"[+\-][0-9]{2}:[0-9]{2}": "+05:00",
        "[0-9]{1,10}": EXAMPLES["Whole"],
        "[0-9]{1,18}": EXAMPLES["LogPosition"],
        "[0-9]{1,19}": EXAMPLES["Whole"],
        r"[0-9]{1,4}\.[0-9]{1,4}": "1.0",
        "[0-9a-f]{0,4}": "3f",
        "[0-9a-f]{64}": hashlib.sha256(b"").hexdigest(),
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": (
            "019cdd2e-5f3a-7c41-9b52-0c4be8f2a6d1"
        ),
        r"[A-Z0-9][A-Z0-9_.\-]{0,39}": "NUR-1",
        "[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,10}){0,3}": "F-XSD-1",
        r"[A-Z][A-Z0-9_\-]{0,63}": "TOTAL-PASSED",
        "[A-Z][A-Z0-9_]{0,39}": "PURCHASE",
        r"[A-Za-z0-9][A-Za-z0-9._\-]{0,39}": "SEZ01",
    }
)
"""A value that follows a pattern, by the pattern as the schemas have it."""

_NAMESPACE = re.compile(r"\{[^}]*\}")
_ATTRIBUTE = re.compile(r"Element '[^']*', attribute '([^']*)':|.*The attribute '([^']*)' is ")
_LAST_QUOTED = re.compile(r"'([^']*)'[^']*\Z")


@dataclass(frozen=True, slots=True)
class Facet:
    """What was broken: its name, what it expects, and the attribute if it is one."""

    name: str
    expected: str
    attribute: str | None


def facet(number: int, message: str) -> Facet:
    """The facet of libxml2's error ``number``, read from its ``message``."""
    if number == MISPLACED:
        expected = _expected_elements(message)
        found = "unexpected" if expected else "surplus"
        name = "missing" if "Missing child element(s)" in message else found
        return Facet(name, expected, None)
    name = FACETS.get(number, "content")
    return Facet(name, _expected_value(name, message), _attribute(message))


def _expected_elements(message: str) -> str:
    _, _, names = message.rpartition("Expected is ")
    names = names.removeprefix("one of ") if names != message else ""
    return _NAMESPACE.sub("", names).strip("(). ")


def _expected_value(name: str, message: str) -> str:
    # The value itself stands before, and is the sender's: only the end is read.
    if name == "enumeration":
        return message.rpartition("{")[2].rpartition("}")[0].replace("'", "")
    found = None if name == "root" else _LAST_QUOTED.search(message)
    expected = found.group(1) if found else ""
    if name == "attribute":
        return ""  # the name at the end is that of the attribute which may not stand there
    if name == "pattern":
        return expected
    expected = _NAMESPACE.sub("", expected)
    return EXAMPLES.get(expected, "FORM") if name == "type" else expected


def _attribute(message: str) -> str | None:
    found = _ATTRIBUTE.match(message)
    return next(filter(None, found.groups()), None) if found else None
