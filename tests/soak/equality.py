"""Whether both stores and all receipts tell the same, once everything has ended."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

import registry.app
import sez.app
from registry.messages.message import PackageAccepted, PackageRefused, ReceiptIssued
from registry.records.record import VersionRecorded
from sez.records.version import VersionSigned
from sez.synchronisation.package_events import PackageFormed, ReceiptReceived
from shared_contracts.event_log.event import Event, decode
from shared_contracts.messages.receipt import Result
from tests.journeys.stand import Reader, Stand
from tests.pki import Pki
from tests.soak.announcing import Users
from tests.soak.senders import Parcel

E = TypeVar("E", bound=Event)

TOPICS_OF = (registry.app, sez.app)

HEADS = """
    SELECT sez_code, object_id::text, convert_from(state, 'UTF8')::json ->> 'version',
    convert_from(state, 'UTF8')::json ->> 'document_hash'
    FROM log.heads WHERE kind = %s AND sez_code = %s
"""


@dataclass(frozen=True, slots=True)
class Store:
    """A store as it was read: its events with their leaves, heads of the SEZ's objects."""

    log: list[tuple[str, Event]]
    heads: set[tuple[str, ...]]
    audit: str = ""


@dataclass
class Comparison:
    """All that was found to differ, in words; ``figures`` are what was counted."""

    differences: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    def equal(self, what: str, one: object, other: object) -> None:
        """Note where two do not agree."""
        if one != other:
            self.differences.append(f"{what}: {str(one)[:300]} and {str(other)[:300]}")


def read(stand: Stand, name: str, kind: str) -> Store:
    """The store of a system that has ended; audited by the command that an auditor gives."""
    with stand.own_postgres(name) as dsn:
        parts = conninfo_to_dict(dsn)
        clear = " ".join(f"{key}={value}" for key, value in parts.items() if key != "password")
        certificate = str(stand.authority.chain(name))
        audit = stand.command(
            *("contracts", "audit", clear, "--certificate", certificate),
            PGPASSWORD=str(parts["password"]),
        )
        with psycopg.connect(dsn) as connection:
            rows = connection.execute("SELECT leaf, topic, state FROM log.events ORDER BY position")
            log = [(leaf.hex(), decode(topic, bytes(state))) for leaf, topic, state in rows]
            heads = set(connection.execute(HEADS, (kind, "SEZ01")).fetchall())
    told = "" if audit.returncode == 0 else f"{audit.stdout}{audit.stderr}"
    return Store(log, heads, told)


def compare(pki: Pki, stand: Stand, sent: list[Parcel], users: Users) -> Comparison:
    """Hold what was sent, what was answered and both stores against each other."""
    theirs, ours = read(stand, "registry", "PURCHASE"), read(stand, "sez", "TENDER")
    found = Comparison()
    found.equal("contracts audit of the Registry", theirs.audit, "")
    found.equal("contracts audit of the SEZ", ours.audit, "")
    found.equal("heads of the SEZ's tenders", theirs.heads - ours.heads, ours.heads - theirs.heads)
    signed = {one.object_id for one in _of(ours, VersionSigned)}
    found.equal("acknowledged, not signed", set(users.acknowledged) - signed, set())
    wanted = Counter([*signed, *(each for parcel in sent for each in parcel.objects)])
    recorded = Counter(one.header.object_id for one in _of(theirs, VersionRecorded))
    found.equal("recorded once each", recorded - wanted, wanted - recorded)
    found.equal("refused", len(_of(theirs, PackageRefused)), 0)
    _compare_numbers(found, theirs, ours, sent)
    _compare_receipts(found, theirs, ours)
    found.differences += _of_others(pki, theirs, sent)
    found.figures |= {
        "events of the Registry": len(theirs.log),
        "events of the SEZ": len(ours.log),
        "packages of the SEZ": len(_of(ours, PackageFormed)),
        "tenders of the SEZ": len(signed),
        "purchases recorded": recorded.total(),
    }
    return found


def _of(store: Store, kind: type[E]) -> list[E]:
    return [one for _, one in store.log if isinstance(one, kind)]


def _compare_numbers(found: Comparison, theirs: Store, ours: Store, sent: list[Parcel]) -> None:
    """No number of a sequence is used twice, none is missing."""
    formed = [("SEZ01", one.sequence, one.message_id) for one in _of(ours, PackageFormed)]
    wanted = [*formed, *((one.code, one.sequence, one.message_id) for one in sent)]
    accepted = _of(theirs, PackageAccepted)
    numbers = [(one.sez_code, one.sequence, one.message_id) for one in accepted]
    found.equal("numbers", Counter(numbers) - Counter(wanted), Counter(wanted) - Counter(numbers))
    twice = Counter((code, number) for code, number, _ in numbers)
    found.equal("numbers used twice", [one for one, count in twice.items() if count > 1], [])


def _compare_receipts(found: Comparison, theirs: Store, ours: Store) -> None:
    """What the SEZ keeps is what the Registry issued, one receipt for each of its packages."""
    issued = {one.message_id: one.sha256 for one in _of(theirs, ReceiptIssued)}
    kept = _of(ours, ReceiptReceived)
    other = [one.message_id for one in kept if issued.get(one.message_id) != one.receipt_sha256]
    found.equal("receipts that were not issued so", other, [])
    found.equal("results", {one.result for one in kept} - {Result.ACCEPTED}, set())
    formed = Counter(one.message_id for one in _of(ours, PackageFormed))
    found.equal("one receipt each", Counter(one.message_id for one in kept), formed)


def _of_others(pki: Pki, theirs: Store, sent: list[Parcel]) -> Iterator[str]:
    """The receipts of the other systems prove themselves, and name the leaf of their package."""
    accepted = {leaf: one for leaf, one in theirs.log if isinstance(one, PackageAccepted)}
    reader = Reader.of(pki)
    for parcel in sent:
        if not parcel.receipt:
            yield f"{parcel.code} {parcel.sequence} was not answered"
            continue
        receipt = reader.read(parcel.receipt)
        leaf = accepted.get(receipt.log.leaf_hash or "")
        told = (receipt.result, receipt.message_id, leaf and leaf.message_id)
        if told != (Result.ACCEPTED, parcel.message_id, parcel.message_id):
            yield f"{parcel.code} {parcel.sequence}: its receipt says {told}"
