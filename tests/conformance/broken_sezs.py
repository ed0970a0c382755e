"""For each case a SEZ that fails it, and no other: what is changed of what it answers or sends."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from typing_extensions import override

from shared_contracts import astana_time
from shared_contracts.conformance.relay import Accident, Relay, RelayedCall
from shared_contracts.messages.asynchronous import ReceiptDelivered
from shared_contracts.messages.audit import AuditAnswer
from shared_contracts.messages.audited_object import ObjectAuditAnswer
from shared_contracts.messages.notice import NoticeTaken
from shared_contracts.messages.package import Package
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.messages.protocol import PROTOCOLS
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.time import Capabilities
from shared_contracts.signing.sign import FileSigner, sign_canonical
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.conformance.broken import Breakage, Exchanged, answers, coded, put
from tests.conformance.broken_registries import (
    BROKEN,
    BROKEN_LOGS,
    OTHER_HASH,
    SecondCheckpoint,
    _fewer,
    _unproven,
)

REVIEW, RESULTS, SINGLE = PROTOCOLS
HOSTILE = ("DTD", "ENTITIES", "DEPTH", "SIZE", "NOT-XML", "NOT-SOAP", "OPERATION", "ENCODED")


@dataclass
class TakenTwice:
    """A notice, or a receipt, that comes again is taken again."""

    kind: type[NoticeTaken] | type[ReceiptDelivered]
    known: set[bytes] = field(default_factory=set)

    def __call__(self, at: Exchanged) -> None:
        told = at.answered
        if isinstance(told, self.kind):
            if at.body in self.known:
                at.answer_with(put(told, taken_at=told.taken_at + timedelta(seconds=1)))
            self.known.add(at.body)


def unsigned_in_12(at: Exchanged) -> None:
    """What is answered in SOAP 1.2 is laid out anew, and its signature holds no more."""
    if SoapVersion.V12.namespace.encode() in at.reply:
        at.reply = at.reply.replace(b"<System>", b"\n<System>")


def _no_first(told: AuditAnswer, _at: Exchanged) -> AuditAnswer | None:
    left = tuple(one for one in told.logged_events if one.position != 1)
    return put(told, logged_events=left) if len(left) < len(told.logged_events) else None


def _no_changes(told: AuditAnswer, _at: Exchanged) -> AuditAnswer | None:
    bare = tuple(put(one, changes=(), more_changes=0) for one in told.changed_objects)
    return put(told, changed_objects=bare) if bare else None


def _not_kept(told: AuditAnswer, _at: Exchanged) -> AuditAnswer | None:
    gone = tuple(put(one, stored_hash=None) for one in told.checksums)
    return put(told, checksums=gone) if gone else None


def _lacks(mark: bytes) -> Callable[[AuditAnswer, Exchanged], AuditAnswer | None]:
    """Of the trees of one depth the last node with something below it says that it is empty."""

    def change(told: AuditAnswer, at: Exchanged) -> AuditAnswer | None:
        if mark not in at.body or not any(one.children for one in told.nodes):
            return None
        return put(told, nodes=tuple(put(one, children=None) for one in told.nodes))

    return change


def _without_bytes(told: ObjectAuditAnswer, _at: Exchanged) -> ObjectAuditAnswer | None:
    bare = tuple(put(one, document=None, packed=False) for one in told.signed_records)
    return put(told, signed_records=bare) if bare else None


ANSWERS: dict[str, Callable[[], Breakage]] = {
    "Z-CAPABILITIES": lambda: answers(
        Capabilities, lambda told, at: None if b"2003/05" in at.body else _fewer(told, at)
    ),
    "Z-SIGNED": lambda: unsigned_in_12,
    "Z-NOTICE": lambda: answers(NoticeTaken, lambda told, _: put(told, notice_sha256=OTHER_HASH)),
    "Z-NOTICE-AGAIN": lambda: TakenTwice(NoticeTaken),
    "Z-NOTICE-STRANGER": lambda: coded("NOT_THE_REGISTRY", "Проверочное".encode()),
    "Z-NOTICE-ALTERED": lambda: _either("Подменённое".encode()),
    "Z-NOTICE-OTHER-SEZ": lambda: coded("NOTICE_REFUSED", b">SEZ99<"),
    "Z-NOTICE-ID-TAKEN": lambda: coded("NOTICE_REFUSED", b">SYNC_ERROR<"),
    "Z-RECEIPT-DELIVERED": lambda: answers(
        ReceiptDelivered, lambda told, _: put(told, receipt_sha256=OTHER_HASH)
    ),
    "Z-RECEIPT-AGAIN": lambda: TakenTwice(ReceiptDelivered),
    "Z-RECEIPT-UNKNOWN": lambda: coded("RECEIPT_REFUSED", b">ACCEPTED<"),
    "Z-RECEIPT-ALTERED": lambda: _either(b">REFUSED<"),
    "Z-CHECKSUM-TREE": lambda: answers(AuditAnswer, _lacks(b">TREE<")),
    "Z-CHECKSUM-LIVE": lambda: answers(AuditAnswer, _lacks(b">LIVE<")),
    "Z-AUDIT-OBJECT": lambda: answers(ObjectAuditAnswer, _without_bytes),
    "Z-AUDIT-OBJECT-STRANGER": lambda: coded("NOT_THE_REGISTRY", b"<ObjectAuditRequest "),
    "Z-AUDIT-STRANGER": lambda: coded("NOT_THE_REGISTRY", b"<AuditRequest "),
    "Z-AUDIT-OTHER-SEZ": lambda: coded("AUDIT_REFUSED"),
    "Z-OBJECT-5": lambda: answers(AuditAnswer, _no_changes),
    "Z-OBJECT-6": lambda: answers(AuditAnswer, _no_first),
    "Z-OBJECT-7": lambda: answers(AuditAnswer, _not_kept),
    "Z-CHECKPOINT": SecondCheckpoint,
    "Z-EXTENSION-PROOF": lambda: _unproven("OldSize"),
    "Z-INCLUSION-PROOF": lambda: _unproven("<Position"),
    **{f"Z-{name}": broken for name, broken in BROKEN_LOGS.items()},
    **{f"Z-{name}": BROKEN[f"S-{name}"] for name in HOSTILE},
}
"""What is changed in the answers of a SEZ, by the case that must notice it."""


def _either(mark: bytes) -> Breakage:
    def breakage(at: Exchanged) -> None:
        for code in ("NOT_THE_REGISTRY", "NOTICE_REFUSED", "RECEIPT_REFUSED"):
            coded(code, mark)(at)

    return breakage


class DistortedRelay(Relay):
    """What a kit sees of a SEZ that sends something else than ours does."""

    def __init__(self, genuine: Relay, change: "Change", signer: FileSigner) -> None:
        self.genuine, self.change, self.signer = genuine, change, signer
        self.accidents, self.made = genuine.accidents, dict[int, RelayedCall]()
        self.signed: dict[bytes, bytes] = {}
        self.asked: Callable[[RelayedCall], RelayedCall] = lambda passed: passed

    @override
    def arrange(self, accident: Accident, operation: str = "TransferRecords") -> None:
        """What is arranged happens to the real SEZ."""
        self.genuine.arrange(accident, operation)

    @property
    @override
    def count(self) -> int:  # type: ignore[override]  # the real one's
        """How many exchanges came by."""
        return self.genuine.count

    @override
    def since(self, number: int, operation: str) -> list[RelayedCall]:
        """The calls after a number, each as the broken SEZ would have sent it."""
        return [self._seen(one) for one in self.genuine.since(number, operation)]

    def _seen(self, passed: RelayedCall) -> RelayedCall:
        if passed.calls("GetTime"):
            return self.asked(passed)
        if passed.number not in self.made:
            package = codec.read(payload_of(open_envelope(passed.body, None)), Package)
            other = self.change(passed, package)
            self.made[passed.number] = passed if other is None else self._sent(passed, other)
        return self.made[passed.number]

    def _sent(self, passed: RelayedCall, package: Package) -> RelayedCall:
        name = f"package-{package.message_id}"
        text = codec.canonical_text(package, root_id=name)
        signed = self.signed.setdefault(text, sign_canonical(text, name, self.signer))
        name = open_envelope(passed.body, None).operation
        body = enclose(SoapVersion.V11, REGISTRY.namespace, name, signed)
        whole = (passed.number, passed.path, body, passed.status, passed.reply)
        return RelayedCall(*whole, passed.arranged)


Change = Callable[[RelayedCall, Package], Package | None]


def late(object_type: str, years: int = 0) -> Change:
    """Packages with an object of this type hold what was formed two hours before."""

    def change(passed: RelayedCall, package: Package) -> Package | None:
        held = [one for one in package.records if one.header.object_type == object_type]
        if not held or (years and not _of_years(held[0].document or b"", years)):
            return None
        del passed
        return _moved(package, -timedelta(hours=2))

    return change


def by_own_clock(passed: RelayedCall, package: Package) -> Package | None:
    """What is formed by the Registry's clock, which is behind, seems to be formed by another."""
    del passed
    behind = astana_time.now() - timedelta(seconds=20)
    if all(one.header.formed_at > behind for one in package.records):
        return None
    return _moved(package, timedelta(seconds=30))


