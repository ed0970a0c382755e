"""Questions of an audit and their answers bear one certificate where that is enough (S216-A2.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.audits.questions import WANTED_FOR, AuditQuestions
from registry.audits.states import AuditOutcome, AuditState, WaitingAudit
from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.counterpart import Counterpart
from shared_contracts.messages.audit import ChecksumDepth
from shared_contracts.signing.sign import sign_message
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.signing.validation import issuer_cache
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import schema
from tests.sez.audits.asked import audited
from tests.sez.audits.test_scheme_6 import outcome, reachable, synchronised
from tests.sez.systems import BothSystems


def without_issuers(counterpart: Counterpart) -> Counterpart:
    """The same by a profile that names the roots alone, and keeps no verdict."""
    given = counterpart.checker.profile
    limits = replace(given.limits, keep=timedelta())
    profile = replace(given, intermediates=(), limits=limits)
    return replace(counterpart, checker=CertificateChecker(profile, HttpFetch(profile.limits)))


@contextmanager
def asking(systems: BothSystems, **changes: Any) -> Iterator[AuditQuestions]:
    """The Registry with other means to ask."""
    audits = systems.registry.audits
    given = audits.obtaining
    audits.obtaining = replace(given, questions=replace(given.questions, **changes))
    try:
        yield audits.obtaining.questions
    finally:
        audits.obtaining = given


def certificates(systems: BothSystems, state: AuditState) -> list[tuple[int, int]]:
    """How many certificates each question of an audit and its answer bear."""
    log = systems.registry.log
    stream = log.stream(systems.registry.audits.find(state.order.audit_id).originator_id)
    found = [
        [log.evidence(one.originator_id, one.version, name) for name in ("request", "answer")]
        for one in stream
    ]
    return [(_borne(question), _borne(answer)) for question, answer in found if question and answer]


def _borne(message: bytes) -> int:
    return len(verify_system(schema.parse(message)).certificates)


@pytest.mark.clause("S216-12a", "S216-A2.6.1")
def test_an_audit_asks_and_is_answered_with_the_certificates_of_the_signers_alone(
    systems: BothSystems,
) -> None:
    synchronised(systems)
    with reachable(systems) as run:
        state = run("CHECKSUMS", depth=ChecksumDepth.TREE)
    assert outcome(state) is AuditOutcome.MATCHES
    assert certificates(systems, state) == [(1, 1)]


@pytest.mark.clause("S216-A2.6.1")
def test_who_asks_with_issuers_is_answered_with_issuers(systems: BothSystems) -> None:
    synchronised(systems)
    with audited(systems) as auditor:
        request = auditor.request("EVENT_LOG")
        signer = systems.registry.intake.signer
        body = sign_message(request, f"audit-{request.message_id}", signer)
        assert (_borne(body), _borne(auditor.client.call("Audit", body))) == (2, 2)


@pytest.mark.clause("S216-12a", "S216-A2.6.1")
def test_a_sez_that_does_not_know_the_issuers_is_asked_again_with_them_and_then_always(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    synchronised(systems)
    monkeypatch.setattr(issuer_cache, "ISSUERS", BoundedCache(0))  # nor what came before
    exchange: Any = systems.system.exchange
    object.__setattr__(exchange, "counterpart", without_issuers(exchange.counterpart))
    with reachable(systems) as run:
        first, second = run("EVENT_LOG"), run("EVENT_LOG")
    asking = systems.registry.audits.obtaining.questions
    assert [outcome(one) for one in (first, second)] == [AuditOutcome.MATCHES] * 2
    assert certificates(systems, first) == certificates(systems, second) == [(2, 2)]
    assert set(asking.whole) == {"SEZ01"}
    later = replace(asking, clock=lambda: asking.clock() + WANTED_FOR)
    assert [one._wants_issuers("SEZ01") for one in (asking, later)] == [True, False]
    assert asking.whole == {}, "what is over is forgotten"


@pytest.mark.clause("S216-12a", "S216-A2.6.1")
def test_a_registry_that_does_not_know_the_issuers_asks_with_its_own(systems: BothSystems) -> None:
    synchronised(systems)
    given = systems.registry.audits.obtaining.questions
    bare = without_issuers(Counterpart(given.checker, "")).checker
    with reachable(systems) as run, asking(systems, checker=bare):
        state = run("EVENT_LOG")
    assert (outcome(state), certificates(systems, state)) == (AuditOutcome.MATCHES, [(2, 2)])


@pytest.mark.clause("S216-13a", "S216-A2.6.1")
def test_an_answer_that_is_not_believed_with_issuers_either_waits_for_a_person(
    systems: BothSystems,
) -> None:
    synchronised(systems)
    stranger, calls = systems.registry.intake.signer, list[bytes]()
    honest = systems.registry.audits.obtaining.questions.call

    def call(endpoint: str, operation: str, message: bytes) -> bytes:
        calls.append(message)
        honest(endpoint, operation, message)
        return sign_message(auditor.request("EVENT_LOG"), "other", stranger)

    with (
        reachable(systems) as run,
        audited(systems) as auditor,
        asking(systems, call=call, whole={}) as asked,
    ):
        state = run("EVENT_LOG")
    assert isinstance(state, WaitingAudit)
    assert asked.whole == {}, "issuers did not help"
    assert "AuditRequest" in state.problem or "expected" in state.problem
    assert [_borne(one) for one in calls] == [1, 2]
    assert len({schema.parse(one)[0].text for one in calls}) == 2  # each is a question of its own
