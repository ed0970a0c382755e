"""The inventory of a system changes by statement and decision, and its capacity never falls."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.admission.asked import DecideInventory, RequestInventory, StopSynchronisation
from registry.admission.form import FormHardware, FormLocation, ResolvedAddress
from registry.admission.inventory import Inventory, capacity, declared
from registry.admission.inventory_versions import InventoryStatus, of_events
from shared_contracts.errors import RefusedByRule
from tests.clauses import clause
from tests.registry.admission.samples import Told, by, told_95, told_216
from tests.registry.admission.test_deciding import refused

GRANT = DecideInventory(by("GROUP"), granted=True, reason="Протокол № 4")
SERVER = FormHardware(kind="сервер", cores=16, memory_gb=64, disk_gb=2000)


def with_hardware(told: Told, *lines: FormHardware) -> Inventory:
    """The inventory in force, with other hardware."""
    return msgspec.structs.replace(told.case.inventory_in_force, hardware=lines)


def stated(inventory: Inventory) -> RequestInventory:
    """The applicant states a new inventory."""
    return RequestInventory(by("APPLICANT"), "Прошу согласовать", inventory)


@clause("S95-15.8b", "S95-15.9", "S95-17")
def test_a_change_holds_only_after_the_decision_of_the_group() -> None:
    told = told_95().in_operation()
    before = declared(told.case.form)
    assert told.case.inventory_in_force == before
    refused(told, GRANT, "no change waits", "S95-15.9")
    more = with_hardware(told, SERVER, SERVER)
    refused(told, RequestInventory(by("GROUP"), "Прошу", more), "by.body", "S95-15.9")
    told.tell(stated(more))
    assert told.case.inventory_in_force == before
    refused(told, stated(more), "another change waits", "S95-15.9")
    refused(told, DecideInventory(by("APPLICANT"), granted=True, reason="Сам"), "by.body")
    refused(told, DecideInventory(by("GROUP"), granted=False, reason=" "), "reason")
    told.tell(DecideInventory(by("GROUP"), granted=False, reason="Не обосновано"))
    assert told.case.inventory_in_force == before
    told.tell(stated(more), GRANT)
    assert told.case.inventory_in_force == more
    assert (told.case.inventory_number, told.case.inventory_asked) == (2, None)
    found = [(one.number, one.status) for one in of_events(told.events)]
    assert found == [(0, "REPLACED"), (1, "DECLINED"), (2, "IN_FORCE")]


@clause("S95-15.8b")
@pytest.mark.parametrize(
    ("field", "change"),
    [("cores", {"cores": 15}), ("memory_gb", {"memory_gb": 63}), ("disk_gb", {"disk_gb": 1999})],
)
def test_no_figure_of_the_capacity_falls(field: str, change: dict[str, Any]) -> None:
    told = told_95().in_operation()
    weaker = msgspec.structs.replace(SERVER, cores=99, memory_gb=999, disk_gb=9999)
    weaker = msgspec.structs.replace(weaker, **change)
    refused(told, stated(with_hardware(told, weaker)), f"hardware.{field}", "->", "S95-15.8b")
    equal = msgspec.structs.replace(SERVER, model="другая модель")
    told.tell(stated(with_hardware(told, equal)), GRANT)
    assert told.case.inventory_in_force.hardware == (equal,)
    grown = msgspec.structs.replace(SERVER, cores=32)
    told.tell(stated(with_hardware(told, grown)), GRANT)
    refused(told, stated(with_hardware(told, SERVER)), "hardware.cores", "32 -> 16")


@clause("S95-15.8a", "S95-15.9")
def test_a_place_changes_by_approval_alone_and_within_kazakhstan() -> None:
    told = told_95().in_operation()
    address = ResolvedAddress(address="192.0.2.9", country="KZ")
    moved = FormLocation(site="Алматы", addresses=(address,))

    def at(place: FormLocation) -> RequestInventory:
        return stated(msgspec.structs.replace(told.case.inventory_in_force, location=place))

    abroad = msgspec.structs.replace(moved, country="DE")
    refused(told, at(abroad), "location.country 'DE'", "S95-2.4")
    elsewhere = msgspec.structs.replace(address, country="NL")
    hosted = msgspec.structs.replace(moved, addresses=(elsewhere,))
    refused(told, at(hosted), "location.addresses", "S95-2.4")
    refused(told, at(FormLocation()), "location.site", "S95-15.8a")
    told.tell(at(moved))
    assert told.case.inventory_in_force.location.site == "Астана"
    told.tell(GRANT)
    assert told.case.inventory_in_force.location == moved


@clause("S95-15.8b")
def test_a_statement_says_something_new_and_names_each_piece_once() -> None:
    told = told_95().in_operation()
    refused(told, stated(told.case.inventory_in_force), "in force", "S95-15.9")
    refused(told, stated(Inventory()), "hardware.cores '16 -> 0'")
    same = msgspec.structs.replace(SERVER, serial="A-1")
    refused(told, stated(with_hardware(told, same, same)), "hardware.serial 'A-1'")
    bare = msgspec.structs.replace(with_hardware(told, SERVER, SERVER), software=())
    refused(told, stated(bare), "software", "S95-A2")


@clause("S95-15.9")
def test_only_a_system_in_operation_under_order_95_has_it_changed() -> None:
    early, other = told_95().notified(), told_216().in_operation()
    refused(early, stated(with_hardware(early, SERVER, SERVER)), "status 'NOTIFIED'", "S95-15.9")
    refused(other, stated(with_hardware(other, SERVER)), "inventory 'S216'", "does not know it")
    told = told_95().in_operation()
    told.tell(stated(with_hardware(told, SERVER, SERVER)))
    told.tell(StopSynchronisation(by("AUTHORITY"), "Смена параметров"))
    refused(told, GRANT, "file a new one", "S95-18b")


def lines() -> st.SearchStrategy[FormHardware]:
    """Hardware of any size."""
    sizes = st.integers(0, 40)
    return st.builds(FormHardware, kind=st.just("с"), cores=sizes, memory_gb=sizes, disk_gb=sizes)


@clause("S95-15.8b", "S95-15.9")
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.lists(lines(), max_size=4), st.booleans()), max_size=12))
def test_whatever_is_stated_and_decided_the_capacity_in_force_never_falls(
    steps: list[tuple[list[FormHardware], bool]],
) -> None:
    told = told_95().in_operation()
    before = capacity(told.case.inventory_in_force)
    for hardware, granted in steps:
        held = told.case.inventory_in_force
        try:
            told.tell(stated(with_hardware(told, *hardware)))
        except RefusedByRule:
            continue
        told.tell(DecideInventory(by("GROUP"), granted=granted, reason="Протокол"))
        now = capacity(told.case.inventory_in_force)
        grown = all(getattr(now, one) >= getattr(before, one) for one in now.__struct_fields__)
        assert grown
        assert granted or told.case.inventory_in_force == held
        before = now
    in_force = [one for one in of_events(told.events) if one.status is InventoryStatus.IN_FORCE]
    assert [one.inventory for one in in_force] == [told.case.inventory_in_force]
