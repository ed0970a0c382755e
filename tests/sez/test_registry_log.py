"""The Registry may only add to its log: a SEZ notices a past that was rewritten or cut off."""

from datetime import timedelta

import psycopg
import pytest

from sez.registry_log.watched import RegistryLogNotProven, RegistryLogProven
from sez.synchronisation.seen_notes import MOST, receipts_back
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import SILENT
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.messages.log_proof import ProofAnswer
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.postgres import owner_of
from tests.registry.test_tamperings import ACCEPTED, OFF, ON, RECHAIN, REWRITTEN
from tests.sez.systems import BothSystems

FORGOTTEN = "DELETE FROM log.nodes;DELETE FROM log.checkpoints WHERE size > {size};"
CUT = (
    "DELETE FROM log.events WHERE position > {size};"
    "UPDATE log.tail SET position = {size}, chain = "
    "(SELECT chain FROM log.events WHERE position = {size});"
)


def rewrite(systems: BothSystems, statement: str) -> None:
    """Change the Registry's store as its administrator can, and let its process forget."""
    with psycopg.connect(owner_of(systems.registry.settings.database_url)) as owner:
        owner.execute(f"{OFF};{statement};{ON}".encode())
    systems.registry.intake.checkpointer._known.clear()  # as a new process begins


def synchronise(systems: BothSystems) -> None:
    """One purchase more in both systems."""
    systems.announce_with_files()
    systems.send_until(lambda: not systems.unsynchronised())


@pytest.fixture
def watched(systems: BothSystems) -> BothSystems:
    """Both systems after a first comparison."""
    synchronise(systems)
    systems.registry.intake.checkpointer.make()
    systems.system.registry_log.compare()
    return systems


@clause("S216-12a", "S216-13b")
def test_a_log_that_only_grew_is_proven_at_each_comparison(watched: BothSystems) -> None:
    first = watched.system.registry_log.current().state.seen
    assert first is not None
    synchronise(watched)
    newest = parse(watched.registry.intake.checkpointer.make())
    state = watched.system.registry_log.compare()
    assert state.alarm is None
    assert state.seen is not None
    assert (state.seen.checkpoint, newest.size > first.size) == (newest, True)
    assert not watched.system.registry_log.seen.pending()
    [*_, last] = watched.system.log.stream(watched.system.registry_log.current().originator_id)
    kept = proven_evidence(
        watched.system.log,
        [last],
        "answer",
        lambda event: event.answer_sha256 if isinstance(event, RegistryLogProven) else None,
    )
    assert kept is not None
    assert codec.read(schema.parse(kept), ProofAnswer).proof is not None
    assert not audit(owner_of(watched.system.settings.database_url)).differences


@clause("S216-12a", "S216-13b")
def test_a_past_that_was_rewritten_is_an_alarm_until_a_person_ends_it(
    watched: BothSystems,
) -> None:
    rewrite(watched, f"{REWRITTEN}{ACCEPTED}{RECHAIN};{FORGOTTEN.format(size=0)}")
    watched.registry.intake.checkpointer.make()
    with watched.program() as program:
        state = program.post("/api/v1/registry-log").json()
        assert state["alarm"]["why"] == "REWRITTEN"
        assert "sez_registry_log_alarm 1.0" in program.get("/metrics").text
        assert program.get("/readyz").json()["checks"]["registry log"]["alarm"] == "REWRITTEN"
        before = watched.system.log.last_position()
        assert program.post("/api/v1/registry-log").json() == state
        assert watched.system.log.last_position() == before, "told once"
        assert program.post("/api/v1/registry-log/end", json={"reason": ""}).status_code == 422
        ended = program.post("/api/v1/registry-log/end", json={"reason": "Акт № 3"}).json()
        assert (ended["alarm"], ended["seen"]) == (None, None)
        again = program.post("/api/v1/registry-log/end", json={"reason": "Акт № 3"})
        assert again.status_code == 409
        anew = program.post("/api/v1/registry-log").json()
        assert (anew["alarm"], anew["seen"]["size"] > 0) == (None, True)
    assert not audit(owner_of(watched.system.settings.database_url)).differences


