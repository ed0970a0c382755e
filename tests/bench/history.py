"""A history of purchases in the log, as an intake would have left it, written in large commits."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.intake.context import MESSAGE
from registry.messages.message import PackageAccepted, ReceiptIssued
from registry.purchases.kind import OBJECTS as PURCHASE
from registry.purchases.purchase import PurchaseAnnounced
from shared_contracts.astana_time import now
from shared_contracts.event_log.decider import AggregateState, ObjectKind
from shared_contracts.event_log.event import Event, Fact
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Claim, Commit, Evidence, NewHead
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from tests.bench import mixed
from tests.bench.sender import KINDS, SEZ_CODE, header, purchase

HASH = hashlib.sha256(b"a document").hexdigest()
PER_PACKAGE = 12
"""Events of a package of ten records: each record, the verdict, the receipt."""


def announcements(records: int) -> Iterator[PurchaseAnnounced]:
    """Facts of new purchases; the documents repeat, the objects do not."""
    at = now()
    models = [purchase(kind, at) for kind in KINDS]
    for number, document in enumerate(islice(cycle(models), records), 1):
        said = header(document, b"", at)
        yield PurchaseAnnounced(
            registry_id=uuid7(),
            sez_code=SEZ_CODE,
            message_id=uuid4(),
            record=number,
            header=msgspec.structs.replace(said, object_id=uuid7(), document_hash=HASH),
            received_at=at,
            late=False,
            document=document,
        )


def package(number: int) -> Commit:
    """What one package of purchases leaves in the log."""
    announced = [*announcements(PER_PACKAGE - 2)]
    facts = [Fact(event.registry_id, 1, event) for event in announced]
    heads = [
        _head(PURCHASE, event.header.object_id, event.registry_id, [event]) for event in announced
    ]
    return _answered(number, facts, heads)


def mixed_package(number: int) -> Commit:
    """What a package with records of every kind leaves in the log."""
    at = now()
    records = mixed.Recorded.of((*mixed.of_purchases(at), mixed.programme_of(at, number)), HASH)
    return _answered(number, records.facts, records.heads, records.claims)


def _answered(
    number: int, facts: Sequence[Fact], heads: Sequence[NewHead], claims: Sequence[Claim] = ()
) -> Commit:
    """The facts of a package with its verdict; the evidence is short, to spare the disk."""
    message_id, at = uuid7(), now()
    verdict = PackageAccepted(
        environment=Environment.STAND,
        sez_code=SEZ_CODE,
        message_id=message_id,
        sequence=number,
        package_hash=HASH,
        evidence_sha256=HASH,
        received_at=at,
        first_received_at=at,
        signer_sha256=HASH,
        document_hashes=(HASH,) * 10,
    )
    issued = ReceiptIssued(receipt_id=uuid7(), message_id=message_id, sha256=HASH, issued_at=at)
    stream = uuid7()
    return Commit(
        (*facts, Fact(stream, 1, verdict), Fact(stream, 2, issued)),
        (*heads, _head(MESSAGE, message_id, stream, [verdict, issued])),
        (
            Evidence(stream, 1, "package", b"<Package/>"),
            Evidence(stream, 2, "receipt", b"<Receipt/>"),
        ),
        (Claim(f"sequence/STAND/{SEZ_CODE}/{number}", str(message_id)), *claims),
    )


def joined(commits: list[Commit]) -> Commit:
    """Many packages as one commit."""
    return Commit(
        tuple(fact for commit in commits for fact in commit.facts),
        tuple(head for commit in commits for head in commit.heads),
        tuple(proof for commit in commits for proof in commit.evidence),
        tuple(claim for commit in commits for claim in commit.claims),
    )


def fill(
    log: EventLog, events: int, at_once: int = 50, of: Callable[[int], Commit] = package
) -> None:
    """Append packages until the log has ``events`` events; its numbers are far from a sender's.

    ``of`` gives what the package with a number leaves.
    """
    first, each = 1_000_000 + log.last_position(), len(of(0).facts)
    packages = max(0, -(-(events - log.last_position()) // each))
    starts = range(first, first + packages, at_once)

    def append(start: int) -> None:
        log.append(joined([of(start + number) for number in range(at_once)]))

    with ThreadPoolExecutor(2) as executor:
        for done in [executor.submit(append, start) for start in starts]:
            done.result()


def _head(kind: ObjectKind[Any], object_id: UUID, stream: UUID, events: Sequence[Event]) -> NewHead:
    key = HeadKey(Environment.STAND, SEZ_CODE, kind.name, object_id)
    return AggregateState(kind, key, stream, 0, kind.initial).after(events).head()
