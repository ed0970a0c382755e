"""The lines of a protocol: from a signed session, or by a person who says why (reading R137)."""

from collections.abc import Sequence

import msgspec

from registry.admission.asked import AdmissionFacts, ConcludeStage
from registry.admission.case import AdmissionCase
from registry.admission.events import PointVerdict, StageVerdict
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import ListedPoint, RegulationStage
from registry.admission.sessions import APART, ProvenSession
from shared_contracts.conformance.case import ExaminedSide


def judged(
    case: AdmissionCase, stage: RegulationStage, told: ConcludeStage, facts: AdmissionFacts
) -> tuple[tuple[PointVerdict, ...], StageVerdict]:
    """The lines and the verdict that they make; without points the verdict that is told.

    ``RefusedByRule`` names the point or the field of the session that does not fit.
    """
    points, found = facts.regulation.points(stage), dict[tuple[str, str], bool]()
    if told.session is not None:
        _ensure_of_round(case, stage, told.session, facts)
        found = _found(points, stage, told.session)
        if not found:
            named = told.session.told.session_id
            raise refused("session", named, AdmissionRule.SESSION_SILENT, stage.clause)
    lines = _lines(stage, told, points, found)
    return lines, _verdict(stage, told, lines)


def _lines(
    stage: RegulationStage,
    told: ConcludeStage,
    points: Sequence[ListedPoint],
    found: dict[tuple[str, str], bool],
) -> tuple[PointVerdict, ...]:
    """Each point once: as told, else as the session found it; in the order of the regulation."""
    known = {(one.list, one.id) for one in points}
    sha256 = told.session.told.sha256 if told.session else None
    lines = [_line(one, known, stage, (sha256, found)) for one in told.lines]
    judged_ones = [(one.list, one.point) for one in lines]
    for place, fits in found.items():
        if place not in judged_ones:
            name, point = place
            lines.append(PointVerdict(list=name, point=point, fits=fits, session_sha256=sha256))
    judged_ones = [(one.list, one.point) for one in lines]
    for one in points:
        if judged_ones.count((one.list, one.id)) != 1:
            named = f"{one.list} {one.id}"
            raise refused("lines", named, AdmissionRule.POINT_MISSING, one.clause)
    order = [(one.list, one.id) for one in points]
    return tuple(sorted(lines, key=lambda one: order.index((one.list, one.point))))


def _line(
    line: PointVerdict,
    known: set[tuple[str, str]],
    stage: RegulationStage,
    proof: tuple[str | None, dict[tuple[str, str], bool]],
) -> PointVerdict:
    """A line as it was told, with the session where that found the same."""
    (sha256, found), place = proof, (line.list, line.point)
    named, fits = f"{line.list} {line.point}", found.get(place)
    if place not in known:
        raise refused("lines", named, AdmissionRule.POINT_UNKNOWN, stage.clause)
    if line.session_sha256 is not None and (line.session_sha256 != sha256 or fits is None):
        raise refused("lines", named, AdmissionRule.SESSION_MISSING, stage.clause)
    if line.fits and fits is False:
        raise refused("lines", named, AdmissionRule.SESSION_FOUND_OTHERWISE, stage.clause)
    if line.fits is not fits:
        line = msgspec.structs.replace(line, session_sha256=None)
        if not line.reason.strip():
            raise refused("lines", named, AdmissionRule.POINT_UNPROVEN, stage.clause)
        return line
    return msgspec.structs.replace(line, session_sha256=sha256)


def _verdict(
    stage: RegulationStage, told: ConcludeStage, lines: Sequence[PointVerdict]
) -> StageVerdict:
    if not lines:
        if told.verdict is None:
            raise refused("verdict", "", AdmissionRule.NO_VERDICT, stage.clause)
        return told.verdict
    fits = all(one.fits for one in lines)
    verdict = StageVerdict.POSITIVE if fits else StageVerdict.NEGATIVE
    if told.verdict not in {None, verdict}:
        raise refused("verdict", told.verdict, AdmissionRule.WRONG_VERDICT, stage.clause)
    return verdict


def _found(
    points: Sequence[ListedPoint], stage: RegulationStage, session: ProvenSession
) -> dict[tuple[str, str], bool]:
    """What a session says of the points that name their cases, or whose clause is theirs alone."""
    if stage.suite is None:
        return {}
    clauses, said = [one.clause for one in points], {}
    for one in points:
        if one.cases:
            said[one.list, one.id] = session.finds_by(one.cases)
        elif clauses.count(one.clause) == 1:
            said[one.list, one.id] = session.finds(stage.suite, one.clause)
    return {place: fits for place, fits in said.items() if fits is not None}


def _ensure_of_round(
    case: AdmissionCase, stage: RegulationStage, session: ProvenSession, facts: AdmissionFacts
) -> None:
    """The session examined this system, within this round, and another than the applicant ran it.

    Until the act the code is that of the sessions before it, and nobody else's.
    """
    told, last, bin_ = session.told, case.last, case.form.applicant.number
    if session.examined is not ExaminedSide.SEZ:
        raise refused("examined", session.examined, AdmissionRule.SESSION_OF_NO_SEZ, stage.clause)
    if not session.signers or bin_ in session.signers:
        who = told.holder_number or told.holder
        raise refused("session", who, AdmissionRule.SESSION_OWN, stage.clause)
    begun = last.begun_at if last else facts.at
    if not begun <= told.ended_at <= facts.at + APART:
        at = told.ended_at.isoformat()
        raise refused("ended_at", at, AdmissionRule.SESSION_OF_ANOTHER_TIME, stage.clause)
    known = case.examined or told.sez_code
    if told.sez_code != known or facts.codes.get(told.sez_code, bin_) != bin_:
        rule = AdmissionRule.SESSION_OF_ANOTHER_SYSTEM
        raise refused("sez_code", told.sez_code, rule, stage.clause)