@clause("S216-12a", "S216-13b")
def test_an_older_copy_that_was_restored_is_noticed_at_the_next_contact(
    watched: BothSystems,
) -> None:
    size = 3
    rewrite(watched, f"{FORGOTTEN.format(size=0)}{CUT.format(size=size)}")
    watched.registry.intake.checkpointer.make()
    watched.system.registry_log.due()
    watched.system.registry_log.compare()
    alarm = watched.system.registry_log.current().state.alarm
    assert alarm is not None
    assert (alarm.why, alarm.told.size) == (Extension.SHORTER, size)
    [found] = [
        one.event
        for one in watched.system.log.read(0, 10_000)
        if isinstance(one.event, RegistryLogNotProven)
    ]
    assert found.known.size > size


def dated(systems: BothSystems, back: timedelta) -> None:
    """A newer checkpoint of the Registry, signed while its clock was turned back."""
    synchronise(systems)
    own = systems.registry.intake.checkpointer
    Checkpointer(own.log, own.key, lambda: own.clock() - back).make()
    own._known.clear()  # as a new process begins


@clause("S216-12a", "S216-13b")
def test_a_checkpoint_older_than_the_one_before_is_an_alarm(watched: BothSystems) -> None:
    dated(watched, timedelta(hours=2))
    alarm = watched.system.registry_log.compare().alarm
    assert alarm is not None
    assert (alarm.why, alarm.told.size > alarm.known.size) == (Extension.BACKDATED, True)


@clause("S216-12a", "S216-13b")
def test_an_old_checkpoint_shown_as_the_newest_proves_nothing(watched: BothSystems) -> None:
    dated(watched, timedelta(hours=6))
    with pytest.raises(NotTheCounterpart, match="6 hours ago: an old one is shown again"):
        watched.system.registry_log.compare()
    assert watched.system.registry_log.current().state.alarm is None


@clause("S216-13b")
def test_what_a_receipt_quotes_is_held_against_the_log(systems: BothSystems) -> None:
    synchronise(systems)
    systems.registry.intake.checkpointer.make()
    synchronise(systems)
    watch = systems.system.registry_log
    quoted = [parse(note).size for note in watch.seen.pending()]
    assert max(quoted) > 0
    rewrite(systems, f"{REWRITTEN}{ACCEPTED}{RECHAIN};{FORGOTTEN.format(size=0)}")
    systems.registry.intake.checkpointer.make()
    alarm = watch.compare().alarm
    assert alarm is not None
    assert (alarm.why, alarm.known.size) == (Extension.REWRITTEN, max(quoted))


@clause("S216-13b")
def test_a_receipt_with_an_unreadable_checkpoint_is_an_alarm_and_fills_nothing(
    watched: BothSystems,
) -> None:
    watch = watched.system.registry_log
    [receipt, *_] = receipts_back(watched.system.log)
    good = watched.registry.intake.checkpointer.latest()
    for number in range(2 * MOST):
        watch.seen.note(f"no checkpoint {number}", receipt)
    watch.seen.note(good, receipt)
    assert good in watch.seen.pending()
    watch.due()
    alarm = watch.current().state.alarm
    assert alarm is not None
    assert alarm.why is Extension.UNREADABLE
    [*_, last] = watched.system.log.stream(watch.current().originator_id)
    kept = proven_evidence(
        watched.system.log,
        [last],
        "answer",
        lambda event: event.answer_sha256 if isinstance(event, RegistryLogNotProven) else None,
    )
    assert (kept, watch.seen.unreadable()) == (receipt, None)
    assert watch.end("Акт № 4").alarm is None
    assert receipts_back(watched.system.log) == [], "an alarm that was ended is not raised again"
    assert watch.compare().alarm is None
    assert not audit(owner_of(watched.system.settings.database_url)).differences


@clause("S216-12a")
def test_a_registry_that_gives_no_proof_for_hours_is_shown_as_unproven(
    watched: BothSystems,
) -> None:
    watch = watched.system.registry_log
    assert watch.in_words()["status"] == "PROVEN"
    watch._proven -= SILENT  # as four hours later
    assert (watch.in_words()["status"], watch.unproven() >= SILENT) == ("UNPROVEN", True)
    watch.compare()
    assert (watch.in_words()["status"], watch.unproven() < SILENT) == ("PROVEN", True)


def test_an_alarm_that_is_not_there_is_not_ended(systems: BothSystems) -> None:
    with pytest.raises(RefusedByRule, match="no alarm"):
        systems.system.registry_log.end("nothing")
