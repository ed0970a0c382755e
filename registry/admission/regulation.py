"""A regulation is dated data: who takes part, what is filed, steps, terms, copies (S216-O.4).

An application follows the regulation in force on its day for its whole life (reading R23).
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from shared_contracts.calendar.terms import TermLength
from shared_contracts.calendar.working_days import ReasonWords
from shared_contracts.conformance.case import ExaminedSide, Suite
from shared_contracts.conformance.case import words as cases_of_kit
from shared_contracts.errors import BadInput

GROUP: Final = "GROUP"
"""The working group, where an order says that it acts."""
APPLICANT: Final = "APPLICANT"
ACT: Final = "ACT"
"""The act of commissioning, among what has copies."""


class DataPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a regulation; what it does not know is refused, not passed over."""


class RegulationBody(DataPart, frozen=True, kw_only=True):
    """Who takes part, by an id that the rest of the regulation uses."""

    id: str
    clause: str
    words: ReasonWords


class FormField(DataPart, frozen=True, kw_only=True):
    """A field that the form wants, by its path in the application."""

    path: str
    clause: str
    words: ReasonWords


class AttachedWhen(StrEnum):
    """When a document is wanted."""

    ALWAYS = "ALWAYS"
    OTHER_USERS = "OTHER_USERS"
    """When the application names users besides the applicant."""


class WantedAttachment(DataPart, frozen=True, kw_only=True):
    """A document that is filed; ``stated_sheets`` is the field that states its sheets."""

    kind: str
    clause: str
    words: ReasonWords
    notarised: bool = False
    when: AttachedWhen = AttachedWhen.ALWAYS
    stated_sheets: str | None = None


class NamedCondition(DataPart, frozen=True, kw_only=True):
    """A condition by the name of its rule in ``registry/admission/conditions.py``."""

    rule: str
    clause: str


class GroupRule(DataPart, frozen=True, kw_only=True):
    """Who creates the working group, and which bodies have at least one member in it."""

    created_by: str
    members: tuple[str, ...]
    clause: str


class AnswerRule(DataPart, frozen=True, kw_only=True):
    """The clauses of the check, the notification and the return."""

    check_clause: str
    notify_clause: str
    return_clause: str


class Power(DataPart, frozen=True, kw_only=True):
    """What a body may do by itself; ``resume_clause`` of what follows a stop.

    ``keeps_clause`` is that of what a change may not take away; ``copies`` are those who get a
    copy of what it leaves, and sign it, by the reading named.
    """

    by: str
    clause: str
    resume_clause: str | None = None
    keeps_clause: str | None = None
    copies: tuple[str, ...] = ()
    reading: str | None = None


class EncryptionRule(DataPart, frozen=True, kw_only=True):
    """Who gives systems their keys, and how long before a change its announcement comes."""

    by: str
    clause: str
    change_clause: str
    notice: TermLength


class ActRule(DataPart, frozen=True, kw_only=True):
    """Who draws up the act, and who gets a copy."""

    by: str
    copies: tuple[str, ...]
    clause: str
    copies_clause: str
    access_clause: str


class StageResult(StrEnum):
    """In what a stage ends."""

    PROTOCOL = "PROTOCOL"
    RECORD = "RECORD"
    """Its result is recorded; the order wants no protocol of it."""


class RegulationStage(DataPart, frozen=True, kw_only=True):
    """A step between the notification and the act; ``lists`` are the points that are judged.

    ``suite`` is that of the conformance kit whose sessions prove points of it.
    """

    id: str
    clause: str
    words: ReasonWords
    by: tuple[str, ...]
    result: StageResult
    copies: tuple[str, ...] = ()
    copies_clause: str = ""
    mend_clause: str = ""
    mended_by: str = APPLICANT
    lists: tuple[str, ...] = ()
    suite: Suite | None = None
    needs_group: bool = False
    optional: bool = False


class TermConsequence(StrEnum):
    """What follows when a term is not kept."""

    OVERDUE = "OVERDUE"
    LASTS = "LASTS"
    """The step goes on for so long and does not end before."""
    NOT_ADMISSIBLE = "NOT_ADMISSIBLE"


class RegulationTerm(DataPart, frozen=True, kw_only=True):
    """A term: after which event it runs, which events end it, who has to act.

    ``reading`` names the reading by which it stands where the order does not say it all.
    """

    id: str
    clause: str
    since: str
    until: tuple[str, ...]
    length: TermLength
    who: tuple[str, ...]
    consequence: TermConsequence = TermConsequence.OVERDUE
    reading: str | None = None


