"""The catalogue of rules: stage, severity, clause, dated values, and words in three languages."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.receipt import Finding, Severity, Stage
from shared_contracts.rules.details import in_language
from shared_contracts.visible import visible

VALUE_LENGTH = 200
"""How many characters of a value a finding shows."""

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Values:
    """What a rule needs to know from ``since`` on; an assumption has no source in the orders."""

    since: date
    assumption: bool
    named: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """An entry of the catalogue; ``since`` and ``until`` bound its force, both days included."""

    rule_id: str
    stage: Stage
    severity: Severity
    source: str
    text: LocalizedText
    cure: LocalizedText
    since: date = date.min
    until: date = date.max
    values: tuple[Values, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether the rule is applied on ``day``."""
        return self.since <= day <= self.until


_LISTS = frozenset({"roles"})
"""Parameters that are lists of values, each with its word."""

_DETAILS = frozenset({"detail", "reason"})
"""Parameters that hold a technical detail where they have no word."""


_GIVEN = {"kk": " («{}»)", "ru": " («{}»)", "en": " ('{}')"}
"""How a value stands behind what is said of it; where none was given, nothing does."""


class _Blanks(dict[str, str]):
    """What fills a wording in one language; a dash stands for what was not given.

    A value that has a word is told by that word, whose own blanks are filled from the same.
    """

    def __init__(self, given: Mapping[str, str], language: str) -> None:
        super().__init__(given)
        self.language = language

    @override
    def __getitem__(self, key: str) -> str:
        value = self.get(key, "—")
        known = WORDS.get(key, {})
        if key in _LISTS:
            told = (known.get(one, {}).get(self.language, one) for one in value.split(", "))
            return ", ".join(told)
        if value in known:
            return known[value][self.language].format_map(self)
        if key == "value" and not value:
            return str(WORDS["quoted"]["EMPTY"][self.language])
        if key == "given":
            return _GIVEN[self.language].format(value) if value else ""
        if key == "note" and value:
            return f" ({in_language(value, self.language)})"
        return in_language(value, self.language) if key in _DETAILS else value


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _values(entry: Mapping[str, Any]) -> Values:
    named = {name: value for name, value in entry.items() if name not in {"from", "assumption"}}
    return Values(entry["from"], bool(entry.get("assumption")), MappingProxyType(named))


def _rule(rule_id: str, entry: Mapping[str, Any]) -> Rule:
    return Rule(
        rule_id=rule_id,
        stage=Stage(entry["stage"]),
        severity=Severity(entry["severity"]),
        source=entry["source"],
        text=LocalizedText(**entry["text"]),
        cure=LocalizedText(**entry["cure"]),
        since=entry.get("from", date.min),
        until=entry.get("to", date.max),
        values=tuple(map(_values, entry.get("parameters", ()))),
    )


_RULES = {rule_id: _rule(rule_id, entry) for rule_id, entry in _table("catalogue.toml").items()}
CATALOGUE: Mapping[str, Rule] = MappingProxyType(_RULES)
"""Every rule by its id."""


def enter(table: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the rules of a kind's own table; ValueError if the catalogue has one of them already."""
    for rule_id, entry in table.items():
        if rule_id in _RULES:
            raise ValueError(f"{rule_id} is in the catalogue of rules already")
        _RULES[rule_id] = _rule(rule_id, entry)


WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = _table("words.toml")
"""What values of parameters are called: by parameter, value and language."""

FAULTS: Mapping[Fault, tuple[LocalizedText, LocalizedText]] = MappingProxyType(
    {
        Fault(code): (LocalizedText(**entry["text"]), LocalizedText(**entry["cure"]))
        for code, entry in _table("faults.toml").items()
    }
)
"""Text and cure of every fault."""


@lru_cache(maxsize=4096)
def parameters(rule_id: str, at: date) -> Mapping[str, Any]:
    """The named values of a rule in force on ``at``; the earliest ones before their first day."""
    values = CATALOGUE[rule_id].values
    if not values:
        return MappingProxyType({})
    ripe = [entry for entry in values if entry.since <= at] or [values[0]]
    return max(ripe, key=lambda entry: entry.since).named


def word(breach: Breach) -> Finding:
    """The finding which a person reads of ``breach``; KeyError if no such rule is catalogued."""
    rule = CATALOGUE[breach.rule]
    value = None if breach.value is None else cut(visible(breach.value))
    given = {
        "path": breach.path,
        "value": "—" if value is None else value,
        "quoted": "GIVEN" if value else "EMPTY",
        "element": _last_name(breach.path),
        "given": value or "",
        "note": "",
    }
    given |= {name: cut(visible(text)) for name, text in breach.parameters.items() if text}
    if "detail" in given:
        given["note"] = given["detail"]
    return Finding(
        rule_id=rule.rule_id,
        severity=rule.severity,
        record=breach.record,
        path=breach.path,
        value=value,
        indication=breach.indication,
        sub_indication=breach.sub_indication,
        text=_filled(rule.text, given),
        cure=_filled(rule.cure, given),
    )


def has_errors(breaches: Iterable[Breach]) -> bool:
    """Whether any of ``breaches`` is an error, so that the package is refused."""
    return any(CATALOGUE[breach.rule].severity is Severity.ERROR for breach in breaches)


def fault_wording(refusal: Unprocessed) -> tuple[LocalizedText, LocalizedText]:
    """Text and cure of a fault in kk, ru and en; the text tells the technical detail as well."""
    text, cure = FAULTS[refusal.fault]
    if not refusal.detail:
        return text, cure
    told = {
        language: getattr(text, language).removesuffix(".")
        + f" ({in_language(refusal.detail, language)})."
        for language in LANGUAGES
    }
    return LocalizedText(**told), cure


def cut(text: str) -> str:
    """``text`` as a finding shows it: at most 200 characters, what is left out marked."""
    return text if len(text) <= VALUE_LENGTH else f"{text[: VALUE_LENGTH - 1]}…"


def _filled(wording: LocalizedText, given: Mapping[str, str]) -> LocalizedText:
    return LocalizedText(
        **{language: _in(language, wording, given) for language in LANGUAGES},
    )


def _in(language: str, wording: LocalizedText, given: Mapping[str, str]) -> str:
    template: str = getattr(wording, language)
    return template.format_map(_Blanks(given, language))


def _last_name(path: str) -> str:
    """The element or attribute that ``path`` leads to, without its number among namesakes."""
    return path.rpartition("/")[2].partition("[")[0].removeprefix("@")
