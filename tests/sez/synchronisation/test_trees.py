"""The trees of checksums that both systems keep are the same trees (S216-9.7, S216-12a)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from registry.app import RegistrySystem
from sez.app import SezSystem
from sez.publication.publish import withdraw
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.checksums.tree import Checksum, whole_tree
from tests.postgres import owner_of
from tests.samples import with_lot
from tests.sez.synchronisation.test_listing import clear, shown
from tests.sez.systems import BothSystems, wrong_unit

NODES = "SELECT object_type, prefix, children FROM views.checksum_nodes ORDER BY 1, 2"
ROWS = "SELECT object_id, version, document_hash FROM views.checksums"


def nodes(system: SezSystem | RegistrySystem) -> list[tuple[Any, ...]]:
    """All nodes of all trees."""
    return system.log.recorder.select(NODES, ())


@pytest.mark.clause("S216-9.7", "S216-12a")
def test_two_systems_with_the_same_objects_keep_the_same_trees(systems: BothSystems) -> None:
    first, *_ = [systems.announce() for _ in range(4)]
    systems.extend(first)
    systems.send_until(lambda: not systems.unsynchronised())
    systems.registry.follower.catch_up()
    assert nodes(systems.system) == nodes(systems.registry) != []
    rows = systems.system.log.recorder.select(ROWS, ())
    assert max(version for _, version, _ in rows) == 2
    made = whole_tree(Checksum(*row) for row in rows)
    assert {prefix: children for _, prefix, children in nodes(systems.system)} == made
    systems.extend(first, days=2)
    systems.unsynchronised()
    assert nodes(systems.system) != nodes(systems.registry)
    for store in (systems.registry, systems.system):
        assert not audit(owner_of(store.settings.database_url)).differences


@pytest.mark.clause("S216-A2.1.8", "S216-9.7")
@pytest.mark.parametrize("batch", [1, 3, 500])
def test_a_version_that_is_taken_back_leaves_the_tree_as_it_was_before_it(
    systems: BothSystems, batch: int
) -> None:
    follower = systems.system.sender.follower
    tender, lone = systems.announce(), systems.announce()
    systems.send_until(lambda: not systems.unsynchronised())
    before = nodes(systems.system)
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    assert nodes(systems.system) != before
    withdraw(systems.system.publisher, tender, 2, "Не та единица")
    systems.unsynchronised()
    assert nodes(systems.system) == before
    systems.change(tender, with_lot(systems.purchase(tender), 1, quantity=Decimal(7)))
    systems.extend(lone)
    systems.unsynchronised()
    told = shown(systems)
    replace(follower, batch=batch).rebuild(clear)
    assert shown(systems) == told


@pytest.mark.clause("S216-9.7")
def test_an_older_store_has_its_trees_filled_from_the_versions_on_record(
    systems: BothSystems,
) -> None:
    from registry.records.trees import listing as trees  # noqa: PLC0415  # beside its only use

    systems.announce()
    systems.send_until(lambda: not systems.unsynchronised())
    systems.registry.follower.catch_up()
    before = nodes(systems.registry)
    with systems.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.checksums, views.checksum_nodes")
    trees.prepare(systems.registry.log)
    assert nodes(systems.registry) == before
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


@pytest.mark.clause("S216-12a")
def test_a_tree_that_somebody_changed_is_named_by_the_audit_of_the_store(
    systems: BothSystems,
) -> None:
    systems.announce()
    systems.send_until(lambda: not systems.unsynchronised())
    changed = "UPDATE views.checksum_nodes SET children = repeat('a', 512)::bytea WHERE prefix = ''"
    for store in (systems.registry, systems.system):
        with store.log.recorder.transaction() as cursor:
            cursor.execute(changed)
        [found] = audit(owner_of(store.settings.database_url)).differences
        assert found.column == "view checksum_nodes children"
