"""A Registry takes enciphered packages by announced keys, and says what is wrong with others."""

import hashlib
import stat
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from registry.admission.encrypting import WantedKey, announce
from registry.admission.events import ActingPerson
from registry.messages.message import MessageDeciphered
from registry.soap.operations import beforehand, handlers
from registry.soap.service import registry_service
from shared_contracts.encryption.enciphering import encipher
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.errors import NeedsPerson, RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.exchange import HttpAnswer
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.clauses import clause
from tests.registry.admission.samples import told_95, told_216
from tests.registry.asking import asking
from tests.story import Story

PEER = Peer("198.51.100.7")
BY = ActingPerson(body="AUTHORITY", person="Сәрсенова А.")
QUICK: dict[str, Any] = {"memory_kib": 19 * 1024, "passes": 2}


def told(story: Story, body: bytes) -> HttpAnswer:
    """What the Registry answers over its endpoint."""
    context = story.registry.intake
    known = handlers(context, story.registry.classifier_store, lambda *_: None)  # type: ignore[arg-type]
    handle = registry_service(known, fault_wording, story.registry.keep, beforehand(context))
    return handle(body, "text/xml; charset=utf-8", PEER)


def sealed(story: Story, body: bytes, number: int, code: str = "SEZ01") -> bytes:
    """A message enciphered by a key that was announced."""
    held = story.registry.admissions.ring.held
    return encipher(body, held.get(f"SEZ01/{number}"), f"{code}/{number}")


def announced(story: Story, code: str = "SEZ01", **more: Any) -> Any:
    """The authority announces a key."""
    return announce(story.registry.admissions, code, WantedKey(by=BY, **QUICK | more)).parameters


def package(story: Story) -> bytes:
    """A new package of the system, plain."""
    body = story.packed(story.tender())
    return enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", body)


@clause("S95-15.1a")
def test_an_enciphered_package_is_recorded_and_kept_as_it_came(story: Story) -> None:
    announced(story)
    plain = package(story)
    body = sealed(story, plain, 1)
    answer = told(story, body)
    assert (answer.status, b"ACCEPTED" in answer.body) == (200, True)
    assert told(story, sealed(story, plain, 1)).body == answer.body
    recorded = [one.event for one in story.registry.log.read(0, 10_000)]
    [event] = [one for one in recorded if isinstance(one, MessageDeciphered)]
    assert event.key_number == 1
    assert event.enciphered_sha256 == hashlib.sha256(body).hexdigest()
    assert event.evidence_sha256 == hashlib.sha256(plain).hexdigest()
    with asking(story) as ask:
        path = f"/api/v1/messages/SEZ01/{event.message_id}"
        assert ask("GET", f"{path}/enciphered").content == body
        assert ask("GET", f"{path}/package").content == plain
    assert not audit(str(story.registry.settings.database_url)).differences


@clause("S95-15.1a", "S95-15.1b")
def test_each_thing_that_is_wrong_has_its_own_fault(story: Story) -> None:
    plain = package(story)
    unknown = encipher(plain, bytes(32), "SEZ01/1")
    assert b"ENCRYPTION_KEY_UNKNOWN" in told(story, unknown).body
    announced(story, overlap_hours=0)
    assert b"ENCRYPTION_WANTED" in told(story, plain).body
    assert b"ENCRYPTION_UNREADABLE" in told(story, encipher(plain, bytes(32), "SEZ01/1")).body
    assert b"ENCRYPTION_KEY_UNKNOWN" in told(story, encipher(plain, bytes(32), "SEZ01/7")).body
    assert b"ENCRYPTION_KEY_UNKNOWN" in told(story, encipher(plain, bytes(32), "x")).body
    broken = sealed(story, plain, 1).replace(b"aes256-gcm", b"aes128-gcm")
    assert b"ENCRYPTION_FORM" in told(story, broken).body
    announced(story, "SEZ02", overlap_hours=0)
    held = story.registry.admissions.ring.held
    foreign = encipher(plain, held.get("SEZ02/1"), "SEZ02/1")
    assert b"ENCRYPTION_KEY_OF_ANOTHER" in told(story, foreign).body
    assert b"ACCEPTED" in told(story, sealed(story, plain, 1)).body


@clause("S95-15.1b")
def test_a_change_is_announced_two_working_days_ahead_and_the_keys_overlap(story: Story) -> None:
    announced(story)
    at(story, story.clock())
    early = told_refusal(story, valid_from=story.clock() + timedelta(days=1))
    assert "valid_from" in early
    assert "S95-15.1b" in early
    second = announced(story, overlap_hours=24)
    assert second.valid_from > story.clock() + timedelta(days=2)
    assert "has not begun" in told_refusal(story)
    first_one, second_one = package(story), package(story)
    early_answer = told(story, sealed(story, first_one, 2))
    assert b"ENCRYPTION_KEY_EARLY" in early_answer.body
    assert int(early_answer.headers["Retry-After"]) == 900
    assert b"ACCEPTED" in told(story, sealed(story, first_one, 1)).body
    at(story, second.valid_from - timedelta(microseconds=1))
    assert b"ENCRYPTION_KEY_EARLY" in told(story, sealed(story, second_one, 2)).body
    at(story, second.previous_until - timedelta(microseconds=1))
    assert b"ENCRYPTION_KEY_ENDED" not in told(story, sealed(story, second_one, 1)).body
    at(story, second.previous_until)
    ended = told(story, sealed(story, second_one, 1)).body
    assert b"ENCRYPTION_KEY_ENDED" in ended


