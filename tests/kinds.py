"""What a kind of record must have beside its code; ``missing`` names what it has not."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, get_args

from lxml import etree

from registry.kinds import KINDS as OF_THE_REGISTRY
from registry.records.record import VersionRecorded
from sez.kinds import KINDS as OF_THE_SEZ
from sez.records.version import VersionSigned
from shared_contracts.event_log.declared import declared as evidence
from shared_contracts.event_log.event import Event, topics
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable, Part
from shared_contracts.messages.forms import form, parts_within
from shared_contracts.messages.kinds import KINDS, RecordKind
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE
from shared_contracts.named import Named
from shared_contracts.rules.catalogue import CATALOGUE, LANGUAGES, WORDS
from shared_contracts.rules.examine import Rules
from shared_contracts.rules.rule import RuleEntry
from shared_contracts.rules.walk import JUDGES
from shared_contracts.xml import codec
from tests import lists, programmes, protocol_samples, samples, supplier_samples
from tests.registry.records.rules.broken import BROKEN as BROKEN_IN_STATE
from tests.shared_contracts.rules.broken import BROKEN
from tests.xsd import XS, declared, enumerated

GOLDEN = Path(__file__).resolve().parent / "golden"


class Case(Protocol):
    """A broken document or record, whichever table it stands in."""

    @property
    def rule(self) -> str:
        """The rule it breaks."""

    @property
    def document(self) -> Amendable:
        """The document that breaks it, or whose record does."""

    def breaches(self) -> list[Breach]:
        """What the rules say of it."""


TABLES: Mapping[str, Named[Any]] = {
    "shared_contracts/messages/kinds.py": KINDS,
    "registry/kinds.py": OF_THE_REGISTRY,
    "sez/kinds.py": OF_THE_SEZ,
}
"""Where a kind has a line on each side."""

CASES: tuple[Case, ...] = (*BROKEN, *BROKEN_IN_STATE)
"""A broken sample for each rule, of each kind."""

VALID: tuple[Amendable, ...] = (
    samples.purchase_open_tender(),
    samples.tender_documentation(at=samples.AT),
    samples.extension(),
    samples.deletion(),
    supplier_samples.card(),
    supplier_samples.foreign_card(),
    supplier_samples.changed_card(),
    supplier_samples.deletion(),
    protocol_samples.single_source(),
    programmes.annual(),
    lists.bid_list(),
    lists.opened(),
    lists.download_list(),
    protocol_samples.review(),
    protocol_samples.results(),
)
"""An example of each document of each kind, in which no rule finds anything."""

NOT_REACHED: Mapping[str, str] = {}
"""Rules that no document of today can break."""

UNBREAKABLE = {("F-HDR-8", "PurchaseExtension"): "F-EXT-1 asks for the reason of an extension"}
"""Rules that a document does not break though it is asked, and why."""


def missing(object_type: str) -> Iterator[str]:
    """What a kind has not, in words; nothing of one that is whole."""
    absent = [where for where, table in TABLES.items() if object_type not in table]
    yield from (f"{object_type} has no line in {where}" for where in absent)
    if absent:
        return
    kind = KINDS[object_type]
    if object_type not in enumerated("ObjectType"):
        yield f"{object_type} is no ObjectType of common.xsd"
    for root in kind.roots:
        yield from _missing_of(root)
    sides = (
        (OF_THE_REGISTRY, VersionRecorded, ("api", "commands")),
        (OF_THE_SEZ, VersionSigned, ("api", "commands", "examples")),
    )
    for table, below, beside in sides:
        yield from _missing_events(table, object_type, below)
        names = (f"{_folder(table, object_type)}.{name}" for name in beside)
        yield from (f"there is no {name}" for name in names if find_spec(name) is None)
    for state in get_args(OF_THE_REGISTRY[object_type].objects.states):
        status = state.__struct_config__.tag
        if set(WORDS["status"].get(status, ())) != set(LANGUAGES):
            yield f"no words of the status {status}: shared_contracts/rules/words.toml"
    yield from dict.fromkeys(_missing_samples(kind))


def rules_of(object_type: str) -> tuple[RuleEntry, ...]:
    """The rules on a document alone, and those on what is on record, of a kind."""
    alone = KINDS[object_type].rules
    assert isinstance(alone, Rules)
    return (*alone.entries, *OF_THE_REGISTRY[object_type].rules.entries)


def _missing_of(root: type[Amendable]) -> Iterator[str]:
    name = root.__name__
    element = declared("element").get(name)
    if element is None:
        yield f"no schema has the element {name}"
    elif len(element.findall(f"{XS}annotation/{XS}documentation")) != len(LANGUAGES):
        yield f"the element {name} is not explained in {', '.join(LANGUAGES)}"
    if not (GOLDEN / "documents" / f"{name}.xml").is_file():
        yield f"no golden document {name}: tests/golden/documents/{name}.xml"
    if not any(type(document) is root for document in VALID):
        yield f"no example of {name}: VALID in tests/kinds.py"


def _missing_events(table: Named[Any], object_type: str, below: type[Event]) -> Iterator[str]:
    folder = _folder(table, object_type)
    known = {
        topic: event
        for topic, event in topics().items()
        if event.__module__.startswith(f"{folder}.")
    }
    if not any(issubclass(event, below) for event in known.values()):
        yield f"{folder} has no event below {below.__name__}"
    for topic in known:
        if not (GOLDEN / "events" / f"{topic}.json").is_file():
            yield f"no golden event {topic}: tests/golden/events/{topic}.json"
        if topic not in evidence().beside:
            where = "shared_contracts/event_log/evidence.toml"
            yield f"it is not said what stands beside {topic}, if anything: {where}"


def _folder(table: Named[Any], object_type: str) -> str:
    """The package of a kind of one side."""
    [module] = [one for one in table.modules if import_module(one).KIND is table[object_type]]
    return module.rpartition(".")[0]


def _missing_samples(kind: RecordKind) -> Iterator[str]:
    """A broken sample is asked of each document that a rule is asked of; of one for a value."""
    alone, of_state = kind.rules, OF_THE_REGISTRY[kind.object_type].rules
    assert isinstance(alone, Rules)
    yield from _missing_of_side(kind, alone.entries, BROKEN, "shared_contracts")
    yield from _missing_of_side(kind, of_state.entries, BROKEN_IN_STATE, "registry/records")
    ever = {case.rule for case in CASES} | set(NOT_REACHED)
    for rule_id in sorted(_on_values(kind) - ever):
        yield f"no document breaks {rule_id}: tests/shared_contracts/rules/broken.py"


def _missing_of_side(
    kind: RecordKind, entries: Iterable[RuleEntry], cases: Iterable[Case], side: str
) -> Iterator[str]:
    shown = {(case.rule, type(case.document)) for case in cases}
    for entry in entries:
        rule = CATALOGUE[entry.rule_id]
        for wording in (rule.text, rule.cure):
            if not all(getattr(wording, language) for language in LANGUAGES):
                yield f"{entry.rule_id} is not worded in {', '.join(LANGUAGES)}"
        for root in kind.roots:
            met = issubclass(root, entry.kind) and (entry.rule_id, root.__name__) not in UNBREAKABLE
            if met and (entry.rule_id, root) not in shown:
                yield f"no {root.__name__} breaks {entry.rule_id}: tests/{side}/rules/broken.py"


def _on_values(kind: RecordKind) -> set[str]:
    """The rules on values that stand in documents of a kind."""
    parts = {part for root in kind.roots for part in parts_within(root)}
    return {rule_id for rule_id, target, _ in JUDGES if any(_has(part, target) for part in parts)}


def _has(part: type[Part], target: type | str) -> bool:
    fields = form(part)
    if not isinstance(target, str):
        return part is target or any(field.kind is target for field in fields)
    owner, _, name = target.rpartition(".")
    return owner in {"", part.__name__} and any(field.name == name for field in fields)


def write_documents(object_type: str) -> Iterator[str]:
    """Write the golden documents that a kind has not, from its examples in ``VALID``; the files."""
    for root in KINDS[object_type].roots:
        path = GOLDEN / "documents" / f"{root.__name__}.xml"
        example = next((one for one in VALID if type(one) is root), None)
        if example is not None and not path.exists():
            by_id = f"document-{example.act.object_id}" if KINDS[object_type].by_system else None
            element = codec.write(example, root_id=by_id)
            element.append(etree.fromstring(f'<Signature xmlns="{SIGNATURE_NAMESPACE}"/>'))
            etree.indent(element)
            text = etree.tostring(element, encoding="unicode")
            path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', "utf-8")
            yield f"written: {path.relative_to(GOLDEN.parents[1])}"


def _asked(arguments: Sequence[str]) -> Iterator[str]:
    names = [one for one in arguments if one != "--write"]
    for name in names or KINDS:
        if "--write" in arguments and name in KINDS:
            yield from write_documents(name)
        yield from missing(name)


if __name__ == "__main__":
    sys.stdout.writelines(f"{one}\n" for one in _asked(sys.argv[1:]))
