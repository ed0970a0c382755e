"""A SEZ whose log was rewritten is found, also where its present state was restored (S216-9.6)."""

from dataclasses import replace
from typing import Any

import msgspec
import psycopg
import pytest

from registry.audits.finding import Differs
from registry.audits.printed import document
from registry.audits.report import report
from registry.audits.states import AuditOutcome, AuditState, LogCompared
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.leaf import GENESIS, chain
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.messages.audit import AuditAnswer, LoggedEvent
from shared_contracts.printing.document import NamedValues
from tests.clauses import clause
from tests.postgres import owner_of
from tests.registry.test_tamperings import OFF, ON, RECHAIN
from tests.sez.audits.test_lies import lying
from tests.sez.audits.test_scheme_6 import kinds, outcome, reachable, synchronised
from tests.sez.systems import BothSystems
from tests.sez.test_registry_log import CUT, FORGOTTEN

SPACED = "UPDATE log.events SET state = state || ' '::bytea WHERE position = 2"
"""An event of the past has another leaf, and says what it said."""


def rewrite(systems: BothSystems, statement: str) -> None:
    """Change the store of the SEZ as its administrator can, and let its process forget."""
    with psycopg.connect(owner_of(systems.system.settings.database_url)) as owner:
        owner.execute(f"{OFF};{statement};{ON}".encode())
    systems.system.checkpointer._known.clear()  # as a new process begins
    systems.system.checkpointer.make()


def compared(state: AuditState) -> LogCompared:
    """How the log compared with what is remembered."""
    assert isinstance(state.log, LogCompared)
    return state.log


@pytest.fixture
def watched(systems: BothSystems) -> BothSystems:
    """Both systems; the log of the SEZ was proven once."""
    synchronised(systems)
    systems.system.checkpointer.make()
    with reachable(systems):
        systems.registry.sez_logs.compare("SEZ01")
    return systems


@clause("S216-9.6", "S216-12b")
@pytest.mark.parametrize("content", ["CHECKSUMS", "CHANGED_OBJECTS", "EVENT_LOG"])
def test_a_log_that_was_rewritten_is_a_finding_of_every_audit_although_the_state_was_restored(
    watched: BothSystems, content: str
) -> None:
    seen = watched.registry.sez_logs.known("SEZ01").seen
    assert seen is not None
    rewrite(watched, f"{SPACED}{RECHAIN};{FORGOTTEN.format(size=0)}")
    watched.registry.sez_logs._proven.clear()  # as an hour later
    with reachable(watched) as run:
        state = run(content)
        again = run(content)
    assert (outcome(state), kinds(state)) == (AuditOutcome.DIFFERS, [Differs.LOG_REWRITTEN])
    [found] = state.findings
    assert (found.position, found.expected) == (seen.size, seen.root)
    assert (compared(state).why, compared(state).known) == (Extension.REWRITTEN, seen)
    assert kinds(again) == [Differs.LOG_REWRITTEN], "the alarm stands until a person ends it"
    told = report(watched.registry.audits, state.order.audit_id)
    assert (told.log, [one.kind for one in told.findings]) == (state.log, kinds(state))
    values = [one for one in document(told).blocks if isinstance(one, NamedValues)]
    assert any(row.value == seen.root for one in values for row in one.rows)
    assert not audit(owner_of(watched.registry.settings.database_url)).differences


def forged(answer: AuditAnswer) -> dict[str, Any]:
    """The same log but for its second leaf, with the chain that follows from it."""
    entries, last = list[LoggedEvent](), GENESIS
    for one in answer.logged_events:
        told = "00" * 32 if one.position == 2 else one.leaf_hash
        last = chain(last, one.position, bytes.fromhex(told))
        entries.append(msgspec.structs.replace(one, leaf_hash=told, chain_hash=last.hex()))
    return {"logged_events": tuple(entries), "chain_hash": last.hex()}


@clause("S216-9.6", "S216-12c")
def test_who_proves_an_old_log_and_tells_another_with_a_whole_chain_is_found(
    watched: BothSystems,
) -> None:
    with lying(watched, forged) as run:
        state = run("EVENT_LOG")
    log = compared(state)
    assert log.why is Extension.EXTENDS
    assert log.told is not None
    [found] = state.findings
    assert (found.kind, found.position) == (Differs.LOG_REWRITTEN, log.told.size)
    assert (found.expected, found.found != log.told.root) == (log.told.root, True)


@clause("S216-12b")
def test_an_older_copy_that_was_restored_is_a_finding_with_both_sizes(watched: BothSystems) -> None:
    seen = watched.registry.sez_logs.known("SEZ01").seen
    assert seen is not None
    rewrite(watched, f"{FORGOTTEN.format(size=0)}{CUT.format(size=2)}")
    with reachable(watched) as run:
        state = run("EVENT_LOG")
    shorter = next(one for one in state.findings if one.kind is Differs.LOG_SHORTER)
    assert (shorter.expected, shorter.found) == (str(seen.size), "2")


@clause("S216-12b")
def test_a_sez_that_answers_and_proves_nothing_is_a_finding(watched: BothSystems) -> None:
    logs = watched.registry.sez_logs
    logs.questions = replace(logs.questions, signer=watched.system.signer)
    with reachable(watched) as run:
        state = run("EVENT_LOG")
    assert kinds(state) == [Differs.LOG_UNPROVEN]
    assert "NOT_THE_REGISTRY" in (compared(state).problem or "")


@clause("S216-9.6", "S216-12b")
def test_checksums_alone_rest_on_the_proof_of_the_last_hour(watched: BothSystems) -> None:
    logs = watched.registry.sez_logs
    known = logs.known("SEZ01")
    watched.announce()
    watched.system.checkpointer.make()
    with reachable(watched) as run:
        state, whole = run("CHECKSUMS"), run()
    assert (compared(state).told, compared(state).proven_at) == (known.seen, known.proven_at)
    assert compared(whole).known == known.seen
    assert compared(whole).told == logs.known("SEZ01").seen != known.seen