def wrong_clock(passed: RelayedCall) -> RelayedCall:
    """The question for the time names a moment of last year."""
    year = re.search(rb"<ClientSentAt>([0-9]{4})-", passed.body)
    assert year is not None
    before = str(int(year[1]) - 1).encode()
    body = passed.body.replace(year[0], year[0].replace(year[1], before))
    return replace(passed, body=body)


def _of_years(document: bytes, years: int) -> bool:
    return (b"<Kind>ANNUAL<" in document) == (years == 1)


def _moved(package: Package, by: timedelta) -> Package:
    records = (
        put(one, header=put(one.header, formed_at=one.header.formed_at + by))
        for one in package.records
    )
    return put(package, records=tuple(records))


@dataclass
class SignsAnew:
    """A package that comes again after a reply with ``mark`` is another one under the same id."""

    mark: Callable[[RelayedCall], bool]
    met: set[Any] = field(default_factory=set)

    def __call__(self, passed: RelayedCall, package: Package) -> Package | None:
        if package.message_id in self.met:
            return package
        if passed.arranged and self.mark(passed):
            self.met.add(package.message_id)
        return None


SENT: dict[str, Callable[[], Change]] = {
    "Z-OBJECT-1": lambda: late(PURCHASE),
    "Z-OBJECT-2": lambda: late(REVIEW),
    "Z-OBJECT-3": lambda: late(SINGLE),
    "Z-OBJECT-4": lambda: late(RESULTS),
    "Z-OBJECT-8-ANNUAL": lambda: late(PROGRAMME, 1),
    "Z-OBJECT-8-MEDIUM": lambda: late(PROGRAMME, 5),
    "Z-BUSY": lambda: SignsAnew(lambda one: b">BUSY<" in one.reply),
    "Z-ANSWER-LOST": lambda: SignsAnew(lambda one: one.status == 504),
    "Z-TIME-APPLIED": lambda: by_own_clock,
    "Z-FORGED-RECEIPT": lambda: SignsAnew(lambda one: b"\n<ReceiptId>" in one.reply),
}
"""What a SEZ sends otherwise, by the case that must notice it."""

ASKED: dict[str, Callable[[RelayedCall], RelayedCall]] = {"Z-TIME": wrong_clock}
"""What a SEZ asks otherwise, by the case that must notice it."""
