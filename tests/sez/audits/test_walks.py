"""Audits walk down the trees of checksums, kept or calculated anew (S216-12a, S216-9.7)."""

from typing import LiteralString

import pytest

from registry.audits import walking
from registry.audits.events import AuditPageTaken
from registry.audits.finding import Differs
from registry.audits.states import AuditOutcome, AuditState
from sez.audits import live_tree, node_answers
from sez.audits.listing import kept_nodes
from sez.synchronisation.trees import OWN
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.checksums.kept import KeptChecksum, keep
from shared_contracts.event_log.checksums.tree import place
from shared_contracts.messages.audit import AskedNode, ChecksumDepth
from shared_contracts.soap.client import RemoteFault
from tests.postgres import owner_of
from tests.sez.audits.asked import audited, tamper
from tests.sez.audits.test_scheme_6 import (
    KEPT_OTHERWISE,
    at,
    kinds,
    outcome,
    reachable,
    synchronised,
    wanted,
)
from tests.sez.systems import BothSystems

DEPTHS = [*ChecksumDepth]


def pages(systems: BothSystems, state: AuditState) -> list[AuditPageTaken]:
    """The pages of an audit."""
    found = systems.registry.audits.find(state.order.audit_id)
    stream = systems.registry.log.stream(found.originator_id)
    return [one.event for one in stream if isinstance(one.event, AuditPageTaken)]


@pytest.mark.clause("S216-12a", "S216-9.7", "S216-A3.6b")
@pytest.mark.parametrize("depth", DEPTHS)
def test_equal_trees_match_after_one_question(systems: BothSystems, depth: ChecksumDepth) -> None:
    synchronised(systems, 3)
    with reachable(systems) as run:
        state = run("CHECKSUMS", depth=depth)
    assert (outcome(state), state.found) == (AuditOutcome.MATCHES, 0)
    assert len(pages(systems, state)) == 1
    for store in (systems.registry, systems.system):
        assert not audit(owner_of(store.settings.database_url)).differences


CHANGES: list[tuple[str, LiteralString, dict[ChecksumDepth, list[Differs]]]] = [
    (
        "bytes behind the application's back",
        KEPT_OTHERWISE,
        {ChecksumDepth.TREE: [], ChecksumDepth.LIVE: [Differs.STORED_OTHERWISE]},
    ),
    (
        "list behind the application's back",
        "UPDATE views.versions SET document_hash = repeat('a', 64) WHERE object_id = %s",
        {
            ChecksumDepth.TREE: [],
            ChecksumDepth.LIVE: [Differs.STORED_OTHERWISE, Differs.OTHER_CONTENT],
        },
    ),
    (
        "object that is gone from the list",
        "DELETE FROM views.versions WHERE object_id = %s",
        {ChecksumDepth.TREE: [], ChecksumDepth.LIVE: [Differs.MISSING_IN_SEZ]},
    ),
]


@pytest.mark.clause("S216-12a", "S216-9.7", "S216-A3.6b")
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("statement", "found"), [one[1:] for one in CHANGES])
def test_what_was_changed_behind_the_application_is_found_by_live_and_not_by_tree(
    systems: BothSystems,
    statement: LiteralString,
    found: dict[ChecksumDepth, list[Differs]],
    depth: ChecksumDepth,
) -> None:
    _, second, _ = synchronised(systems, 3)
    tamper(systems.system, statement, second)
    with reachable(systems) as run:
        state = run("CHECKSUMS", depth=depth)
    assert kinds(state) == found[depth]
    assert {one.object_id for one in state.findings} <= {second}


@pytest.mark.clause("S216-12a", "S216-9.7")
def test_a_tree_that_was_changed_is_found_by_tree_and_not_by_live(systems: BothSystems) -> None:
    tender, *_ = synchronised(systems, 3)
    prefix = place(tender)[:2]
    changed = "UPDATE views.checksum_nodes SET children = sha256('x') || substr(children, 33)"
    tamper(systems.system, changed + " WHERE prefix = %s", prefix)
    with reachable(systems) as run:
        live = run("CHECKSUMS", depth=ChecksumDepth.LIVE)
        tree = run("CHECKSUMS", depth=ChecksumDepth.TREE)
        assert outcome(live) is AuditOutcome.MATCHES
        assert outcome(tree) is AuditOutcome.MATCHES  # the node above still has the true hash
        above = "UPDATE views.checksum_nodes SET children = sha256('x') || substr(children, 33)"
        tamper(systems.system, above)
        found = run("CHECKSUMS", depth=ChecksumDepth.TREE)
    assert outcome(found) is AuditOutcome.DIFFERS
    assert set(kinds(found)) == {Differs.TREE_BROKEN}