class ListedPoint(DataPart, frozen=True, kw_only=True):
    """A point that a protocol judges; ``assumption``: its content has no source.

    ``cases`` of the conformance kit prove it together (reading R149); where none are named, those
    that cite its clause, if that is its alone.
    """

    list: str
    id: str
    clause: str
    words: ReasonWords
    assumption: bool = False
    cases: tuple[str, ...] = ()


class Regulation(DataPart, frozen=True, kw_only=True):
    """One order as data, in force from ``first`` to ``last``."""

    id: str
    number: str
    first: date
    last: date | None = None
    clause: str
    last_clause: str | None = None
    words: ReasonWords
    intake: str
    intake_clause: str
    sectors: tuple[str, ...]
    group: GroupRule
    answer: AnswerRule
    act: ActRule
    change: Power | None = None
    refusal: Power | None = None
    consultants: Power | None = None
    inventory: Power | None = None
    encryption: EncryptionRule | None = None
    stop: Power | None = None
    inspection: Power | None = None
    body: tuple[RegulationBody, ...]
    field: tuple[FormField, ...]
    attachment: tuple[WantedAttachment, ...] = ()
    condition: tuple[NamedCondition, ...] = ()
    stage: tuple[RegulationStage, ...]
    term: tuple[RegulationTerm, ...] = ()
    point: tuple[ListedPoint, ...] = ()

    def __post_init__(self) -> None:
        """Refuse one that names what it does not have, or one thing twice (``BadInput``)."""
        if self.last is not None and self.last < self.first:
            raise BadInput(f"{self.id}: last {self.last} is before first {self.first}")
        self._check_once()
        bodies = {one.id for one in self.body}
        for path, named in self._bodies_named():
            if named not in bodies:
                raise BadInput(f"{self.id}: {path} names {named}, which is no [[body]]")
        self._check_cases()
        lists = {one.list for one in self.point}
        for stage in self.stage:
            if unknown := set(stage.lists) - lists:
                raise BadInput(f"{self.id}: stage {stage.id} names lists without points: {unknown}")
        for term in self.term:
            self._check_term(term)

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def of_stage(self, stage: str) -> RegulationStage | None:
        """A stage by its id; None where there is none."""
        return next((one for one in self.stage if one.id == stage), None)

    def points(self, stage: RegulationStage) -> tuple[ListedPoint, ...]:
        """The points that a protocol of a stage judges."""
        return tuple(one for one in self.point if one.list in stage.lists)

    def lasting(self, stage: str) -> RegulationTerm | None:
        """The term for which a stage goes on at least."""
        lasting = (one for one in self.term if one.consequence is TermConsequence.LASTS)
        return next((one for one in lasting if one.since == f"BEGUN:{stage}"), None)

    def _bodies_named(self) -> Iterator[tuple[str, str]]:
        yield "intake", self.intake
        yield from (("group", one) for one in (self.group.created_by, *self.group.members))
        yield from (("act", one) for one in (self.act.by, *self.act.copies))
        for stage in self.stage:
            named = (*stage.by, *stage.copies, stage.mended_by)
            yield from ((f"stage {stage.id}", one) for one in named)
        for term in self.term:
            yield from ((f"term {term.id}", one) for one in term.who)
        copies = self.inspection.copies if self.inspection else ()
        yield from (("inspection", one) for one in copies)
        powers = (self.change, self.inventory, self.refusal, self.consultants, self.stop)
        for power in (*powers, self.inspection, self.encryption):
            if power is not None:
                yield "power", power.by

    def _check_once(self) -> None:
        parts = {
            "body": [one.id for one in self.body],
            "stage": [one.id for one in self.stage],
            "term": [one.id for one in self.term],
            "point": [f"{one.list} {one.id}" for one in self.point],
        }
        for name, ids in parts.items():
            if twice := sorted({one for one in ids if ids.count(one) > 1}):
                raise BadInput(f"{self.id}: [[{name}]] {', '.join(twice)} stands twice")

    def _check_cases(self) -> None:
        known = cases_of_kit(ExaminedSide.SEZ)
        for point in self.point:
            if unknown := set(point.cases) - known.keys():
                raise BadInput(f"{self.id}: point {point.id} names no case of the kit: {unknown}")

    def _check_term(self, term: RegulationTerm) -> None:
        stages = {one.id for one in self.stage}
        for event in (term.since, *term.until):
            name, _, stage = event.partition(":")
            known = name in _OF_STAGES and stage in stages if stage else name in _OF_CASES
            if not known:
                raise BadInput(f"{self.id}: term {term.id} names {event}, which never happens")


_OF_CASES: Final = frozenset({"FILED", "NOTIFIED", "RETURNED", "GROUP", "ACT"})
_OF_STAGES: Final = frozenset({"BEGUN", "POSITIVE", "NEGATIVE", "CONCLUDED", "MENDED"})
