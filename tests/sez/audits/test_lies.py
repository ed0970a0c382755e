"""What a dishonest SEZ answers to audits, signed with its own key (S216-12a)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from registry.audits import bounds, states
from registry.audits.finding import Differs, Side
from registry.audits.object_comparing import DeliveredVersion, compare_object
from registry.audits.states import AuditState, EndedAudit, WaitingAudit
from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.audit import AuditAnswer, ChecksumDepth
from shared_contracts.messages.audited_object import ObjectAuditAnswer
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema
from tests.sez.audits.asked import tamper
from tests.sez.audits.test_scheme_6 import at, kinds, reachable, synchronised
from tests.sez.audits.test_walks import OLDER
from tests.sez.systems import BothSystems

Lie = Callable[[AuditAnswer], dict[str, Any]]
DEPTHS = [None, *ChecksumDepth]
FAR = 10**17


@contextmanager
def lying(systems: BothSystems, lie: Lie) -> Iterator[Callable[..., AuditState]]:
    """A SEZ that changes by ``lie`` what it would answer, and signs it; what runs an audit."""
    audits = systems.registry.audits
    asking, honest = audits.obtaining, audits.obtaining.questions.call

    def call(endpoint: str, operation: str, message: bytes) -> bytes:
        data = honest(endpoint, operation, message)
        answer = codec.read(schema.parse(data), AuditAnswer)
        told = msgspec.structs.replace(answer, **lie(answer))
        return sign_message(told, f"lie-{uuid7()}", systems.system.publisher.system)

    with reachable(systems) as run:
        audits.obtaining = replace(asking, questions=replace(asking.questions, call=call))
        try:
            yield run
        finally:
            audits.obtaining = asking


@pytest.mark.clause("S216-12a", "S216-12c")
def test_a_log_that_is_said_to_reach_far_costs_no_memory_and_one_cut_short_is_incomplete(
    systems: BothSystems,
) -> None:
    synchronised(systems)
    with lying(systems, lambda _: {"reached_position": FAR, "more": True}) as run:
        waiting = run("EVENT_LOG")
        assert isinstance(waiting, WaitingAudit)
        assert "after its position" in waiting.problem
    with lying(systems, lambda _: {"reached_position": FAR, "position": FAR}) as run:
        state = run("EVENT_LOG")
        assert len(state.findings) == FINDINGS
        assert state.found > FAR - 1000
    with lying(systems, _cut_short) as run:
        state = run("EVENT_LOG")
        assert set(kinds(state)) == {Differs.LOG_INCOMPLETE}
        assert state.findings[0].position == 3


def _cut_short(answer: AuditAnswer) -> dict[str, Any]:
    """The log ends after its second entry."""
    return {"logged_events": answer.logged_events[:2], "reached_position": 2}


def _emptied(answer: AuditAnswer) -> dict[str, Any]:
    """Nothing is there, and the log ended a year ago."""
    nodes = tuple(
        msgspec.structs.replace(one, children=None, hash="00" * 32 if one.prefix else None)
        for one in answer.nodes
    )
    return {"as_of": answer.as_of - timedelta(days=365), "nodes": nodes, "checksums": ()}


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("depth", DEPTHS)
def test_who_says_that_its_log_ended_long_ago_hides_nothing_by_it(
    systems: BothSystems, depth: ChecksumDepth | None
) -> None:
    tenders = synchronised(systems, 2)
    with lying(systems, _emptied) as run:
        state = run("CHECKSUMS", depth=depth)
    assert set(kinds(state)) == {Differs.MISSING_IN_SEZ}
    assert sorted(one.object_id for one in state.findings if one.object_id) == tenders
    systems.announce()
    assert systems.unsynchronised()  # it is listed from now on
    for table in OLDER:
        tamper(systems.system, OLDER[table])
    with lying(systems, lambda one: {"as_of": one.as_of - timedelta(days=365)}) as run:
        state = run("CHECKSUMS", depth=depth)
    assert kinds(state) == [Differs.MISSING_IN_REGISTRY]


def test_a_sez_that_calculates_for_ever_is_left_to_a_person_who_may_let_it_go_on(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "WITHOUT", 3)
    asked = list[AuditAnswer]()

    def never(answer: AuditAnswer) -> dict[str, Any]:
        asked.append(answer)
        return {"nodes": (), "checksums": (), "more": True}

    audits = systems.registry.audits
    with lying(systems, never) as run:
        waiting = run("CHECKSUMS", depth=ChecksumDepth.LIVE)
        assert isinstance(waiting, WaitingAudit)
        assert "3 answers in a row told no node" in waiting.problem
        assert len(asked) == 4  # the first, and three after it
        audits.resume(waiting.order.audit_id)
        audits.step()
        assert len(asked) == 7
    audits.resume(waiting.order.audit_id)
    with reachable(systems):
        audits.step()
    assert isinstance(at(systems, waiting.order.audit_id), EndedAudit)


@pytest.mark.clause("S216-12b")
@pytest.mark.parametrize(("bound", "value"), [("OCTETS", 1), ("LONGEST", timedelta())])
def test_an_audit_that_obtained_as_much_as_it_may_waits_for_a_person(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch, bound: str, value: object
) -> None:
    synchronised(systems)
    audits = systems.registry.audits
    with monkeypatch.context() as bounded, reachable(systems) as run:
        bounded.setattr(bounds, bound, value)
        waiting = run("CHECKSUMS", "EVENT_LOG")
        assert isinstance(waiting, WaitingAudit)
        assert "BOUND_REACHED" in waiting.problem
        assert "registry audits resume" in waiting.problem
        audits.resume(waiting.order.audit_id)
        audits.step()
        again = at(systems, waiting.order.audit_id)
        assert isinstance(again, WaitingAudit | EndedAudit)
        assert sum(one.pages for one in again.obtained) >= sum(
            one.pages for one in waiting.obtained
        )
    with reachable(systems):
        if isinstance(again, WaitingAudit):
            audits.resume(waiting.order.audit_id)
        audits.step()
    assert isinstance(at(systems, waiting.order.audit_id), EndedAudit)


def test_pages_about_objects_are_bounded_in_all(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "EXAMINED_PAGES", 2)
    synchronised(systems, 4)
    tamper(systems.system, "DELETE FROM views.versions")
    with reachable(systems) as run:
        state = run("CHECKSUMS")
    assert isinstance(state, EndedAudit)
    assert (state.found, state.examined, state.examined_pages) == (4, 2, 2)


def test_the_bytes_of_versions_that_are_only_missing_are_not_read() -> None:
    moment = now()
    answer = ObjectAuditAnswer(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        answered_at=moment,
        audit_id=uuid7(),
        object_id=uuid7(),
        position=1,
        as_of=moment,
        chain_hash="0" * 64,
        more=False,
    )
    side = Side(position=1, recorded_at=moment, formed_at=moment, actor="A", sha256="1" * 64)

    def read() -> bytes:
        raise AssertionError("it is not compared")

    found = compare_object(answer, {1: DeliveredVersion(1, side, read)}, (), "PURCHASE")
    assert [one.kind for one in found.findings] == [Differs.MISSING_IN_SEZ]
