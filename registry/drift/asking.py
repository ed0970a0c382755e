"""A system is asked what it can do, and what came in its name is looked through (S216-11a)."""

import hashlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from registry.drift.comparing import ContractDemands, compare, outside, said_of_itself
from registry.drift.difference import (
    DriftKind,
    LookedAt,
    SaidOfItself,
    SeenDifference,
    SystemDrift,
    is_first,
)
from registry.outgoing.addressee import Addressee, NoAcknowledgement
from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import (
    Counterpart,
    NotProvenYet,
    NotTheCounterpart,
    SignedByAnother,
    SignerChecker,
    believe,
)
from shared_contracts.errors import Absent
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.time import Capabilities, CapabilitiesRequest
from shared_contracts.xml import codec, schema

Shown = tuple[SeenDifference, bytes]
"""A difference and the bytes that show it."""

OTHER_CERTIFICATE: Final = "I-17"
"""The rule by which a message is refused that the system signed with another certificate."""

CAME_SINCE: Final = timedelta(days=1)
"""For how long a message that was signed so is held against the system."""

LOOKED_THROUGH: Final = 100
"""Most of such messages, of all systems, that are looked through."""

EVERY: Final = frozenset(DriftKind)


@dataclass(frozen=True, slots=True)
class SystemLook:
    """What one look found, and the bytes behind each SHA-256 that it names."""

    looked: LookedAt
    shown: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class CapabilityQuestions:
    """Looks at systems: by a question, and by what they sent.

    ``refused`` gives the newest answers since a moment, so many at most, to messages that were
    refused by ``OTHER_CERTIFICATE`` alone.
    """

    call: Callable[[Addressee, bytes], bytes]
    checker: SignerChecker
    demands: ContractDemands
    refused: Callable[[datetime, int], Sequence[bytes]]
    clock: Callable[[], datetime]

    def look(self, entry: SystemRegistered, drift: SystemDrift) -> SystemLook:
        """Ask a system, and compare its answer (``NoAcknowledgement``, ``Absent``)."""
        if entry.endpoint is None:
            raise Absent(f"the register has no endpoint of {entry.code}: no act names one")
        data = self._asked(entry, entry.endpoint)
        leads, where = _leads(entry)
        try:
            told = self._believed(entry, data)
        except SignedByAnother as other:
            seen = [(_certificate(entry, other.found), data), *leads]
            return self._look(seen, None, where)
        first = None if is_first(drift, entry) else drift.said
        found = ((one, data) for one in compare(entry, self.demands, told, first))
        judged = (EVERY - {DriftKind.ADDRESS}) | where
        return self._look(
            [*found, *leads, *self._came(entry)], (said_of_itself(told), data), judged
        )

    def unasked(self, entry: SystemRegistered) -> SystemLook:
        """What is seen of a system that gives no answer: where it is, what came in its name."""
        leads, where = _leads(entry)
        return self._look([*leads, *self._came(entry)], None, where)

    def _asked(self, entry: SystemRegistered, endpoint: str) -> bytes:
        question = CapabilitiesRequest(message_id=uuid7())
        whom = Addressee(entry.code, endpoint, entry.bin)
        return self.call(whom, codec.to_bytes(codec.write(question)))

    def _believed(self, entry: SystemRegistered, data: bytes) -> Capabilities:
        """What it told, proven; whoever signs with another certificate is ``SignedByAnother``."""
        pinned = (entry.bin, entry.system_uid or "", entry.certificate_sha256)
        try:
            return believe(data, Capabilities, Counterpart(self.checker, *pinned), self.clock())
        except SignedByAnother:
            raise
        except NotProvenYet as doubt:
            raise NoAcknowledgement("NOT_PROVEN_YET", str(doubt)) from doubt
        except NotTheCounterpart as doubt:
            raise NoAcknowledgement("ANSWER_INVALID", str(doubt)) from doubt

    def _came(self, entry: SystemRegistered) -> list[Shown]:
        """The newest message of the day that it signed with another certificate, if one came."""
        since = self.clock() - CAME_SINCE
        for answer in self.refused(since, LOOKED_THROUGH):
            receipt = codec.read(schema.parse(answer), Receipt)
            values = [one.value for one in receipt.findings if one.rule_id == OTHER_CERTIFICATE]
            if receipt.sez_code == entry.code and values and values[0]:
                return [(_certificate(entry, values[0]), answer)]
        return []

    def _look(
        self,
        seen: Sequence[Shown],
        said: tuple[SaidOfItself, bytes] | None,
        judged: frozenset[DriftKind],
    ) -> SystemLook:
        every = [data for _, data in seen] + ([said[1]] if said else [])
        shown = {hashlib.sha256(data).hexdigest(): data for data in every}
        hashes = {data: sha256 for sha256, data in shown.items()}
        found = [(one, hashes[data]) for one, data in seen]
        told = None if said is None else (said[0], hashes[said[1]])
        return SystemLook(LookedAt(self.clock(), told, found, judged), shown)


def _certificate(entry: SystemRegistered, found: str) -> SeenDifference:
    fixed = entry.certificate_sha256 or f"BIN {entry.bin}, UID {entry.system_uid}"
    return SeenDifference(kind=DriftKind.CERTIFICATE, fixed=fixed, found=found)


def _leads(entry: SystemRegistered) -> tuple[list[Shown], frozenset[DriftKind]]:
    """Whether its endpoint leads out of its networks, and whether that could be found out."""
    parts = urlsplit(entry.endpoint or "")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except OSError:  # nobody knows the name now
        return [], frozenset()
    addresses = sorted({str(one[4][0]) for one in found})
    note = f"{entry.endpoint} leads to {', '.join(addresses)}\n".encode()
    leads: list[Shown] = [(one, note) for one in outside(entry, addresses)]
    return leads, frozenset({DriftKind.ADDRESS})
