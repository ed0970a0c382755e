"""What was changed, down to the property, with both values, when and by whom (S216-12d)."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.audits import examining
from registry.audits.events import AuditObjectExamined
from registry.audits.finding import AuditFinding, Differs, Where
from registry.audits.states import AuditOutcome, AuditState, EndedAudit
from sez.audits import one_object
from sez.records.version import VersionSigned
from tests.clauses import clause
from tests.sez.audits.asked import tamper
from tests.sez.audits.test_scheme_6 import program, reachable, synchronised
from tests.sez.systems import BothSystems

QUANTITY = "/Purchase/Lots/Lot[1]/Quantity"

IN_A_TAG = (
    "UPDATE log.evidence e SET body = convert_to(replace(convert_from(body, 'UTF8'), "
    "'</Quantity>', '</Quantitx>'), 'UTF8') FROM views.versions v "
    "WHERE e.originator_id = v.originator_id AND e.originator_version = v.log_version "
    "AND e.name = 'document' AND v.object_id = %s"
)
"""A letter of a tag is changed: what is kept can no longer be read."""


def examined(systems: BothSystems, state: AuditState) -> list[AuditObjectExamined]:
    """What was found of each object that differed."""
    return [one.found for one in systems.registry.audits.objects(state.order.audit_id, 0, 200)]


def properties(found: AuditObjectExamined) -> list[AuditFinding]:
    """The properties that differ."""
    return [one for one in found.findings if one.kind is Differs.OTHER_PROPERTY]


def quantity(systems: BothSystems, tender: UUID) -> tuple[bytes, bytes]:
    """The element with the quantity of the first lot as it is signed, and another in its place."""
    value = systems.purchase(tender).lots[0].quantity
    return f"<Quantity>{value:f}<".encode(), f"<Quantity>{value + 7:f}<".encode()


@clause("S216-12a", "S216-12d", "S216-9.7")
def test_a_property_changed_in_the_kept_bytes_is_named_with_its_path_and_both_values(
    systems: BothSystems,
) -> None:
    tender, untouched = synchronised(systems, 2)
    old, new = quantity(systems, tender)
    changed = (
        "UPDATE log.evidence e SET body = convert_to(replace(convert_from(body, 'UTF8'), %s, %s), "
        "'UTF8') FROM views.versions v WHERE e.originator_id = v.originator_id "
        "AND e.originator_version = v.log_version AND e.name = 'document' AND v.object_id = %s"
    )
    tamper(systems.system, changed, old.decode(), new.decode(), tender)
    with reachable(systems) as run:
        state = run("CHECKSUMS")
        [found] = examined(systems, state)
        [one] = properties(found)
        assert found.object_id == tender != untouched
        assert (one.path, one.where, one.version) == (QUANTITY, Where.DOCUMENT, 1)
        assert f"{old.decode()}{new.decode()}" == f"<Quantity>{one.expected}<<Quantity>{one.found}<"
        [version] = found.versions
        [signed] = [one for one in systems.events(VersionSigned) if one.object_id == tender]
        assert version.registry is not None
        assert version.sez is not None
        assert version.registry.actor == version.sez.actor == signed.formed_by.name
        assert version.sez.action == "tender-announced.1"
        assert not found.chain_broken_at
        check_evidence(systems, state, version)


def check_evidence(systems: BothSystems, state: AuditState, version: Any) -> None:
    """The records of both sides come out by the interface, and are what the hashes say."""
    with program(systems.registry) as client:
        at = f"/api/v1/audits/{state.order.audit_id}/objects"
        [shown] = client.get(at).json()
        for name, side in (("delivered", version.registry), ("kept", version.sez)):
            body = client.get(f"{at}/{shown['number']}/versions/1/{name}")
            assert body.status_code == 200, body.text
            assert hashlib.sha256(body.content).hexdigest() == side.sha256
        assert client.get(f"{at}/{shown['number']}/versions/9/kept").status_code == 404
        answer = f"/api/v1/audits/{state.order.audit_id}/events/{shown['number']}/answer"
        assert b"<ObjectAuditAnswer" in client.get(answer).content


@clause("S216-12c", "S216-12d", "S216-9.6")
def test_a_property_changed_in_an_event_is_named_and_where_the_chain_breaks(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_object, "AUDIT_OBJECT_EVENTS", 1)
    [tender] = synchronised(systems)
    systems.extend(tender)
    systems.send_until(lambda: not systems.unsynchronised())
    value = systems.purchase(tender).lots[0].quantity
    changed = (
        "UPDATE log.events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'), %s, "
        "%s), 'UTF8') WHERE topic = 'tender-announced.1'"
    )
    pattern = f'"quantity":"{value:f}"'.replace(".", r"\.")
    tamper(systems.system, changed, pattern, f'"quantity":"{value + 7:f}"')
    with reachable(systems) as run:
        state = run("EVENT_LOG")
    pages = examined(systems, state)
    assert len(pages) > 1
    assert [one.more for one in pages] == [True] * (len(pages) - 1) + [False]
    [at] = [position for one in pages for position in one.chain_broken_at]
    log = systems.system.log.read(0, 1000)
    assert at == next(one.position for one in log if one.topic == "tender-announced.1")
    [one] = [one for page in pages for one in properties(page)]
    told = (one.path, one.where, one.expected, one.found)
    assert told == (QUANTITY, Where.EVENT, f"{value:f}", f"{value + 7:f}")


@clause("S216-12a", "S216-12d")
def test_an_object_that_is_gone_from_the_list_is_told_by_what_the_log_still_has(
    systems: BothSystems,
) -> None:
    first, second = synchronised(systems, 2)
    tamper(systems.system, "DELETE FROM views.versions WHERE object_id = %s", first)
    tamper(systems.system, "DELETE FROM views.versions WHERE object_id = %s", second)
    gone = "DELETE FROM log.heads WHERE object_id = %s"
    tamper(systems.system, gone, second)
    with reachable(systems) as run:
        found = {one.object_id: one for one in examined(systems, run("CHECKSUMS"))}
    [listed] = found[first].findings
    assert (listed.kind, listed.where) == (Differs.MISSING_IN_SEZ, Where.LIST)
    [absent] = found[second].findings
    assert (absent.kind, absent.where, found[second].entries) == (Differs.MISSING_IN_SEZ, None, 0)
    [version] = found[second].versions
    assert version.registry is not None
    assert version.sez is None


@clause("S216-12a", "S216-12d")
def test_of_versions_that_no_page_tells_a_bounded_number_is_read_and_the_rest_counted(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    [tender] = synchronised(systems)
    for _ in range(3):
        systems.extend(tender)
        systems.send_until(lambda: not systems.unsynchronised())
    tamper(systems.system, "DELETE FROM views.versions WHERE object_id = %s", tender)
    tamper(systems.system, "DELETE FROM log.heads WHERE object_id = %s", tender)
    monkeypatch.setattr(examining, "FOUND", 2)
    examined_by: Any = systems.registry.audits.examining
    honest, read = examined_by.delivered, list[int]()

    def delivered(code: str, row: Any) -> Any:
        read.append(row.version)
        return honest(code, row)

    object.__setattr__(examined_by, "delivered", delivered)
    with reachable(systems) as run:
        [page] = examined(systems, run("CHECKSUMS"))
    assert (len(page.findings), page.more_findings, read) == (2, 2, [1, 2])


@clause("S216-12a", "S216-18.3")
def test_a_moment_of_forming_that_the_log_of_the_sez_contradicts_is_a_finding(
    systems: BothSystems,
) -> None:
    [tender] = synchronised(systems)
    earlier = (
        "UPDATE log.events SET recorded_at = recorded_at - interval '2 h' "
        "WHERE topic = 'tender-announced.1'"
    )
    tamper(systems.system, earlier)
    with reachable(systems) as run:
        state = run("CHANGED_OBJECTS")
    [one] = state.findings
    assert (one.kind, one.object_id) == (Differs.FORMED_OTHERWISE, tender)
    [found] = examined(systems, state)
    [version] = found.versions
    assert version.sez is not None
    assert version.sez.formed_at - version.sez.recorded_at > timedelta(hours=1)


@clause("S216-12a", "S216-12d")
@pytest.mark.parametrize("how", [{}, {"depth": "LIVE"}])
def test_kept_bytes_that_are_no_document_any_more_are_named_and_the_audit_ends(
    systems: BothSystems, how: dict[str, str]
) -> None:
    tender, _ = synchronised(systems, 2)
    signed = next(one for one in systems.events(VersionSigned) if one.object_id == tender)
    tamper(systems.system, IN_A_TAG, tender)
    with reachable(systems) as run:
        state = run("CHECKSUMS", **how)
    assert isinstance(state, EndedAudit)
    assert state.outcome is AuditOutcome.DIFFERS
    [named] = state.findings
    assert (named.kind, named.object_id) == (Differs.STORED_OTHERWISE, tender)
    [found] = examined(systems, state)
    [one] = found.findings
    [version] = found.versions
    assert version.sez is not None
    assert (one.kind, one.where) == (Differs.STORED_OTHERWISE, Where.DOCUMENT)
    assert (one.expected, one.found) == (signed.document_hash, version.sez.sha256)
    assert one.not_compared is not None
    assert one.not_compared.startswith("NOT_XML")
