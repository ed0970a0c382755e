"""A state follows from the events as they are recorded: with who acts (decision 0057)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from registry.admission.documents.signatures import ADMISSION_DOCUMENT, AdmissionDocumentSigned
from registry.encryption.system_keys import ENCRYPTION, EncryptionKeyAnnounced
from registry.systems.register import SYSTEM
from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import now
from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.event_log.acting import Acting, acting
from shared_contracts.event_log.decider import ObjectKind, current_state
from shared_contracts.event_log.event import Event, as_acted
from shared_contracts.event_log.log import HeadKey
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment

WHO = Acting(actor="Бек", address="192.0.2.7")
ENTERED = SystemRegistered(
    code="ZAKUP",
    environment=Environment.STAND,
    bin="210840021074",
    name="Закуп",
    access_date=date(2026, 1, 1),
    registered_at=now(),
)
ANNOUNCED = EncryptionKeyAnnounced(
    environment=Environment.STAND,
    key=KeyParameters(
        sez_code="ZAKUP", number=1, derivation=None, valid_from=now(), previous_until=now()
    ),
    clause="S95-15.1a",
    body="AUTHORITY",
    person="Серик",
    announced_at=now(),
)
SIGNED = AdmissionDocumentSigned(
    environment=Environment.STAND,
    admission_id=uuid7(),
    document="act",
    number=1,
    body="GROUP",
    holder=None,
    holder_iin=None,
    holder_bin=None,
    certificate_sha256="ab" * 32,
    signature_sha256="cd" * 32,
    at=now(),
)


def kept_and_replayed(kind: ObjectKind[Any], events: Sequence[Event]) -> tuple[bytes, bytes]:
    """The state that a head keeps, and the one that follows from what was recorded."""
    key = HeadKey(Environment.STAND, "", kind.name, uuid7())
    at = current_state(kind, key, None, uuid7)
    recorded = [fact.restored(*parts(fact)).event for fact in at.facts(events)]
    replayed = current_state(kind, key, None, uuid7).after(recorded)
    return at.after(events).head().state, replayed.head().state


def parts(fact: Any) -> tuple[Any, ...]:
    """A fact as it stands in the log."""
    return fact.originator_id, fact.version, fact.topic, fact.state


@pytest.mark.parametrize(
    ("kind", "event"), [(SYSTEM, ENTERED), (ENCRYPTION, ANNOUNCED), (ADMISSION_DOCUMENT, SIGNED)]
)
def test_a_head_that_keeps_an_event_keeps_it_as_it_was_recorded(
    kind: ObjectKind[Any], event: Event
) -> None:
    with acting(WHO):
        kept, _ = kept_and_replayed(kind, [event])
        named = as_acted(event)
    assert named.acting == WHO
    _, replayed = kept_and_replayed(kind, [named])
    assert kept == replayed
    assert "Бек".encode() in kept
    alone, again = kept_and_replayed(kind, [event])
    assert (alone, b"acting" in alone) == (again, False)


def test_who_is_named_already_stays() -> None:
    with acting(WHO):
        named = as_acted(ENTERED)
    with acting(Acting(actor="Дана")):
        assert as_acted(named).acting == WHO
