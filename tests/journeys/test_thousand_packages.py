"""A thousand packages by eight senders, while the Registry is killed ten times (S216-18.7)."""

import queue
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

import registry.app  # the Registry's topics
from registry.messages.message import PackageAccepted
from registry.purchases.purchase import PurchaseRecorded
from sez.soap.client import Connection, PeerUnreachable, RegistryClient, RemoteFault
from sez.tendering.example_purchases import single_source
from shared_contracts.astana_time import now
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.event import Event, decode
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.package import Record
from shared_contracts.messages.receipt import Result
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.bench.sender import FILES, Sender, header, purchase
from tests.journeys.stand import Reader, Stand, running_stand
from tests.pki import Pki
from tests.postgres import memory_folder

TOPICS_OF = registry.app
PACKAGES = 1000
SENDERS = 8
KILLS = 10
SEED = 216
TIMEOUT = 300.0
"""Seconds in which all must be answered."""
PAUSE = 0.2
"""Seconds before a sender tries again; a Registry that starts needs the cores itself."""


@dataclass(frozen=True)
class Parcel:
    """A signed package, ready to go."""

    message_id: UUID
    object_id: UUID
    package: bytes


@dataclass
class Post:
    """Senders who do not give up; ``receipts`` are what they were answered."""

    client: RegistryClient
    parcels: "queue.SimpleQueue[Parcel]"
    files: Path
    receipts: dict[UUID, bytes] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    closed: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Send what is left, each parcel until it is answered."""
        while not self.closed.is_set():
            try:
                parcel = self.parcels.get_nowait()
            except queue.Empty:
                return
            self.receipts[parcel.message_id] = self.send(parcel)

    def send(self, parcel: Parcel) -> bytes:
        """Send a parcel again and again, as long as that may help."""
        while not self.closed.is_set():
            try:
                return self.client.transfer(parcel.package)
            except PeerUnreachable:
                self.failures["UNREACHABLE"] += 1
            except RemoteFault as fault:
                self._mend(fault)
            time.sleep(PAUSE)
        raise TimeoutError(f"{parcel.message_id} was not answered; on the way: {self.failures}")

    def _mend(self, fault: RemoteFault) -> None:
        """Send the files that are missing; a fault after which nothing helps ends the sender."""
        self.failures[fault.code] += 1
        if not fault.retryable:
            raise fault
        for sha256 in fault.hashes:
            with suppress(PeerUnreachable):
                self._put(sha256)

    def _put(self, sha256: str) -> None:
        """Send a file, unless others are sending it at this moment."""
        try:
            self.client.put_file(sha256, self.files / sha256)
        except RemoteFault as fault:
            self.failures[fault.code] += 1
            if not fault.retryable:
                raise


@pytest.mark.clause("S216-18.7", "S216-18.2", "S216-A2.1.0", "S216-A2.1.5", "S216-13b")
def test_a_thousand_packages_are_recorded_once_each_while_the_registry_is_killed_ten_times(
    pki: Pki,
) -> None:
    made = parcels(pki)
    with memory_folder() as folder, running_stand(pki, folder, None) as stand:
        stand.start_registry()
        stand.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
        post = send_all(stand, made)
        assert len(post.receipts) == PACKAGES
        assert post.failures["UNREACHABLE"] >= KILLS, "the kills hit nobody"
        check_again(stand, made, post)
        stand.terminate("registry")
        check_store(pki, stand, made, post)


def parcels(pki: Pki, count: int = PACKAGES) -> list[Parcel]:
    """A purchase from a single source in each, signed by the customer's head and the SEZ."""
    person = pki.signer("customer1-head")
    sender = Sender(person, pki.signer("sez"))
    made = []
    for _ in range(count):
        at, message_id = now(), uuid7()
        document = purchase(single_source, at)
        data = sign_person(codec.to_bytes(codec.write(document)), person)
        record = Record(header=header(document, data, at), document=data)
        package = sender.package((record,), message_id)
        made.append(Parcel(message_id, document.act.object_id, package))
    return made


def send_all(stand: Stand, made: list[Parcel]) -> Post:
    """The senders against the kills; all that was answered."""
    waiting: queue.SimpleQueue[Parcel] = queue.SimpleQueue()
    for parcel in made:
        waiting.put(parcel)
    with (
        closing(RegistryClient(Connection(stand.registry_address, 10))) as client,
        ThreadPoolExecutor(SENDERS) as pool,
    ):
        post = Post(client, waiting, files(stand))
        timer = threading.Timer(TIMEOUT, post.closed.set)
        timer.start()
        try:
            working = [pool.submit(post.work) for _ in range(SENDERS)]
            kill_at_random(stand, post)
            for work in working:
                work.result()
        finally:
            timer.cancel()
            post.closed.set()
    return post


def files(stand: Stand) -> Path:
    """A folder with the files that the purchases name, by their hashes."""
    folder = stand.folder / "files"
    folder.mkdir()
    for file in FILES:
        (folder / file.document.sha256).write_bytes(file.content)
    return folder


def kill_at_random(stand: Stand, post: Post) -> None:
    """At moments nobody can foresee, end the Registry at once and start it again."""
    chance = random.Random(SEED)  # noqa: S311  # chance that can be repeated, not a secret
    for threshold in sorted(chance.sample(range(PACKAGES // 50, PACKAGES - 20), KILLS)):
        while len(post.receipts) < threshold and not post.closed.is_set():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
        stand.kill("registry")
        stand.start_registry()


def check_again(stand: Stand, made: list[Parcel], post: Post) -> None:
    """Whoever sends a message again gets the first receipt back, byte for byte."""
    with closing(RegistryClient(Connection(stand.registry_address))) as client:
        for parcel in made[::50]:
            assert client.transfer(parcel.package) == post.receipts[parcel.message_id]


def check_store(pki: Pki, stand: Stand, made: list[Parcel], post: Post) -> None:
    """The store as it stands, held against what was sent and what was answered."""
    with stand.own_postgres("registry") as dsn:
        outcome = audit(dsn)
        log = events(dsn)
    assert (outcome.difference, outcome.size) == (None, len(log))
    recorded = [event for _, event in log if isinstance(event, PurchaseRecorded)]
    assert Counter(one.header.object_id for one in recorded) == Counter(
        parcel.object_id for parcel in made
    )
    accepted = {leaf.hex(): one for leaf, one in log if isinstance(one, PackageAccepted)}
    assert sorted(one.sequence for one in accepted.values()) == list(range(1, PACKAGES + 1))
    reader = Reader.of(pki)
    for parcel in made:
        receipt = reader.read(post.receipts[parcel.message_id])
        assert (receipt.result, receipt.message_id) == (Result.ACCEPTED, parcel.message_id)
        assert accepted[receipt.log.leaf_hash or ""].message_id == parcel.message_id


def events(dsn: str) -> list[tuple[bytes, Event]]:
    """Leaf and event of every position."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT leaf, topic, state FROM log.events ORDER BY position")
        return [(leaf, decode(topic, bytes(state))) for leaf, topic, state in rows]
