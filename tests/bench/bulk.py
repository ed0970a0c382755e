"""(n) A programme of very many items under a ticket, and what others notice of it meanwhile.

A Registry in a process of its own takes one programme from PUT and SubmitAsync to the receipt and
the listing. Before, meanwhile and after, one connection sends packages of one record and another
reads pages of the feed, at a pace; the quiet half before and after is what they are held against.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from uuid import UUID

import msgspec

from registry.intake.large_worker import MEMORY, SPARE
from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.kinds.programme import LOAD
from shared_contracts.messages.asynchronous import ReceiptRequest, Ticket
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import FileRef, Package, Record, RecordHeader
from shared_contracts.messages.programme import PROGRAMME, PlannedItem, Programme
from shared_contracts.rules.programme import with_totals
from shared_contracts.signing.sign import sign_message, sign_person, sign_sliced
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope
from shared_contracts.xml.slices import cut
from tests import programmes
from tests.bench.bulk_others import Noticed, Probes, watched, whole_peak
from tests.bench.grounds import Grounds
from tests.bench.intake import new_sender
from tests.bench.measure import Figure, Outcome, figure
from tests.bench.sender import CONTENT_TYPE, CUSTOMER, FORMED_BY, SEZ_CODE, Sender
from tests.bench.whole_way import Client, served

ORDINARY: Final = 1000
"""Items of an ordinary programme, which travels within its package."""

MOST_ORDINARY: Final = 20
"""Most ordinary programmes that are sent for a rate."""

PATIENCE: Final = 1800.0
"""Most seconds until the receipt is there."""

_END: Final = b"</Programme>"


@dataclass(frozen=True)
class Ground:
    """What the measure works with: a sender, the connections, where files are made."""

    sender: Sender
    client: Client
    folder: Path

    def post(self, operation: str, document: bytes) -> bytes:
        """The answer to a message."""
        body = enclose(SoapVersion.V11, REGISTRY.namespace, operation, document)
        headers = {"Content-Type": CONTENT_TYPE}
        return self.client.http.post("/soap/", content=body, headers=headers).content

    def sealed(self, *records: Record) -> bytes:
        """A signed package under contract 1.1."""
        package = Package(
            message_id=uuid7(),
            sez_code=SEZ_CODE,
            environment=Environment.STAND,
            sequence=next(self.sender._numbers),  # the sender's own
            created_at=now(),
            contract_version="1.1",
            record_count=len(records),
            records=records,
        )
        return sign_message(package, f"package-{package.message_id}", self.sender.system)


def measure(grounds: Grounds, runs: int, items: int, quiet: float) -> Outcome:
    """Rate and memory of the programme, and what others notice; ``quiet`` seconds each side."""
    rates, peaks, grown, noticed = [], [], [], []
    sender = new_sender(grounds)
    with served(grounds) as client:
        ground = Ground(sender, client, grounds.folder)
        for run in range(runs):
            path = written(ground, items, 2030 + run)
            with watched(client.pid) as memory:
                seconds, alone, beside = one_programme(ground, path, quiet)
            rate = ordinary_rate(ground, items, 2100 + MOST_ORDINARY * run)
            rates.append((items / seconds, rate))
            peaks.append((memory.peak / 2**20, whole_peak(path)))
            grown.append(memory.grown / 2**20)
            noticed.append((beside, alone))
            path.unlink()
    figures = (
        figure("bulk_rate_vs_ordinary", "items/s", rates),
        figure("bulk_peak_vs_whole", "MB", peaks),
        *_of_others(noticed),
    )
    told = max(len(beside.receipts) for beside, _ in noticed)
    note = (
        f"bulk: {items:,} items; bound {MEMORY >> 20} MiB after a slice, ended at "
        f"{(MEMORY + SPARE) >> 20} MiB; main process grew by {max(grown):.0f} MB; {told} packages "
        f"and pages beside it, longest {max(max(one.receipts) for one, _ in noticed):.0f} ms"
    )
    return Outcome(figures, (note,))


def _of_others(noticed: list[tuple[Noticed, Noticed]]) -> Iterator[Figure]:
    for name, of in (("receipt", "receipts"), ("page", "pages")):
        for measure_name, how in (("p95", _p95), ("median", median)):
            pairs = [(how(getattr(one, of)), how(getattr(other, of))) for one, other in noticed]
            yield figure(f"bulk_{name}_{measure_name}", "ms", pairs)


def _p95(readings: list[float]) -> float:
    return quantiles(readings, n=20, method="inclusive")[-1]


# What is sent.


def items_of(count: int, year: int) -> tuple[PlannedItem, ...]:
    """So many items, half of them with everything that an item can say."""
    goods = programmes.goods(programmes.plan(year, "7.000", "22542909.97"))
    services = programmes.services(programmes.plan(year, "1", "148000000.00"))
    kinds = (services, goods)
    return tuple(
        msgspec.structs.replace(kinds[number % 2], item_number=str(number))
        for number in range(1, count + 1)
    )


def programme(count: int, year: int) -> Programme:
    """A new programme of a year."""
    act = msgspec.structs.replace(programmes.act(), object_id=uuid7())
    items = items_of(count, year)
    given = {"year_from": year, "year_to": year, "items": items, "subsoil_user": CUSTOMER}
    return with_totals(programmes.annual(act=act, **given))


def written(ground: Ground, count: int, year: int) -> Path:
    """A signed programme as a file."""
    made = programme(count, year)
    path = ground.folder / f"{made.act.object_id}.xml"
    path.write_bytes(codec.canonical_text(made))
    slices = cut(path, "Items", count)
    assert slices is not None
    signature = sign_sliced(slices, ground.sender.person)
    with path.open("r+b") as file:
        file.seek(-len(_END), os.SEEK_END)
        file.write(signature + _END)
    return path


def head(document_hash: str, object_id: UUID) -> RecordHeader:
    """The header of a new programme's record."""
    return RecordHeader(
        object_type=PROGRAMME,
        object_id=object_id,
        version=1,
        formed_at=now(),
        formed_by=FORMED_BY,
        document_hash=document_hash,
    )


