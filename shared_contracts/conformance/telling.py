"""What the commands of the kits say, in three languages."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from shared_contracts.conformance.case import ConformanceCase
from shared_contracts.conformance.session import CaseOutcome, CaseVerdict, SessionReport
from shared_contracts.language import Language

_TABLE: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("labels.toml").read_text("utf-8")
)


def said(name: str, language: Language, **what: object) -> str:
    """A label in a language, its places filled in."""
    text: str = _TABLE["said"][name][language]
    return text.format_map(what)


def verdict_word(verdict: CaseVerdict, language: Language) -> str:
    """A verdict in a language."""
    word: str = _TABLE["verdict"][verdict][language]
    return word


def listed(cases: Iterable[ConformanceCase[Any]], language: Language) -> Iterator[str]:
    """The cases, a line each: id, suites, clauses, title."""
    for case in cases:
        text = case.text
        title = getattr(text.title, language)
        yield f"{case.case_id}  {','.join(text.suites)}  {','.join(text.clauses)}  {title}"


def outcome_lines(outcome: CaseOutcome, language: Language) -> Iterator[str]:
    """What became of a case: the verdict, and of one that is not passed what to do."""
    word = verdict_word(outcome.verdict, language)
    yield f"{outcome.case_id}  {word}  {outcome.seconds:.2f} s  {getattr(outcome.title, language)}"
    for name in ("expected", "found", "reason"):
        if (value := getattr(outcome, name)) is not None:
            yield f"    {said(name, language)}: {value}"
    if outcome.verdict is not CaseVerdict.PASSED:
        yield f"    {said('clauses', language)}: {', '.join(outcome.clauses)}"
        yield from (f"    {step.did} → {step.saw}" for step in outcome.steps[-4:])
    if outcome.cure is not None:
        yield f"    {said('cure', language)}: {getattr(outcome.cure, language)}"
    if outcome.figures:
        yield "    " + ", ".join(f"{name} {value:g}" for name, value in outcome.figures.items())


def total_line(session: SessionReport, language: Language) -> str:
    """How many cases there were, and how they ended."""
    return said(
        "total",
        language,
        all=len(session.outcomes),
        passed=session.count(CaseVerdict.PASSED),
        failed=session.count(CaseVerdict.FAILED),
        not_run=session.count(CaseVerdict.NOT_RUN),
    )
