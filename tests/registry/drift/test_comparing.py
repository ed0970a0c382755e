"""What a system told, against its entry and the contract."""

from datetime import date, datetime

import msgspec
import pytest

from registry.drift.comparing import LONGEST, ContractDemands, compare, outside, said_of_itself
from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import ASTANA
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.soap.abilities import LIMITS, abilities
from shared_contracts.soap.services import SEZ
from tests.clauses import clause

TOLD = abilities(uuid7(), SEZ, Environment.STAND)
DEMANDS = ContractDemands(SEZ.documents, LIMITS)
ENTRY = SystemRegistered(
    code="SEZ01",
    environment=Environment.STAND,
    bin="190340004129",
    name="СЭЗ",
    conditions=(1, 2),
    access_date=date(2026, 1, 1),
    registered_at=datetime(2026, 1, 1, tzinfo=ASTANA),
)


@clause("S216-11a")
def test_our_own_system_differs_in_nothing() -> None:
    assert list(compare(ENTRY, DEMANDS, TOLD, said_of_itself(TOLD))) == []


@clause("S216-11a")
def test_more_than_was_fixed_is_no_difference() -> None:
    more = msgspec.structs.replace(
        TOLD,
        contract_versions=(*TOLD.contract_versions, "9.9"),
        operations=(*TOLD.operations, "More"),
        limits=msgspec.structs.replace(LIMITS, records=LIMITS.records + 1, file_bytes=None),
    )
    assert list(compare(ENTRY, DEMANDS, more, None)) == []


def test_the_first_contract_has_one_operation_of_a_system() -> None:
    old = msgspec.structs.replace(ENTRY, conditions=(1,))
    bare = msgspec.structs.replace(
        TOLD, contract_versions=("1.0",), operations=("GetCapabilities",)
    )
    assert list(compare(old, DEMANDS, bare, None)) == []


@pytest.mark.parametrize("field", sorted(msgspec.structs.asdict(LIMITS)))
def test_each_bound_below_that_of_the_contract_is_named(field: str) -> None:
    lower = msgspec.structs.replace(LIMITS, **{field: 1})
    told = msgspec.structs.replace(TOLD, limits=lower)
    [found] = compare(ENTRY, DEMANDS, told, None)
    assert (found.kind, found.found) == ("LIMITS", f"{field} 1")


def test_addresses_are_compared_where_the_entry_names_networks() -> None:
    here = msgspec.structs.replace(ENTRY, networks=("192.0.2.0/28",))
    assert list(outside(ENTRY, ("198.51.100.1",))) == []
    assert list(outside(here, ("192.0.2.7", "::ffff:192.0.2.8"))) == []
    [found] = outside(here, ("192.0.2.7", "198.51.100.1"))
    assert (found.kind, found.found) == ("ADDRESS", "198.51.100.1")


def test_what_a_system_tells_is_kept_within_bounds() -> None:
    long = msgspec.structs.replace(TOLD, contract_versions=(), operations=("X" * 100_000,))
    for one in compare(ENTRY, DEMANDS, long, None):
        assert len(one.found) <= LONGEST + 100
    many = msgspec.structs.replace(TOLD, object_types=("X" * 100_000,))
    assert len(said_of_itself(many).object_types) <= LONGEST + 100
