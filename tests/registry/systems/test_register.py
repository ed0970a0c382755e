"""Who may transmit is told by the register, and the history of its entries stays (S216-10)."""

import msgspec
import pytest

from registry.systems import listing
from registry.systems.entry import RegisterEntry
from registry.systems.register import Register
from registry.systems.system import SystemRegistered
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Environment
from tests.registry.conftest import SEZ, SEZ2
from tests.story import Story


@pytest.mark.clause("S216-10")
def test_a_system_is_known_once_it_is_in_the_log(story: Story) -> None:
    register = story.registry.register
    assert [entry.code for entry in register.all()] == ["SEZ01", "SEZ02"]
    assert register.get("SEZ03") is None
    entry = register.get("SEZ01")
    assert entry is not None
    assert (entry.bin, entry.system_uid, entry.environment) == (SEZ.bin, SEZ.system_uid, "STAND")


@pytest.mark.clause("S216-10", "S216-12a")
def test_a_newer_entry_replaces_the_older_and_both_stay_on_record(story: Story) -> None:
    story.registry.register.add(msgspec.structs.replace(SEZ, conditions=(1, 3)))
    entry = story.registry.register.get("SEZ01")
    assert entry is not None
    assert entry.conditions == (1, 3)
    entered = [one.event for one in story.registry.log.read(0)]
    mine = [one for one in entered if isinstance(one, SystemRegistered) and one.code == "SEZ01"]
    assert [one.conditions for one in mine] == [(1, 2), (1, 3)]


def test_the_register_is_read_again_from_the_log(story: Story) -> None:
    story.registry.register.add(msgspec.structs.replace(SEZ2, sectors=("URANIUM",)))
    assert listing.entries(story.registry.log, "STAND") == story.registry.register.known
    assert listing.entries(story.registry.log, "PRODUCTION") == {}


def test_an_entry_repeats_every_field_of_what_is_recorded() -> None:
    kept = set(SystemRegistered.__struct_fields__) - {"environment", "registered_at", "acting"}
    assert set(RegisterEntry.__struct_fields__) == kept


@pytest.mark.clause("S216-10")
def test_in_production_a_system_is_entered_by_its_act_alone(story: Story) -> None:
    log, before = story.registry.log, story.registry.log.last_position()
    register = Register(log, Environment.PRODUCTION, story.clock, {})
    with pytest.raises(RefusedByRule, match=r"S216-10.*registry admission file"):
        register.add(SEZ)
    assert log.last_position() == before
