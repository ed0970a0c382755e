"""The tables of the guide that follow from schemas, catalogue, faults and identities."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from deploy.authority.identities import IDENTITIES, IssuedIdentity
from shared_contracts.faults import RETRYABLE, Fault
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.rules.catalogue import CATALOGUE, FAULTS, LANGUAGES, WORDS, Rule
from shared_contracts.soap.abilities import LIMITS
from shared_contracts.soap.services import REGISTRY, SEZ
from tests.xsd import XML_LANG, XS, sources

ANYWHERE = ("annotation", "attribute", "any")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines) + "\n"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _named(element: etree._Element) -> list[str]:
    """What the annotation of an element says, in each language."""
    said = {
        one.get(XML_LANG): one.text or ""
        for one in element.iterfind(f"{XS}annotation/{XS}documentation")
    }
    return [said.get(language, "") for language in LANGUAGES]


# Fields


def fields(schema: str) -> str:
    """Every element and type that a schema declares, with its fields."""
    root = sources()[schema]
    [title, *_] = [_named(root)[2]]
    parts = [f"# {schema}.xsd\n\n{title}\n", *_roots(root), *_types(root)]
    return "\n".join(parts)


def _roots(root: etree._Element) -> Iterator[str]:
    rows = [
        (f"`{one.get('name')}`", _type(one.get("type", "")), *_named(one))
        for one in root.iterchildren(f"{XS}element")
    ]
    if rows:
        yield "## Root elements\n\n" + table(("element", "type", *LANGUAGES), rows)


def _types(root: etree._Element) -> Iterator[str]:
    for one in root.iterchildren(f"{XS}complexType"):
        rows = [_row(path, field) for path, field in _fields(one)]
        head = ("field", "type", "times", *LANGUAGES)
        yield f"## {one.get('name')}\n\n{_named(one)[2]}\n\n" + table(head, rows)


def _fields(element: etree._Element, above: str = "") -> Iterator[tuple[str, etree._Element]]:
    """Fields in their order, those of an element without a type of its own behind it."""
    for one in element:
        if one.tag == f"{XS}element":
            path = f"{above}{one.get('name')}"
            yield path, one
            yield from _fields(one, f"{path}/")
        elif one.tag == f"{XS}attribute":
            yield f"{above}@{one.get('name')}", one
        elif str(one.tag).rpartition("}")[2] not in ANYWHERE:
            yield from _fields(one, above)


def _row(path: str, field: etree._Element) -> tuple[str, ...]:
    return (f"`{path}`", _type(field.get("type", "")), _times(field), *_named(field))


def _type(name: str) -> str:
    return f"`{name.removeprefix('x:')}`" if name else ""


def _times(field: etree._Element) -> str:
    if field.tag == f"{XS}attribute":
        return "1" if field.get("use") == "required" else "0…1"
    least, most = field.get("minOccurs", "1"), field.get("maxOccurs", "1")
    choice = " (one of)" if field.getparent().tag == f"{XS}choice" else ""  # type: ignore[union-attr]  # it stands in one
    return (least if least == most else f"{least}…{most}") + choice


# Codes


def values() -> str:
    """Every simple type: its closed list, or what bounds it."""
    found = [one for root in sources().values() for one in root.iterchildren(f"{XS}simpleType")]
    lists = [one for one in found if one.find(f".//{XS}enumeration") is not None]
    bounds = [
        (f"`{one.get('name')}`", _bounds(one), *_named(one)) for one in found if one not in lists
    ]
    parts = [table(("type", "bounds", *LANGUAGES), bounds), "# Closed lists of the schemas\n"]
    for one in lists:
        rows = [(f"`{code.get('value')}`", *_named(code)) for code in one.iter(f"{XS}enumeration")]
        parts.append(
            f"## {one.get('name')}\n\n{_named(one)[2]}\n\n{table(('code', *LANGUAGES), rows)}"
        )
    return "\n".join(parts)


def _bounds(simple: etree._Element) -> str:
    restriction = simple.find(f"{XS}restriction")
    if restriction is None:
        return "one of several types"
    told = [f"`{str(restriction.get('base')).removeprefix('x:')}`"]
    told += [
        f"{etree.QName(one).localname} `{one.get('value')}`"
        for one in restriction
        if one.get("value")
    ]
    return ", ".join(told)


def words() -> str:
    """Codes that no schema lists: the rules judge them, and the catalogue has their values."""
    parts = []
    for name in ("method", "category", "status"):
        rows = [
            (f"`{code}`", *(said[one] for one in LANGUAGES)) for code, said in WORDS[name].items()
        ]
        parts.append(f"## {name}\n\n{table(('code', *LANGUAGES), rows)}")
    return "\n".join(parts)


def parameters() -> str:
    """The values that rules know, with the day from which they hold."""
    rows = [
        (f"`{rule.rule_id}`", since, name, _value(value), "yes" if values.assumption else "")
        for rule in CATALOGUE.values()
        for values in rule.values
        for since in [values.since.isoformat()]
        for name, value in values.named.items()
    ]
    return table(("rule", "since", "name", "value", "assumption"), rows)


def _value(value: Any) -> str:
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


def findings() -> str:
    """Every rule: what a finding says, and the cure."""
    parts = []
    for stage in dict.fromkeys(rule.stage for rule in CATALOGUE.values()):
        rows = [_rule(rule) for rule in CATALOGUE.values() if rule.stage == stage]
        parts.append(f"## {stage}\n\n{table(('rule', 'severity', *LANGUAGES, 'cure'), rows)}")
    return "\n".join(parts)


def _rule(rule: Rule) -> tuple[str, ...]:
    said = (getattr(rule.text, language) for language in LANGUAGES)
    return (f"`{rule.rule_id}`", rule.severity, *said, rule.cure.en)


# Faults


def faults() -> str:
    """Every fault: whether the same bytes are welcome again, and what to do."""
    rows = [
        (f"`{fault}`", "again" if fault in RETRYABLE else "final", *_said(fault)) for fault in Fault
    ]
    return table(("code", "the same bytes", *LANGUAGES, "cure"), rows)


def _said(fault: Fault) -> tuple[str, ...]:
    text, cure = FAULTS[fault]
    return (*(getattr(text, language) for language in LANGUAGES), cure.en)


# Keys, limits, operations


def keys() -> str:
    """Who is who among the test keys."""
    return table(("name", "key", "who", "for whom (BIN)", "roles", "state"), map(_key, IDENTITIES))


def _key(who: IssuedIdentity) -> tuple[str, ...]:
    person = f"{who.person.surname} {who.person.given}, IIN {who.person.iin}" if who.person else ""
    system = f"{who.system[1]}, UID {who.system[0]}" if who.system else ""
    organisation = who.organisation
    whom = f"{organisation.name} ({organisation.bin})" if organisation else ""
    roles = ", ".join(_role(one) for one in who.roles)
    return (f"`{who.name}`", who.key, person or system, whom, roles, _state(who))


def _role(oid: str) -> str:
    return oid.removeprefix("1.2.398.3.3.4")


def _state(who: IssuedIdentity) -> str:
    usual = "non_repudiation" in who.usage
    return "" if who.state == "good" and usual else who.state if usual else "for signing in only"


def limits() -> str:
    """What ``GetCapabilities`` tells of the bounds."""
    told = {name: getattr(LIMITS, name) for name in LIMITS.__struct_fields__}
    names: Mapping[str, str] = {
        "body_bytes": "bytes of a SOAP message",
        "document_bytes": "bytes of a document within a record; a larger one is a `FileRef`",
        "depth": "elements within one another",
        "records": "records in a package",
        "lots": "lots in a purchase",
        "findings": "findings in a receipt; `MoreFindings` counts the rest",
        "file_bytes": "bytes of a file",
    }
    return table(("at most", "what"), [(f"{told[name]:,}", said) for name, said in names.items()])


def operations() -> str:
    """The operations of both services, and what each takes."""
    rows = [
        (f"`{operation}`", f"`{document}`", who)
        for service, who in ((REGISTRY, "you call the Registry"), (SEZ, "the Registry calls you"))
        for operation, document in service.documents.items()
    ]
    return table(("operation", "holds", "who calls"), rows)


def versions() -> str:
    """Which versions are served."""
    return ", ".join(VERSIONS)
