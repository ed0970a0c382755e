"""Tenders for tests: commands in any order, and events in any order."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from sez.records.chain import last_version
from sez.records.owner import Owner
from sez.records.version import Draft, Publish, WithdrawVersion
from sez.tendering import tender
from sez.tendering.tender import (
    Command,
    DeletedTender,
    DocumentationChanged,
    DraftedTender,
    EndedTender,
    RunningTender,
    State,
    TenderAnnounced,
    TenderChanged,
    TenderDeleted,
    TenderDrafted,
    TenderExtended,
    UnknownTender,
    VersionWithdrawn,
)
from sez.tendering.versions import (
    Maker,
    announcement,
    change,
    deletion,
    documentation,
    end,
    extension,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event
from shared_contracts.messages.document import Amendable, Environment, Ground, Operation
from shared_contracts.messages.package import FormedBy
from shared_contracts.xml import codec
from tests import samples
from tests.samples import AT

OWNER = Owner(Environment.STAND, samples.SEZ_CODE)
TENDER = samples.PURCHASE_ID
PURCHASE = samples.purchase_open_tender()
LATER = AT + timedelta(days=27)
BY = FormedBy(name="Ахметов Ерлан")
MAKERS: dict[str, Maker] = {
    "announcement": announcement(PURCHASE),
    "change": change(PURCHASE, "Уточнение"),
    "documentation": documentation(samples.documents(), "Уточнение"),
    "extension": extension(LATER, LATER, "Продление", "Бекова А. М."),
    "end": end("FAILED", Ground(code="NO_BIDS"), "Нет заявок"),
    "deletion": deletion("Ошибка", AT, "Бекова А. М."),
}


def hash_of(document: Amendable) -> str:
    """The hash under which a document stands here."""
    return sha256(codec.to_bytes(codec.write(document))).hexdigest()


def publication(document: Amendable) -> Publish:
    """The wish to publish a document as it is."""
    return Publish(document, hash_of(document), AT, BY)


def next_version(state: State, name: str) -> Publish:
    """The wish to publish what follows ``state``; ``RefusedByRule`` where no document can."""
    return publication(MAKERS[name](OWNER, TENDER, state))


STATES: dict[str, State] = {"unknown": UnknownTender(), "drafted": DraftedTender(document=PURCHASE)}
_KEPT: dict[str, Any] = {"version": 3, "document_hash": samples.HASH, "purchase": PURCHASE}
STATES |= {
    "running": RunningTender(**_KEPT),
    "ended": EndedTender(**_KEPT),
    "deleted": DeletedTender(**_KEPT),
}


def events_of(version: int) -> list[Event]:
    """One event of every kind, about a version."""
    facts: dict[str, Any] = {
        "object_id": TENDER,
        "version": version,
        "document_hash": f"{version:064x}",
        "formed_at": AT,
        "formed_by": BY,
    }
    operation = Operation.CREATE if version == 1 else Operation.UPDATE
    purchase = samples.with_act(PURCHASE, version=version, operation=operation)
    back_to = (
        STATES["drafted"] if version == 1 else RunningTender(**_KEPT | {"version": version - 1})
    )
    return [
        TenderDrafted(object_id=TENDER, drafted_at=AT, document=PURCHASE),
        TenderAnnounced(**facts, document=purchase),
        TenderChanged(**facts, document=purchase),
        TenderChanged(**facts, document=samples.failed(version)),
        DocumentationChanged(**facts, document=samples.tender_documentation(version)),
        TenderExtended(**facts, document=samples.extension(version)),
        TenderDeleted(**facts, document=samples.deletion(version)),
        VersionWithdrawn(
            object_id=TENDER, version=version, reason="", withdrawn_at=AT, back_to=back_to
        ),
    ]


EVENTS = st.integers(1, 4).map(events_of).flatmap(st.sampled_from)
"""Any event."""

STEPS = st.sampled_from(["draft", "withdraw", *MAKERS])
"""Anything a person may ask for."""


def command(state: State, step: str) -> Command:
    """What a person asks for, as it would be asked in ``state``."""
    match step:
        case "draft":
            return Draft(TENDER, PURCHASE, AT)
        case "withdraw":
            last = last_version(state)
            version = 0 if last is None else last.version
            return WithdrawVersion(TENDER, version, "", STATES["drafted"], AT)
        case _:
            return next_version(state, step)


def asked(steps: list[str]) -> tuple[list[Event], State]:
    """What comes of asking for one step after another; what cannot be is left out."""
    events: list[Event] = []
    state: State = UnknownTender()
    for step in steps:
        try:
            decided = tender.decide(state, command(state, step))
        except RefusedByRule:
            continue
        for event in decided:
            events.append(event)
            state = tender.evolve(state, event)
    return events, state
