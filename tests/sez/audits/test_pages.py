"""A page of changed objects takes work in proportion to what it tells (S216-12a)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import msgspec

from sez.audits.pages import change_page
from shared_contracts.event_log.log import restored
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditContent, AuditRequest, ChangedObject
from shared_contracts.messages.document import Environment
from tests.sez.systems import BothSystems

FEW, MANY = 8, 24
"""How often a tender is extended."""


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many events are decoded meanwhile."""
    count = [0]

    def note(frame: FrameType, event: str, _argument: object) -> None:
        count[0] += event == "call" and frame.f_code is restored.__code__

    sys.setprofile(note)
    try:
        yield count
    finally:
        sys.setprofile(None)


def told(systems: BothSystems) -> tuple[list[ChangedObject], int]:
    """What all pages tell, and how many events are decoded for it."""
    log, system = systems.system.log, systems.system
    request = AuditRequest(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=system.clock(),
        audit_id=uuid7(),
        content=AuditContent.CHANGED_OBJECTS,
        ground="Поручение № 17",
        ordered_by="Сәрсенова А.",
    )
    found, after, work, more = list[ChangedObject](), 0, 0, True
    while more:
        with counted() as count:
            asked = msgspec.structs.replace(request, after_position=after)
            page = change_page(log, asked, log.last_position())
        found, work = [*found, *page["changed_objects"]], work + count[0]
        after, more = page["reached_position"], page["more"]
    return found, work


def test_the_work_for_changed_objects_grows_with_their_versions_and_not_with_the_square(
    systems: BothSystems,
) -> None:
    tender, work = systems.announce(), list[float]()
    for times in (FEW, MANY - FEW):
        for _ in range(times):
            systems.extend(tender)
        changed, decoded = told(systems)
        work.append(decoded / len(changed))
    assert [one.version for one in changed] == list(range(1, MANY + 2))
    assert all(one.changes for one in changed)
    few, many = work
    assert many < few * 1.5, work