def at(story: Story, moment: datetime) -> None:
    """It is that moment for the Registry."""
    story.clock.frozen = moment


def told_refusal(story: Story, **more: Any) -> str:
    """Why an announcement is refused."""
    with pytest.raises(RefusedByRule) as problem:
        announced(story, **more)
    return str(problem.value)


@clause("S95-15.1a")
def test_only_the_authority_announces_and_only_for_known_systems(story: Story) -> None:
    other = WantedKey(by=ActingPerson(body="APPLICANT", person="А."), **QUICK)
    with pytest.raises(RefusedByRule, match=r"by\.body"):
        announce(story.registry.admissions, "SEZ01", other)
    with asking(story) as ask:
        body = {"by": {"body": "AUTHORITY", "person": "А."}, **QUICK}
        assert ask("POST", "/api/v1/encryption/NOBODY", json=body).status_code == 404
        weak = ask("POST", "/api/v1/encryption/SEZ01", json=body | {"memory_kib": 8})
        assert (weak.status_code, "memory_kib" in weak.text) == (422, True)
        made = ask("POST", "/api/v1/encryption/SEZ01", json=body)
        assert made.status_code == 201, made.text
        [listed] = ask.get("/api/v1/encryption/SEZ01")
        assert listed == made.json()
        assert ask.get("/api/v1/encryption/SEZ01/1") == listed["parameters"]
        assert ask("GET", "/api/v1/encryption/SEZ01/2").status_code == 404


@clause("S95-15.1a")
def test_the_passphrase_stands_in_its_file_alone_and_a_start_derives_from_it(story: Story) -> None:
    key = announced(story)
    ring = story.registry.admissions.ring
    path = ring.held.path(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret, held = path.read_text().strip(), ring.held.get(key.name)
    for one in story.registry.log.read(0, 10_000):
        assert secret not in str(one.event)
        assert held.hex() not in str(one.event)
    again = type(ring.held)(ring.held.folder)
    assert again.hold(key) == held
    path.write_text("another passphrase than it was\n")
    other = type(ring.held)(ring.held.folder)
    other.try_to_hold(key)
    assert "not that of key SEZ01/1" in str(other.problem(key))


@clause("S95-15.1a")
def test_no_message_costs_a_derivation(story: Story) -> None:
    key = announced(story)
    ring = story.registry.admissions.ring
    ring.held.path(key).unlink()  # whoever would derive now has nothing to derive from
    assert b"ACCEPTED" in told(story, sealed(story, package(story), 1)).body
    other = announced(story)
    ring.held.path(other).unlink()
    forged = encipher(package(story), bytes(32), "SEZ01/1")
    assert b"ENCRYPTION_UNREADABLE" in told(story, forged).body
    fresh = HeldKeys(ring.held.folder)
    with pytest.raises(NeedsPerson, match="put it there"):
        fresh.hold(key)
    fresh.try_to_hold(key)
    ring.held = fresh
    assert b"MAINTENANCE" in told(story, forged).body


@clause("S95-15.1a")
def test_an_enciphered_package_is_taken_under_a_ticket(story: Story) -> None:
    announced(story)
    body = story.packed(story.tender())
    plain = enclose(SoapVersion.V11, REGISTRY.namespace, "SubmitAsync", body)
    ticket = told(story, sealed(story, plain, 1))
    assert b"Ticket" in ticket.body
    assert told(story, sealed(story, plain, 1)).body == ticket.body
    story.registry.judging.step()
    recorded = [one.topic for one in story.registry.log.read(0, 10_000)]
    assert recorded.count("message-deciphered.1") == 1
    assert recorded.count("package-accepted.1") == 1
    assert not audit(str(story.registry.settings.database_url)).differences


@clause("S95-15.1a")
def test_only_an_order_with_encryption_gives_keys_and_plain_messages_end_them(story: Story) -> None:
    admissions = story.registry.admissions
    new = told_216().in_operation().case
    assert new.entry is not None
    entry = msgspec.structs.replace(new.entry, code="SEZ01")
    announced(story)
    admissions.known[new.admission_id] = msgspec.structs.replace(new, entry=entry)
    assert "does not know it" in told_refusal(story)
    assert announced(story, method="PLAIN").derivation is None
    admissions.known[new.admission_id] = told_95().in_operation().case
    assert "has not begun" in told_refusal(story)


@clause("S95-15.1b")
def test_what_was_enciphered_long_ago_is_read_by_its_old_key(story: Story) -> None:
    announced(story)
    body = sealed(story, package(story), 1)
    for _ in range(2):
        later = announced(story, overlap_hours=0)
        at(story, later.valid_from)
    assert b"ENCRYPTION_KEY_ENDED" in told(story, body).body
    key = story.registry.admissions.ring.find("SEZ01", 1)
    fresh = type(story.registry.admissions.ring.held)(story.registry.admissions.ring.held.folder)
    assert fresh.hold(key) == story.registry.admissions.ring.held.get("SEZ01/1")


@clause("S95-15.1b")
def test_the_authority_may_end_it_by_announcing_plain_messages(story: Story) -> None:
    announced(story, overlap_hours=0)
    plain = announced(story, method="PLAIN", overlap_hours=1)
    first = package(story)
    assert b"ENCRYPTION_WANTED" in told(story, first).body
    assert b"ACCEPTED" in told(story, sealed(story, first, 1)).body
    at(story, plain.previous_until)
    assert b"ENCRYPTION_KEY_ENDED" in told(story, sealed(story, first, 1)).body
    assert b"ENCRYPTION_WANTED" not in told(story, first).body