def ordinary_rate(ground: Ground, count: int, year: int) -> float:
    """Items a second of ordinary programmes, sent one after another synchronously."""
    packages = []
    for number in range(min(MOST_ORDINARY, max(1, count // ORDINARY))):
        made = programme(ORDINARY, year + number)
        data = sign_person(codec.canonical_text(made), ground.sender.person)
        header = head(hashlib.sha256(data).hexdigest(), made.act.object_id)
        packages.append(ground.sealed(Record(header=header, document=data)))
    start = time.perf_counter()
    for package in packages:
        answer = ground.post(LOAD, package)
        assert b">ACCEPTED<" in answer, answer[-3000:]
    return len(packages) * ORDINARY / (time.perf_counter() - start)


def one_programme(ground: Ground, path: Path, quiet: float) -> tuple[float, Noticed, Noticed]:
    """Seconds until the programme is listed; what others notice alone, and beside it."""
    alone, beside, probes = Noticed(), Noticed(), Probes(ground.client, ground.sender)
    sha256, object_id = hashlib.sha256(path.read_bytes()).hexdigest(), UUID(path.stem)
    ref = FileRef(sha256=sha256, size=path.stat().st_size)
    package = ground.sealed(Record(header=head(sha256, object_id), file_ref=ref))
    with probes.at_work(Noticed()):
        time.sleep(1.0)
    with probes.at_work(alone):
        time.sleep(quiet)
    assert b"FILES_MISSING" in ground.post("SubmitAsync", package)
    with path.open("rb") as file:
        ground.client.http.put(f"/files/{sha256}", content=file).raise_for_status()
    start = time.perf_counter()
    with probes.at_work(beside):
        registry_id = accepted(ground, package)
        listed(ground, registry_id)
        seconds = time.perf_counter() - start
    with probes.at_work(alone):
        time.sleep(quiet)
    return seconds, alone, beside


def accepted(ground: Ground, package: bytes) -> str:
    """The Registry's id of the programme, from its receipt."""
    ticket = codec.read(_payload(ground.post("SubmitAsync", package)), Ticket)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        question = ReceiptRequest(
            message_id=uuid7(),
            sez_code=SEZ_CODE,
            environment=Environment.STAND,
            created_at=now(),
            ticket_id=ticket.ticket_id,
        )
        asked = sign_message(question, "ask-1", ground.sender.system)
        answer = ground.post("GetReceipt", asked)
        if b"ReceiptPending" not in answer:
            assert b">ACCEPTED<" in answer, answer[-3000:]
            return answer.decode().rpartition("<RegistryId>")[2].partition("<")[0]
        time.sleep(0.2)
    raise TimeoutError(f"no receipt within {PATIENCE:g} s")


def listed(ground: Ground, registry_id: str) -> None:
    """Wait until the items are in the listing."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page = ground.client.http.get(f"/api/v1/programmes/{registry_id}/items?limit=1")
        if page.is_success and page.json():
            return
        time.sleep(0.05)
    raise TimeoutError(f"not listed within {PATIENCE:g} s")


def _payload(answer: bytes) -> codec.Element:
    [payload] = open_envelope(answer, None).wrapper
    return payload