@pytest.mark.clause("S216-12a", "S216-9.7")
def test_an_entry_that_was_changed_with_all_nodes_above_it_is_found_by_tree(
    systems: BothSystems,
) -> None:
    tender, *_ = synchronised(systems, 3)
    [row] = kept_nodes(systems.system.log, [("PURCHASE", place(tender))], 9)[2].values()
    told = (OWN, "PURCHASE", tender, 1, "a" * 64, row[0].formed_at, row[0].position)
    with systems.system.log.recorder.transaction() as cursor:
        keep(cursor, [KeptChecksum(*told)])
    with reachable(systems) as run:
        assert outcome(run("CHECKSUMS", depth=ChecksumDepth.LIVE)) is AuditOutcome.MATCHES
        state = run("CHECKSUMS", depth=ChecksumDepth.TREE)
    assert [(one.kind, one.object_id) for one in state.findings] == [
        (Differs.OTHER_CONTENT, tender)
    ]
    assert len(pages(systems, state)) == 5  # four levels of nodes, and the bucket


@pytest.mark.clause("S216-12a", "S216-18.3")
@pytest.mark.parametrize("depth", DEPTHS)
def test_what_is_on_its_way_is_no_finding_and_what_is_older_is(
    systems: BothSystems, depth: ChecksumDepth
) -> None:
    synchronised(systems)
    systems.announce()
    with reachable(systems) as run:
        state = run("CHECKSUMS", depth=depth)
        assert (outcome(state), state.under_way) == (AuditOutcome.MATCHES, 1)
        for table in ("versions", "checksums"):
            tamper(systems.system, OLDER[table])
        state = run("CHECKSUMS", depth=depth)
    assert kinds(state) == [Differs.MISSING_IN_REGISTRY]


OLDER: dict[str, LiteralString] = {
    "versions": "UPDATE views.versions SET formed_at = formed_at - interval '2 h'",
    "checksums": "UPDATE views.checksums SET formed_at = formed_at - interval '2 h'",
}


@pytest.mark.clause("S216-12a", "S216-A2.6.1")
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_sez_that_lost_all_is_walked_in_bounded_questions(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch, depth: ChecksumDepth
) -> None:
    monkeypatch.setattr(walking, "AUDIT_NODES", 2)
    monkeypatch.setattr(node_answers, "AUDIT_BUCKETS", 1)
    monkeypatch.setattr(live_tree, "SLICE", 1)
    monkeypatch.setattr(live_tree, "SECONDS", 0.0)
    tenders = synchronised(systems, 3)
    for table in ("versions", "checksums"):
        tamper(systems.system, f"DELETE FROM views.{table} WHERE object_id <> %s", tenders[0])  # noqa: S608  # fixed names
    tamper(systems.system, "DELETE FROM views.checksum_nodes")
    with reachable(systems) as run:
        state = run("CHECKSUMS", depth=depth)
        for _ in range(5):
            systems.registry.audits.step()
        state = at(systems, state.order.audit_id)
    missing = [one.object_id for one in state.findings if one.kind is Differs.MISSING_IN_SEZ]
    assert sorted(map(str, missing)) == sorted(map(str, tenders[1:]))
    assert all(len(one.to_ask or ()) <= 40 for one in pages(systems, state))


def test_questions_that_make_no_sense_are_refused(systems: BothSystems) -> None:
    node = AskedNode(object_type="PURCHASE", prefix="")
    with audited(systems) as auditor:
        for content, nodes in (("CHECKSUMS", ()), ("EVENT_LOG", (node,))):
            with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
                auditor.ask(content, depth=ChecksumDepth.TREE, asked_nodes=nodes)


def test_the_order_names_its_depth(systems: BothSystems) -> None:
    with reachable(systems) as run:
        assert run("EVENT_LOG").order.depth is None
    assert wanted(depth=ChecksumDepth.LIVE).depth is ChecksumDepth.LIVE
