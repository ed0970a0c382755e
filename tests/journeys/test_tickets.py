"""What was ticketed is answered, once each, however often the Registry is killed (S216-18.1)."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

import pytest

from sez.soap.client import Connection, PeerUnreachable, RegistryClient, RemoteFault
from shared_contracts.astana_time import now
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptPending, ReceiptRequest, Ticket
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema
from tests.journeys.stand import Reader, Stand, running_stand
from tests.journeys.test_thousand_packages import Parcel, files, parcels
from tests.pki import Pki
from tests.postgres import memory_folder

SENDERS = 4
KILLS = 3
TIMEOUT = 300.0
"""Seconds in which a parcel must be answered, with all that is begun again meanwhile."""


def insist(work: Callable[[], bytes], deadline: float) -> bytes:
    """Do it again until it succeeds: the Registry comes back."""
    while time.monotonic() < deadline:
        with suppress(PeerUnreachable):
            try:
                return work()
            except RemoteFault as fault:
                if not fault.retryable:
                    raise
        time.sleep(0.05)
    raise TimeoutError("the Registry did not come back")


def settle(pki: Pki, client: RegistryClient, parcel: Parcel, folder: Path) -> tuple[UUID, bytes]:
    """Submit a parcel, lose the ticket, submit it again, and pull until the receipt is there."""
    deadline = time.monotonic() + TIMEOUT

    def submit() -> bytes:
        return insist(lambda: client.call("SubmitAsync", parcel.package), deadline)

    first, again = submit(), submit()
    if codec.local_name(schema.parse(first)) == "Receipt":
        return parcel.message_id, first
    assert again == first or codec.local_name(schema.parse(again)) == "Receipt"
    ticket = codec.read(schema.parse(first), Ticket)
    while True:
        answer = insist(lambda: pull(pki, client, ticket.ticket_id), deadline)
        element = schema.parse(answer)
        if codec.local_name(element) == "Receipt":
            return parcel.message_id, answer
        for sha256 in codec.read(element, ReceiptPending).hashes:
            with suppress(PeerUnreachable, RemoteFault):
                client.put_file(sha256, folder / sha256)
        time.sleep(0.2)


def pull(pki: Pki, client: RegistryClient, ticket_id: UUID) -> bytes:
    question = ReceiptRequest(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=now(),
        ticket_id=ticket_id,
    )
    return client.call("GetReceipt", sign_message(question, "ask-1", pki.signer("sez")))


@pytest.mark.clause("S216-18.1", "S216-18.7", "S216-13b")
def test_what_was_ticketed_is_answered_once_each_while_the_registry_is_killed(pki: Pki) -> None:
    made = parcels(pki, 24)
    chance = random.Random(18)  # noqa: S311  # chance that can be repeated, not a secret
    with memory_folder() as place, running_stand(pki, place, None) as stand:
        stand.start_registry()
        stand.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
        folder = files(stand)
        with (
            closing(RegistryClient(Connection(stand.registry_address, 10))) as client,
            ThreadPoolExecutor(SENDERS) as pool,
        ):
            work = [pool.submit(settle, pki, client, parcel, folder) for parcel in made]
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.2, 1.0))
                stand.kill("registry")
                stand.start_registry()
            receipts = dict(one.result() for one in work)
            for parcel in made[::10]:
                assert client.transfer(parcel.package) == receipts[parcel.message_id]
        stand.terminate("registry")
        check(pki, stand, made, receipts)


def check(pki: Pki, stand: Stand, made: list[Parcel], receipts: dict[UUID, bytes]) -> None:
    """Every parcel is accepted once, and the store is whole."""
    reader = Reader.of(pki)
    told = {parcel.message_id: reader.read(receipts[parcel.message_id]) for parcel in made}
    assert {one.result.value for one in told.values()} == {"ACCEPTED"}
    with stand.own_postgres("registry") as dsn:
        outcome = audit(dsn)
    assert outcome.difference is None
