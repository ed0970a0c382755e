"""Nobody's trouble holds up the audit of another system, and all of it is told (S216-12b)."""

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from registry.audits import attempts
from registry.audits.states import AuditState, EndedAudit, RunningAudit, WaitingAudit
from registry.audits.turns import AFTER_DEFECT, Turns
from registry.intake.verdict_log import CertificateChecked
from shared_contracts.errors import Defect
from shared_contracts.event_log.auditing.audit import audit
from tests.clauses import clause
from tests.postgres import owner_of
from tests.serving import address_of
from tests.sez.audits.test_scheme_6 import at, reachable, wanted
from tests.sez.systems import ENTRY, TIMEOUT, BothSystems


def until(reached: Callable[[], Any]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ordered(systems: BothSystems, *contents: str, **scope: Any) -> UUID:
    """An audit that has just been ordered; its id."""
    state = systems.registry.audits.order(wanted(*contents, **scope))
    assert isinstance(state, AuditState)
    return state.order.audit_id


@clause("S216-12b", "S216-18.7")
def test_a_silent_system_holds_up_the_audit_of_no_other(systems: BothSystems) -> None:
    audits = systems.registry.audits
    with reachable(systems), socket.create_server(("127.0.0.1", 0)) as silent:
        clients: Any = audits.obtaining.questions.call
        clients.__self__.timeout = 3 * TIMEOUT
        there = msgspec.structs.replace(ENTRY, code="SEZ02", endpoint=address_of(silent))
        systems.registry.register.add(there)
        first, second = ordered(systems, sez_code="SEZ02"), ordered(systems)
        assert audits.by_state() == {"RUNNING": 2.0, "WAITS_FOR_PERSON": 0.0}
        audits.begin()
        until(lambda: isinstance(at(systems, second), EndedAudit))
        held_up = at(systems, first)
        assert isinstance(held_up, RunningAudit)
        assert held_up.attempts == 0
        audits.begin()
        silent.accept()[0].close()
        until(lambda: audits.by_state()["RUNNING"] == 1 and _attempts(systems, first))
    audits.end(first, "Не отвечает")
    assert audits.by_state() == {"RUNNING": 0.0, "WAITS_FOR_PERSON": 0.0}


def _attempts(systems: BothSystems, audit_id: UUID) -> int:
    state = at(systems, audit_id)
    return state.attempts if isinstance(state, RunningAudit) else 0


@clause("S216-12b", "S216-18.7")
def test_audits_of_a_silent_system_are_tried_one_at_a_look(systems: BothSystems) -> None:
    with reachable(systems):
        first, second = ordered(systems), ordered(systems)
    systems.registry.audits.step()
    assert sorted((_attempts(systems, first), _attempts(systems, second))) == [0, 1]
    systems.registry.audits.step()
    assert (_attempts(systems, first), _attempts(systems, second)) == (1, 1)


@clause("S216-12b", "S216-18.7")
def test_a_defect_of_the_registry_leaves_the_audit_to_a_person_with_its_cause(
    systems: BothSystems,
) -> None:
    systems.announce()
    systems.send_until(lambda: not systems.unsynchronised())
    renamed = "ALTER TABLE views.versions RENAME COLUMN {} TO {}"
    dsn = owner_of(systems.registry.settings.database_url)
    with reachable(systems), psycopg.connect(dsn, autocommit=True) as owner:
        broken = ordered(systems, "CHECKSUMS")
        owner.execute(renamed.format("document_hash", "gone"))
        systems.registry.audits.step()
        owner.execute(renamed.format("gone", "document_hash"))
        waits = at(systems, broken)
        assert isinstance(waits, WaitingAudit)
        assert waits.problem.startswith(attempts.DEFECT_HERE)
        assert systems.registry.audits.by_state()["WAITS_FOR_PERSON"] == 1
        systems.registry.audits.resume(broken)
        systems.registry.audits.step()
        assert isinstance(at(systems, broken), EndedAudit)


@clause("S216-12b", "S216-A2.1.3", "S216-12a")
def test_what_was_said_of_the_signer_of_an_answer_is_kept_with_its_evidence(
    systems: BothSystems,
) -> None:
    with reachable(systems):
        ordered(systems, "CHECKSUMS")
        systems.registry.audits.step()
    log = systems.registry.log
    checked = [one for one in log.read(0, 1000) if isinstance(one.event, CertificateChecked)]
    assert checked
    for one in checked:
        assert log.evidence(one.originator_id, one.version, "validation")
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


@clause("S216-12b")
def test_audits_that_wait_for_a_person_count_as_open_also_after_a_restart(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ATTEMPTS", 1)
    monkeypatch.setattr(attempts, "PAUSE", timedelta())
    with reachable(systems):
        ordered(systems, "CHECKSUMS")
    audits = systems.registry.audits
    audits.step()
    assert audits.by_state() == {"RUNNING": 0.0, "WAITS_FOR_PERSON": 1.0}
    audits._open.clear()
    audits.load()
    assert audits.by_state() == {"RUNNING": 0.0, "WAITS_FOR_PERSON": 1.0}


@clause("S216-18.7")
def test_a_system_at_which_something_broke_rests_and_others_go_on() -> None:
    turns, begun = Turns(2), list[str]()

    def work(code: str) -> None:
        begun.append(code)
        if code == "SEZ01":
            raise LookupError(code)

    def look() -> None:
        before = len(begun)
        turns.begin(["SEZ01", "SEZ02"], work)
        until(lambda: len(begun) > before and not turns.busy)

    look()
    look()
    assert sorted(begun) == ["SEZ01", "SEZ02", "SEZ02"]
    turns._resting["SEZ01"] -= AFTER_DEFECT  # as a minute later
    turns.begin(["SEZ01", "SEZ02"], work)
    until(lambda: begun.count("SEZ01") == 2)


@clause("S216-12a")
def test_a_store_of_the_registry_that_takes_nothing_is_its_own_defect(
    systems: BothSystems,
) -> None:
    with reachable(systems):
        running = at(systems, ordered(systems, "CHECKSUMS"))
    assert isinstance(running, RunningAudit)
    refused = attempts.failed(running, Defect("a gap"), running.ordered_at)
    assert (refused.reason, refused.next_attempt_at) == (attempts.DEFECT_HERE, None)
