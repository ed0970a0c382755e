"""Scheme 6 between two systems: ordered, obtained, compared, ended (S216-12, S216-A2.6)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

import registry.app
import registry.web
from deploy.authority.identities import REGISTRY_OPERATOR, SEZ_OPERATOR
from registry.app import open_registry
from registry.audits import attempts
from registry.audits.events import AuditPageTaken
from registry.audits.finding import Differs
from registry.audits.order import AuditWanted
from registry.audits.states import (
    AuditOutcome,
    AuditState,
    EndedAudit,
    RunningAudit,
    WaitingAudit,
)
from sez.audits import pages
from shared_contracts.errors import Absent, BadInput, RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.http.api import bearer_token
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from tests.on_demand import registry_app, sez_app
from tests.postgres import owner_of
from tests.serving import serving
from tests.sez.audits.asked import tamper
from tests.sez.systems import ENTRY, BothSystems

AUTHORITY = "990140000806"
"""The BIN of the authority for solid minerals in these tests."""


KEPT_OTHERWISE = """
UPDATE log.evidence e SET body = body || ' '::bytea FROM views.versions v
WHERE e.originator_id = v.originator_id AND e.originator_version = v.log_version
  AND e.name = 'document' AND v.object_id = %s"""
"""The signed bytes of an object are changed where they are kept."""


@contextmanager
def reachable(systems: BothSystems) -> Iterator[Callable[..., AuditState]]:
    """Both systems, the SEZ at the address in the register; what orders an audit and runs it."""
    audits = systems.registry.audits
    audits.authority_bin = AUTHORITY
    with serving(sez_app(systems.system)) as address:
        systems.registry.register.add(msgspec.structs.replace(ENTRY, endpoint=address))

        def run(*contents: str, **scope: Any) -> AuditState:
            ordered = audits.order(wanted(*contents, **scope))
            assert isinstance(ordered, RunningAudit)
            audits.step()
            return at(systems, ordered.order.audit_id)

        yield run


def at(systems: BothSystems, audit_id: UUID) -> AuditState:
    """Where an audit stands."""
    state = systems.registry.audits.find(audit_id).state
    assert isinstance(state, AuditState)
    return state


def wanted(*contents: str, **scope: Any) -> AuditWanted:
    """An order of the authority."""
    given: dict[str, Any] = {
        "sez_code": "SEZ01",
        "contents": tuple(map(AuditContent, contents)) or tuple(AuditContent),
        "ground": "Поручение № 17",
        "ordered_by": "Сәрсенова А.",
        "authority_bin": AUTHORITY,
    }
    return AuditWanted(**given | scope)


def kinds(state: AuditState) -> list[Differs]:
    """The kinds of what was found, in turn."""
    return [one.kind for one in state.findings]


def outcome(state: AuditState) -> AuditOutcome:
    """How an audit ended."""
    assert isinstance(state, EndedAudit), state
    return state.outcome


def synchronised(systems: BothSystems, count: int = 1) -> list[UUID]:
    """Announced purchases that the Registry has."""
    tenders = sorted(systems.announce() for _ in range(count))
    systems.send_until(lambda: not systems.unsynchronised())
    return tenders


@pytest.mark.clause(
    "S216-12a",
    "S216-12b",
    "S216-12c",
    "S216-12d",
    "S216-9.5",
    "S216-9.6",
    "S216-9.7",
    "S216-A2.6.1",
    "S216-A2.6.2",
    "S216-A3.6a",
    "S216-A3.6b",
    "S216-A3.6c",
)
def test_an_audit_obtains_all_page_by_page_and_two_equal_records_match(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bound in (("AUDIT_CHECKSUMS", 2), ("AUDIT_CHANGES", 2), ("AUDIT_EVENTS", 5)):
        monkeypatch.setattr(pages, name, bound)
    first, *_ = synchronised(systems, 3)
    systems.extend(first)
    systems.send_until(lambda: not systems.unsynchronised())
    with reachable(systems) as run:
        state = run()
    assert (outcome(state), state.found, state.under_way) == (AuditOutcome.MATCHES, 0, 0)
    assert [one.content for one in state.obtained] == [*AuditContent]
    assert all(not one.more and one.pages > 1 for one in state.obtained)
    # request and answer of each page are kept as they were signed
    log = systems.registry.log
    stream = log.stream(systems.registry.audits.find(state.order.audit_id).originator_id)
    taken = [one for one in stream if isinstance(one.event, AuditPageTaken)]
    assert len(taken) == sum(one.pages for one in state.obtained)
    for one in taken:
        for name in ("request", "answer"):
            assert log.evidence(one.originator_id, one.version, name)
    for store in (systems.registry, systems.system):
        assert not audit(owner_of(store.settings.database_url)).differences


@pytest.mark.clause("S216-12a", "S216-A3.6a", "S216-A3.6b")
def test_what_was_tampered_with_in_the_store_of_the_sez_is_named(systems: BothSystems) -> None:
    first, second, third = synchronised(systems, 3)
    store = systems.system
    listed = "UPDATE views.versions SET document_hash = repeat('a', 64) WHERE object_id = %s"
    tamper(store, listed, first)
    tamper(store, KEPT_OTHERWISE, second)
    tamper(store, "DELETE FROM views.versions WHERE object_id = %s", third)
    with reachable(systems) as run:
        state = run("CHECKSUMS")
    assert outcome(state) is AuditOutcome.DIFFERS
    found = sorted((str(one.object_id), one.kind) for one in state.findings)
    assert found == sorted(
        [
            (str(first), Differs.OTHER_CONTENT),
            (str(first), Differs.STORED_OTHERWISE),
            (str(second), Differs.STORED_OTHERWISE),
            (str(third), Differs.MISSING_IN_SEZ),
        ]
    )


@pytest.mark.clause("S216-12c", "S216-A3.6c")
def test_an_event_that_was_rewritten_breaks_the_chain_that_the_registry_recalculates(
    systems: BothSystems,
) -> None:
    synchronised(systems)
    rewritten = "UPDATE log.events SET topic = 'tender-changed.1' WHERE topic = %s"
    tamper(systems.system, rewritten, "tender-announced.1")
    with reachable(systems) as run:
        state = run("EVENT_LOG")
    assert Differs.CHAIN_BROKEN in kinds(state)


@pytest.mark.clause("S216-12a", "S216-18.3")
def test_what_is_within_the_hour_is_on_its_way_and_what_is_older_is_missing(
    systems: BothSystems,
) -> None:
    systems.announce()
    with reachable(systems) as run:
        state = run("CHECKSUMS", "CHANGED_OBJECTS")
        assert (outcome(state), state.under_way) == (AuditOutcome.MATCHES, 2)
        tamper(systems.system, "UPDATE views.versions SET formed_at = formed_at - interval '2 h'")
        state = run("CHECKSUMS")
    assert kinds(state) == [Differs.MISSING_IN_REGISTRY]


@pytest.mark.clause("S216-A2.6.1")
def test_a_system_that_is_away_is_tried_again_and_then_a_person_decides(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ATTEMPTS", 2)
    monkeypatch.setattr(attempts, "PAUSE", timedelta())
    synchronised(systems)
    audits = systems.registry.audits
    with reachable(systems):
        ordered = audits.order(wanted("CHECKSUMS"))
    assert isinstance(ordered, AuditState)
    audit_id = ordered.order.audit_id
    audits.step()
    tried = at(systems, audit_id)
    assert isinstance(tried, RunningAudit)
    assert (tried.attempts, "UNREACHABLE" in (tried.problem or "")) == (1, True)
    audits.step()
    waiting = at(systems, audit_id)
    assert isinstance(waiting, WaitingAudit)
    with pytest.raises(RefusedByRule, match="an audit that is ended does not take it"):
        audits.resume(ended(systems, "EVENT_LOG"))
    with reachable(systems):
        assert isinstance(audits.resume(audit_id), RunningAudit)
        audits.step()
        assert outcome(at(systems, audit_id)) is AuditOutcome.MATCHES


def ended(systems: BothSystems, content: str) -> UUID:
    """An audit that a person ended."""
    audits = systems.registry.audits
    ordered = audits.order(wanted(content))
    assert isinstance(ordered, AuditState)
    state = audits.end(ordered.order.audit_id, "Не требуется")
    assert isinstance(state, EndedAudit)
    assert (state.outcome, state.reason) == (AuditOutcome.ENDED_BY_PERSON, "Не требуется")
    return state.order.audit_id


@pytest.mark.clause("S216-12b")
def test_only_the_authority_for_solid_minerals_orders_an_audit(systems: BothSystems) -> None:
    audits = systems.registry.audits
    with pytest.raises(RefusedByRule, match="REGISTRY_SOLID_AUTHORITY"):
        audits.order(wanted())
    audits.authority_bin = AUTHORITY
    operators = (REGISTRY_OPERATOR.bin, SEZ_OPERATOR.bin)
    for other in ("990140000007", *operators, "", AUTHORITY + "0"):
        told = r"only the authority for solid minerals, BIN 990140000806, .*\(S216-12b\)"
        with pytest.raises(RefusedByRule, match=told):
            audits.order(wanted(authority_bin=other))
    assert audits.list(None, 10) == []
    with pytest.raises(Absent, match="no system SEZ09"):
        audits.order(wanted(sez_code="SEZ09"))
    with pytest.raises(RefusedByRule, match="--endpoint"):
        audits.order(wanted())
    now = systems.registry.intake.clock()
    for wrong, told in (
        ({"ground": " "}, "ground"),
        ({"object_types": ("HOUSE",)}, "object_types 'HOUSE'"),
        ({"contents": (AuditContent.EVENT_LOG,), "depth": ChecksumDepth.LIVE}, "of CHECKSUMS"),
        ({"until": now + timedelta(days=1)}, "that has passed"),
        ({"since": now, "until": now - timedelta(days=1)}, "after since"),
    ):
        with pytest.raises(BadInput, match=told):
            audits.order(wanted(**wrong))


@pytest.mark.clause("S216-12b", "S216-13b")
def test_audits_are_ordered_and_shown_over_http_and_open_ones_go_on_after_a_restart(
    systems: BothSystems,
) -> None:
    synchronised(systems)
    settings = replace(systems.registry.settings, solid_authority=AUTHORITY)
    systems.registry.close()
    with ExitStack() as stack:
        address = stack.enter_context(serving(sez_app(systems.system)))
        with closing(open_registry(settings)) as opened:
            opened.register.add(msgspec.structs.replace(ENTRY, endpoint=address))
            client = stack.enter_context(program(opened))
            asked = msgspec.to_builtins(wanted("CHECKSUMS"))
            told = client.post("/api/v1/audits", json=asked)
            assert told.status_code == 201, told.text
            audit_id = told.json()["order"]["audit_id"]
            refused = client.post("/api/v1/audits", json=asked | {"authority_bin": "1"})
            assert refused.status_code == 409
        again = stack.enter_context(closing(open_registry(settings)))
        again.audits.step()
        check_shown(stack.enter_context(program(again)), audit_id)


def check_shown(client: httpx.Client, audit_id: str) -> None:
    """What is shown of an audit that has ended."""
    shown = client.get(f"/api/v1/audits/{audit_id}").json()
    assert (shown["status"], shown["outcome"]) == ("ENDED", "MATCHES")
    [row] = client.get("/api/v1/audits", params={"sez": "SEZ01"}).json()
    assert (row["audit_id"], row["found"]) == (audit_id, 0)
    events = client.get(f"/api/v1/audits/{audit_id}/events").json()
    page = next(one for one in events if one["topic"] == "audit-page-taken.1")
    body = client.get(f"/api/v1/audits/{audit_id}/events/{page['number']}/answer")
    assert b"<AuditAnswer" in body.content
    assert client.get(f"/api/v1/audits/{audit_id}/events/1/answer").status_code == 404


@contextmanager
def closing(opened: registry.app.RegistrySystem) -> Iterator[registry.app.RegistrySystem]:
    """A Registry that is closed at the end."""
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def program(opened: registry.app.RegistrySystem) -> Iterator[httpx.Client]:
    """A program of the Registry's users, while it is served."""
    with serving(registry_app(opened)) as place:
        token = bearer_token(opened.settings.data)
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=place, headers=headers, trust_env=False, timeout=20) as client:
            yield client
