"""Lines of the functional check and of order 95's tests, from a session or by a person's reason."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from registry.admission.events import PointVerdict, ProtocolSession, SessionTaken, StageConcluded
from registry.admission.regulations import read_regulation
from registry.admission.sessions import ProvenSession
from shared_contracts.conformance.case import ExaminedSide, words
from shared_contracts.conformance.session import CaseVerdict
from shared_contracts.errors import BadInput, RefusedByRule
from shared_contracts.identifiers import uuid7
from tests.clauses import clause
from tests.registry.admission.samples import S95, S216, Told, conclusion, told_95, told_216

PROVEN_216 = {("O196", "HCU-METHODS"), ("O196", "HCU-PROTOCOLS")}
PROVEN_95 = {("FIGURES", "TRANSFER")}


def session(told: Told, ends: Mapping[str, CaseVerdict] | None = None) -> ProvenSession:
    """A session of all cases of the kit in which these end otherwise than well."""
    outcomes = dict.fromkeys(words(ExaminedSide.SEZ), CaseVerdict.PASSED) | dict(ends or {})
    at = told.at + timedelta(minutes=1)
    protocol = ProtocolSession(
        sha256="ab" * 32, session_id=uuid7(), sez_code="ZAKUP", kit_version="0.3.0",
        began_at=told.at, ended_at=at, session_verdict=CaseVerdict.PASSED,
        holder="Комиссия", holder_number="111040009781",
    )  # fmt: skip
    examined = ExaminedSide.SEZ
    return ProvenSession(protocol, b"{}", examined, frozenset({"111040009781"}), outcomes)


def concluded(
    told: Told, stage: str, proof: ProvenSession, *, without: Any = ()
) -> Mapping[tuple[str, str], PointVerdict]:
    """The lines of a step that ends by this session and a reason for the points left over."""
    whole = conclusion(told.law, stage)
    lines = tuple(one for one in whole.lines if (one.list, one.point) not in without)
    told.tell(changed(whole, lines=lines, session=proof, verdict=None))
    [event] = [one for one in told.events[-2:] if isinstance(one, StageConcluded)]
    assert isinstance(told.events[-1], SessionTaken)
    return {(one.list, one.point): one for one in event.lines}


def changed(asked: Any, **changes: Any) -> Any:
    """The same with changes."""
    return type(asked)(**{one: getattr(asked, one) for one in asked.__slots__} | changes)


@clause("S216-7.2")
def test_lines_of_the_functional_check_come_from_the_session_where_a_case_stands_for_them() -> None:
    told = told_216().notified().begun("FUNCTIONAL_CHECK")
    lines = concluded(told, "FUNCTIONAL_CHECK", session(told), without=PROVEN_216)
    proven = {place for place, one in lines.items() if one.session_sha256}
    assert proven == PROVEN_216
    assert all(one.reason for place, one in lines.items() if place not in proven)


@clause("S216-7.2")
def test_a_line_of_the_functional_check_without_a_case_needs_a_reason() -> None:
    told = told_216().notified().begun("FUNCTIONAL_CHECK")
    bare = PointVerdict(list="O355", point="SOLID-METHODS", fits=True)
    whole = conclusion(S216, "FUNCTIONAL_CHECK")
    lines = (bare, *whole.lines[1:])
    with pytest.raises(
        RefusedByRule, match=r"SOLID-METHODS.*neither a signed session nor a reason"
    ):
        told.tell(changed(whole, lines=lines, session=session(told), verdict=None))


@clause("S216-7.5")
def test_a_case_that_failed_makes_its_line_negative_and_nobody_finds_better() -> None:
    told = told_216().notified().begun("FUNCTIONAL_CHECK")
    failed = session(told, {"Z-OBJECT-4": CaseVerdict.FAILED})
    whole = conclusion(S216, "FUNCTIONAL_CHECK")
    with pytest.raises(RefusedByRule, match=r"HCU-PROTOCOLS.*found that it does not fit"):
        told.tell(changed(whole, session=failed, verdict=None))
    lines = concluded(told, "FUNCTIONAL_CHECK", failed, without=PROVEN_216)
    assert {place for place, one in lines.items() if not one.fits} == {("O196", "HCU-PROTOCOLS")}


@clause("S95-13.6", "S95-15.2", "S95-16.1a")
@pytest.mark.parametrize("stage", ["PRELIMINARY_TESTS", "ACCEPTANCE_TESTS"])
def test_the_hour_of_order_95_is_proven_by_the_session(stage: str) -> None:
    told = told_95().notified()
    order = [one.id for one in S95.stage if not one.optional]
    told.through(order[: order.index(stage)]).begun(stage)
    if S95.lasting(stage) is not None:
        told.later(40)
    lines = concluded(told, stage, session(told), without=PROVEN_95)
    assert {place for place, one in lines.items() if one.session_sha256} == PROVEN_95


def test_a_point_that_names_no_case_of_the_kit_is_refused() -> None:
    broken = msgspec.structs.replace(S216.point[0], cases=("Z-NOTHING",))
    with pytest.raises(BadInput, match=r"SOLID-METHODS names no case of the kit: .*Z-NOTHING"):
        msgspec.structs.replace(S216, point=(broken, *S216.point[1:]))
    with pytest.raises(BadInput, match="regulation"):
        read_regulation("cases = 1")
