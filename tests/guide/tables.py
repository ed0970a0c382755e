"""The tables of the guide that follow from schemas, catalogue, faults and identities."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deploy.authority.identities import IDENTITIES, IssuedIdentity
from shared_contracts.explaining.contract_tables import (
    ContractRow,
    ContractTable,
    Said,
    TableKind,
    contract_tables,
    root_elements,
    title,
)
from shared_contracts.faults import RETRYABLE, Fault
from shared_contracts.language import Language
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.rules.catalogue import CATALOGUE, FAULTS, LANGUAGES, Rule
from shared_contracts.soap.abilities import LIMITS
from shared_contracts.soap.services import REGISTRY, SEZ


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines) + "\n"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _named(said: Said) -> list[str]:
    """What something is called, in each language."""
    return [said[language] for language in Language]


# Fields


def fields(schema: str) -> str:
    """Every element and type that a schema declares, with its fields."""
    found = [one for one in contract_tables() if one.schema == schema]
    types = map(_type, (one for one in found if one.kind is TableKind.FIELDS))
    said = title(schema)[Language.EN]
    return "\n".join((f"# {schema}.xsd\n\n{said}\n", *_roots(schema), *types))


def _roots(schema: str) -> Iterator[str]:
    rows = [
        (f"`{one.name}`", _ticked(one.type), *_named(one.said)) for one in root_elements(schema)
    ]
    if rows:
        yield "## Root elements\n\n" + table(("element", "type", *LANGUAGES), rows)


def _type(one: ContractTable) -> str:
    rows = [
        (f"`{row.name}`", _ticked(row.type), _times(row), *_named(row.said)) for row in one.rows
    ]
    head = ("field", "type", "times", *LANGUAGES)
    return f"## {one.name}\n\n{one.said[Language.EN]}\n\n" + table(head, rows)


def _ticked(name: str) -> str:
    return f"`{name}`" if name else ""


def _times(row: ContractRow) -> str:
    return row.times + (" (one of)" if row.choice else "")


# Codes


def values() -> str:
    """Every simple type: its closed list, or what bounds it."""
    found = [one for one in contract_tables() if one.schema]
    bounds = [
        (f"`{row.name}`", _bounds(row), *_named(row.said))
        for one in found
        if one.kind is TableKind.BOUNDS
        for row in one.rows
    ]
    lists = (
        f"## {one.name}\n\n{one.said[Language.EN]}\n\n{_codes(one)}"
        for one in found
        if one.kind is TableKind.CODES
    )
    head = table(("type", "bounds", *LANGUAGES), bounds)
    return "\n".join((head, "# Closed lists of the schemas\n", *lists))


def _bounds(row: ContractRow) -> str:
    if not row.type:
        return "one of several types"
    return ", ".join((f"`{row.type}`", *(f"{name} `{value}`" for name, value in row.facets)))


def _codes(one: ContractTable) -> str:
    rows = [(f"`{row.name}`", *_named(row.said)) for row in one.rows]
    return table(("code", *LANGUAGES), rows)


def words() -> str:
    """Codes that no schema lists: the rules judge them, and the catalogue has their values."""
    parts = [f"## {one.name}\n\n{_codes(one)}" for one in contract_tables() if not one.schema]
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
