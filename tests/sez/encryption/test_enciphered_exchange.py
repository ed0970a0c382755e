"""Both systems under order 95's encryption, over real sockets."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.admission.encrypting import WantedKey, announce
from registry.admission.events import ActingPerson
from registry.messages.message import MessageDeciphered
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.errors import NeedsPerson, RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from tests.clauses import clause
from tests.sez.systems import BothSystems

BY = ActingPerson(body="AUTHORITY", person="Сәрсенова А.")


def announced(systems: BothSystems, **more: Any) -> KeyParameters:
    """The authority announces a key."""
    wanted = WantedKey(by=BY, memory_kib=19 * 1024, passes=2, overlap_hours=0, **more)
    return announce(systems.registry.admissions, "SEZ01", wanted).parameters


def handed_over(systems: BothSystems, key: KeyParameters) -> None:
    """The passphrase goes to the SEZ outside of both systems, and the parameters are installed."""
    held = systems.system.keys.held
    held.folder.mkdir(exist_ok=True)
    shutil.copy(systems.registry.admissions.ring.held.path(key), held.path(key))
    systems.system.keys.install(key)


def deciphered(systems: BothSystems) -> list[MessageDeciphered]:
    """What the Registry recorded of enciphered messages."""
    events = [one.event for one in systems.registry.log.read(0, 100_000)]
    return [one for one in events if isinstance(one, MessageDeciphered)]


def synchronised(systems: BothSystems, tender: Any) -> Callable[[], bool]:
    """Whether the Registry has all versions of a tender."""
    return lambda: set(systems.states(tender)) == {"SYNCHRONISED"}


def why(systems: BothSystems, tender: UUID) -> str | None:
    """Why the package of a tender did not pass at the last attempt."""
    formed = systems.versions(tender)[0].message_id is not None
    return systems.package(tender).last_reason if formed else None


@clause("S95-15.1a", "S95-15.1b")
def test_purchases_travel_enciphered_and_both_logs_hold(systems: BothSystems) -> None:
    handed_over(systems, announced(systems))
    tender = systems.announce_with_files()
    systems.send_until(synchronised(systems, tender))
    assert [one.key_number for one in deciphered(systems)] == [1]
    seen = [one.body for one in systems.link.passed]
    [package] = [one for one in seen if b"EncryptedData" in one]
    assert not [one for one in seen if b"<Package" in one or b"TransferRecords" in one]
    assert b"KeyName>SEZ01/1<" in package
    for one in (systems.registry.settings, systems.system.settings):
        assert not audit(str(one.database_url)).differences


@clause("S95-15.1a")
def test_a_sez_without_its_key_is_told_and_the_same_bytes_leave_once_it_is_installed(
    systems: BothSystems,
) -> None:
    key = announced(systems)
    tender = systems.announce_with_files()
    systems.send_until(lambda: why(systems, tender) == "ENCRYPTION_WANTED")
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    stopped = UUID(str(systems.package(tender).message_id))
    handed_over(systems, key)
    systems.system.settling.retry(stopped)
    systems.send_until(synchronised(systems, tender))
    assert systems.package(tender).message_id == stopped


@clause("S95-15.1a")
def test_a_wrong_passphrase_is_found_when_it_is_installed_and_nothing_leaves_plainly(
    systems: BothSystems,
) -> None:
    key, keys = announced(systems), systems.system.keys
    keys.held.folder.mkdir()
    with pytest.raises(NeedsPerson, match="put it there"):
        keys.install(key)
    keys.held.path(key).write_text("another passphrase than it was\n")
    keys.held.path(key).chmod(0o600)
    with pytest.raises(NeedsPerson, match="not that of key SEZ01/1"):
        keys.install(key)
    assert keys.shown() == []
    handed_over(systems, key)
    keys.held = HeldKeys(keys.held.folder)  # as after a start without the file
    tender = systems.announce_with_files()
    systems.send_until(lambda: why(systems, tender) == "ENCRYPTION_KEY_NOT_HERE")
    keys.held.hold(key)
    systems.send_until(lambda: systems.states(tender)[0] in {"SYNCHRONISED", "STOPPED"})


@clause("S95-15.1b")
def test_a_change_begins_at_its_moment_and_not_before(systems: BothSystems) -> None:
    handed_over(systems, announced(systems))
    second = announced(systems)
    handed_over(systems, second)
    assert [one.in_force for one in systems.system.keys.shown()] == [True, False]
    assert second.valid_from - systems.registry.intake.clock() > timedelta(days=2)
    own = systems.system.keys
    own.clock = lambda: second.valid_from
    assert [one.in_force for one in own.shown()] == [False, True]
    tender = systems.announce_with_files()
    systems.send_until(lambda: why(systems, tender) == "ENCRYPTION_KEY_EARLY")
    own.clock = systems.system.clock
    systems.send_until(synchronised(systems, tender))
    assert [one.key_number for one in deciphered(systems)] == [1]


@clause("S95-15.1b")
def test_a_sez_installs_its_own_keys_in_their_order(systems: BothSystems) -> None:
    key = announced(systems)
    handed_over(systems, key)
    position = systems.system.log.last_position()
    handed_over(systems, key)
    assert systems.system.log.last_position() == position
    with systems.program() as client:
        [shown] = client.get("/api/v1/encryption").json()
        assert shown["in_force"]
        told = shown["parameters"]
        assert client.post("/api/v1/encryption", json=told).status_code == 201
        foreign = told | {"sez_code": "SEZ02"}
        assert client.post("/api/v1/encryption", json=foreign).status_code == 409
        again = told | {"check": "0" * 16}
        refused = client.post("/api/v1/encryption", json=again)
        assert (refused.status_code, "number 1" in refused.text) == (409, True)
        assert client.post("/api/v1/encryption", json={"number": 1}).status_code == 422
    with pytest.raises(RefusedByRule):
        systems.system.keys.install(KeyParameters(**(_fields(key) | {"sez_code": "OTHER"})))


def _fields(key: KeyParameters) -> dict[str, Any]:
    return {name: getattr(key, name) for name in key.__struct_fields__}
