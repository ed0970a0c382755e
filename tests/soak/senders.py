"""Systems of another make: each forms packages under its own code and sends them until answered."""

import hashlib
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from uuid import UUID

from lxml import etree

from sez.soap.client import Connection, PeerUnreachable, RegistryClient, RemoteFault
from sez.tendering.example_purchases import single_source
from shared_contracts.astana_time import now
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.receipt import Receipt, Result
from tests.bench.sender import FILES, GOST_CUSTOMER, GOST_FORMED_BY, KINDS, Sender, purchase
from tests.journeys.stand import Reader
from tests.pki import Pki
from tests.serving import canonical

CUSTOMERS = ("customer1", "customer2")
"""Whose purchases they are; the authority can be silent about the people of the second."""

TIMEOUT = 3.0
"""Seconds that a sender waits for an answer."""

PAUSE = 0.25
"""Seconds between two attempts."""

DOUBTS = 20
"""Answers in a row that no repeat should cure, after which a sender gives up."""


class GivenUp(Exception):
    """A package got a final answer that is not its acceptance."""


@dataclass(slots=True)
class Parcel:
    """A signed package; ``released`` and ``answered`` are moments of the monotonic clock."""

    code: str
    customer: str
    message_id: UUID
    sequence: int
    objects: tuple[UUID, ...]
    package: bytes
    package_hash: str
    released: float = 0.0
    answered: float = 0.0
    receipt: bytes = b""


def parcels(pki: Pki, code: str, count: int) -> list[Parcel]:
    """``count`` packages of a system: every fifth for customer 2, every eighth of three records."""
    system = pki.signer("sez2")
    usual = Sender(pki.signer("customer1-head"), system, code=code)
    gost = Sender(
        pki.signer("customer2-head"),
        system,
        GOST_CUSTOMER,
        GOST_FORMED_BY,
        code,
        usual._numbers,
    )
    return [
        _parcel(gost if number % 5 == 0 else usual, number, 3 if number % 8 == 0 else 1)
        for number in range(1, count + 1)
    ]


def _parcel(sender: Sender, number: int, records: int) -> Parcel:
    at, message_id = now(), uuid7()
    kinds = islice(cycle(KINDS), records) if records > 1 else (single_source,)
    documents = [purchase(kind, at, sender.customer, sender.code) for kind in kinds]
    package = sender.package(tuple(sender.record(one, at) for one in documents), message_id)
    customer = CUSTOMERS[sender.customer is GOST_CUSTOMER]
    objects = tuple(one.act.object_id for one in documents)
    digest = hashlib.sha256(canonical(etree.fromstring(package))).hexdigest()
    return Parcel(sender.code, customer, message_id, number, objects, package, digest)


@dataclass
class Lane:
    """What one system sends for one customer, one package after another; runs in a thread."""

    client: RegistryClient
    reader: Reader
    files: Path
    chance: Random
    waiting: "queue.SimpleQueue[Parcel]" = field(default_factory=queue.SimpleQueue)
    closed: threading.Event = field(default_factory=threading.Event)
    outcomes: Counter[str] = field(default_factory=Counter)
    problem: BaseException | None = None

    def work(self) -> None:
        """Send what comes until it is closed; ``problem`` is what ended it otherwise."""
        try:
            while not self.closed.is_set():
                with suppress(queue.Empty):
                    parcel = self.waiting.get(timeout=0.1)
                    self._deliver(parcel)
        except BaseException as problem:  # noqa: BLE001  # whoever waits for the lane is told
            self.problem = problem

    def _deliver(self, parcel: Parcel) -> None:
        doubts = 0
        while not self.closed.is_set():
            outcome = self._attempt(parcel)
            self.outcomes[outcome] += 1
            if parcel.receipt:
                return
            doubts = doubts + 1 if outcome.startswith("FINAL") else 0
            if doubts > DOUBTS:
                raise GivenUp(f"{parcel.code} {parcel.sequence}: {outcome}")
            time.sleep(PAUSE * self.chance.uniform(0.5, 1.5))

    def _attempt(self, parcel: Parcel) -> str:
        try:
            answer = self.client.transfer(parcel.package)
            receipt = self.reader.read(answer)
        except (PeerUnreachable, NotTheCounterpart) as problem:
            return type(problem).__name__
        except RemoteFault as fault:
            self._send_files(fault)
            return fault.code if fault.retryable else f"FINAL {fault.code}"
        return self._judged(parcel, receipt, answer)

    def _judged(self, parcel: Parcel, receipt: Receipt, answer: bytes) -> str:
        """Whether a proven receipt is about these bytes, and what it says of them."""
        about = (receipt.message_id, receipt.package_hash)
        if about != (parcel.message_id, parcel.package_hash):
            return "OTHER_BYTES"
        if receipt.result is not Result.ACCEPTED:
            raise GivenUp(f"{parcel.code} {parcel.sequence}: {receipt.findings}")
        parcel.receipt, parcel.answered = answer, time.monotonic()
        return "ANSWERED"

    def _send_files(self, fault: RemoteFault) -> None:
        for sha256 in fault.hashes:
            with suppress(PeerUnreachable, RemoteFault):
                if (self.files / sha256).is_file():
                    self.client.put_file(sha256, self.files / sha256)


@dataclass
class Senders:
    """All systems of another make, a lane for each and each of its customers."""

    lanes: dict[tuple[str, str], Lane]

    @classmethod
    def of(cls, pki: Pki, codes: list[str], address: str, files: Path, chance: Random) -> "Senders":
        """The systems with these codes, which reach the Registry at ``address``."""
        files.mkdir()
        for file in FILES:
            (files / file.document.sha256).write_bytes(file.content)
        reader = Reader.of(pki)
        lanes = {
            (code, customer): Lane(
                RegistryClient(Connection(address, TIMEOUT)),
                reader,
                files,
                Random(chance.random()),  # noqa: S311
            )
            for code in codes
            for customer in CUSTOMERS
        }
        return cls(lanes)

    def start(self) -> None:
        """Send from now on what is released."""
        for (code, customer), lane in self.lanes.items():
            threading.Thread(target=lane.work, name=f"{code} {customer}", daemon=True).start()

    def release(self, parcel: Parcel) -> None:
        """Hand a package to its lane."""
        parcel.released = time.monotonic()
        self.lanes[parcel.code, parcel.customer].waiting.put(parcel)

    def check(self) -> None:
        """Raise what ended a lane."""
        for problem in self.problems():
            raise problem

    def problems(self) -> Iterator[BaseException]:
        """What ended lanes."""
        return (lane.problem for lane in self.lanes.values() if lane.problem)

    def outcomes(self) -> Counter[str]:
        """What came of all attempts."""
        return sum((lane.outcomes for lane in self.lanes.values()), Counter())

    def close(self) -> None:
        """Send nothing more."""
        for lane in self.lanes.values():
            lane.closed.set()
        for lane in self.lanes.values():
            lane.client.close()
