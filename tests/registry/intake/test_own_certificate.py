"""A Registry whose own certificate is not in force signs and records nothing (S216-13b)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.app import open_registry
from shared_contracts.astana_time import now
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.time import TimeRequest
from shared_contracts.soap.fault import read_fault
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope
from tests.registry.asking import Asker, asking
from tests.sez.certificates import another
from tests.story import Story

pytestmark = pytest.mark.clause("S216-13b", "S216-18.7")
TERM = timedelta(minutes=2)
OUTSIDE = {"ended": TERM + timedelta(seconds=2), "not begun": timedelta(hours=-2)}


@pytest.fixture
def short(story: Story, tmp_path: Path) -> Iterator[Story]:
    """A Registry whose certificate ends in two minutes."""
    story.registry.close()
    pair = another(story.pki, tmp_path, now() + TERM)
    given = replace(story.registry.settings, key=pair.key, certificate=pair.chain)
    opened = open_registry(given, story.clock)
    try:
        yield Story(opened, story.pki, story.clock)
    finally:
        opened.close()


def asked(ask: Asker, operation: str, document: bytes) -> tuple[int, str]:
    """The status of the answer, and the code of its fault if it is one."""
    body = enclose(SoapVersion.V11, REGISTRY.namespace, operation, document)
    headers = {"Content-Type": SoapVersion.V11.content_type}
    told = ask("POST", "/soap/", content=body, headers=headers)
    fault = read_fault(open_envelope(told.content, None)) if told.status_code != 200 else None
    return told.status_code, fault.code if fault else ""


@pytest.mark.parametrize("moved", OUTSIDE.values(), ids=OUTSIDE)
def test_nothing_is_signed_or_recorded_and_the_same_bytes_succeed_later(
    short: Story, moved: timedelta
) -> None:
    package = short.packed(short.tender())
    stranger = short.seal(short.package(sez_code="SEZ77"), "person")
    statement = VoidSequence(
        message_id=uuid7(),
        sez_code=short.code,
        environment=Environment.STAND,
        sequence=7,
        created_at=short.now,
        reason="Пакет не был отправлен",
    )
    question = TimeRequest(message_id=uuid7(), client_sent_at=short.now)
    documents = {
        "TransferRecords": (package, stranger),
        "VoidSequence": (short.seal(statement),),
        "GetTime": (codec.to_bytes(codec.write(question)),),
    }
    before = short.position()
    with asking(short) as ask:
        short.clock.offset = moved
        for operation, bodies in documents.items():
            for body in bodies:
                assert asked(ask, operation, body) == (500, "MAINTENANCE"), operation
        assert short.position() == before
        assert short.registry.intake.arrivals.kept() == (0, 0)
        short.clock.offset = timedelta()
        assert asked(ask, "TransferRecords", package) == (200, "")
    assert short.position() > before


def test_readiness_names_the_certificate_and_its_cure(short: Story) -> None:
    with asking(short) as ask:
        assert "in force until" in ask.get("/readyz")["checks"]["signing key"]
        short.clock.offset = OUTSIDE["ended"]
    with asking(short) as ask:
        told = ask("GET", "/readyz")
        assert told.status_code == 503
        assert "Name one that is in force" in told.json()["checks"]["signing key"]
        assert "registry_certificate_seconds_left -" in ask("GET", "/metrics").text


def test_a_certificate_that_ends_while_a_package_is_examined_leaves_nothing_recorded(
    short: Story,
) -> None:
    package, before = short.packed(short.tender()), short.position()
    short.clock.offset = OUTSIDE["ended"]
    with pytest.raises(CertificateNotInForce):
        short.post(package)  # behind the endpoint that asks first
    assert short.events(before) == []


def test_a_registry_begins_with_a_certificate_that_has_ended_and_shows_what_it_has(
    short: Story,
) -> None:
    given = short.registry.settings
    short.registry.close()
    short.clock.offset = OUTSIDE["ended"]
    again = open_registry(given, short.clock)
    try:
        with asking(Story(again, short.pki, short.clock)) as ask:
            assert ask.get("/api/v1/systems")
            assert ask("GET", "/readyz").status_code == 503
    finally:
        again.close()
