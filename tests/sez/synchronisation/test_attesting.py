"""Answers still on their way when the Registry's certificate changes are believed all the same."""

import hashlib
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import Response

import registry.app
from deploy.authority.revocations import Revoked, read_revocations, write_revocations
from registry.app import open_registry
from sez.app import open_system
from sez.synchronisation.attesting import AttestationReceived
from sez.synchronisation.delivering import BELIEVED
from sez.synchronisation.package import DeliveryFailed, PackageStopped, ReceiptReceived
from shared_contracts.astana_time import now
from shared_contracts.counterpart import believe
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.faults import Fault
from shared_contracts.messages.attestation import ReceiptAttested
from tests.clauses import clause
from tests.pki import Pki
from tests.serving import serving
from tests.sez.certificates import Pair, another
from tests.sez.foreign import held, posted
from tests.sez.house import ENTRY, House, Watch, database, registry_settings, settings
from tests.sez.road import Letter, Road, answer_lost, never_arrives, refuses

YEAR = timedelta(days=365)


@dataclass
class Change:
    """A SEZ, and a Registry that is begun again under another certificate."""

    pki: Pki
    folder: Path
    dsn: str
    house: House

    @contextmanager
    def under(self, pair: Pair) -> Iterator[None]:
        """The Registry at work under a certificate."""
        given = registry_settings(self.pki, self.folder / "registry", self.dsn)
        opened = open_registry(replace(given, key=pair.key, certificate=pair.chain))
        try:
            with serving(registry.app.web(opened)) as address:
                self.house.registry, self.house.road.target = opened, address
                yield
        finally:
            opened.close()

    def lose_answers(self, tenders: list[UUID]) -> None:
        """The Registry records all packages, and none of its answers arrives."""
        house = self.house
        house.road.accidents.extend([receipt_lost] * 50)
        house.send_until(lambda: len(house.recorded()) == len(tenders))
        while house.road.accidents:
            house.road.accidents.pop()


@pytest.fixture
def change(
    pki: Pki, postgres_server: str, migrated_template: str, tmp_path: Path
) -> Iterator[Change]:
    """Both systems on databases of their own."""
    with ExitStack() as stack:
        theirs, ours = (
            stack.enter_context(database(postgres_server, migrated_template)) for _ in range(2)
        )
        first = open_registry(registry_settings(pki, tmp_path / "registry", theirs))
        first.register.add(ENTRY)
        first.close()
        road, watch = Road(""), Watch()
        address = stack.enter_context(serving(road.app()))
        system = open_system(settings(pki, tmp_path / "sez", ours, address), watch)
        house = House(first, system, road, watch, pki)
        stack.callback(house.close)
        yield Change(pki, tmp_path, theirs, house)


def receipt_lost(letter: Letter) -> Response:
    """Questions for files are answered, and receipts never arrive."""
    answer = letter.deliver()
    return answer if b"FILES_MISSING" in bytes(answer.body) else never_arrives(letter)


@contextmanager
def superseded(pki: Pki, pair: Pair) -> Iterator[None]:
    """A certificate is revoked, as after an ordinary change of the key."""
    before = read_revocations(pki.authority.folder)
    revoked = {**before, pair.serial: Revoked(now(), "superseded")}
    write_revocations(pki.authority.folder, revoked)
    yield
    write_revocations(pki.authority.folder, before)


def wait_for(moment: datetime) -> None:
    """Wait until a moment is over."""
    while now() <= moment + timedelta(seconds=1):
        time.sleep(0.1)


def check_settled(house: House, tenders: list[UUID]) -> None:
    """All are settled by their first receipts, each attested once; nothing was recorded twice."""
    assert {state for tender in tenders for state in house.states(tender)} == {"SYNCHRONISED"}
    assert len(house.recorded()) == len(tenders)
    receipts = {one.receipt_sha256 for one in house.events(ReceiptReceived)}
    attested = house.events(AttestationReceived)
    assert {one.receipt_sha256 for one in attested} == receipts
    log = house.system.log
    for one in log.read(0, 10_000):
        if isinstance(one.event, AttestationReceived):
            data = log.evidence(one.originator_id, one.version, "attestation")
            assert data is not None
            assert hashlib.sha256(data).hexdigest() == one.event.attestation_sha256
            told = believe(data, ReceiptAttested, house.system.exchange.counterpart, now())
            assert told.receipt_sha256 == one.event.receipt_sha256
    assert audit(str(house.system.settings.database_url)).differences == ()


@clause("S216-13b", "S216-18.2")
def test_answers_lost_before_the_certificate_expired_are_settled_by_themselves(
    change: Change,
) -> None:
    house, ends = change.house, now() + timedelta(seconds=8)
    tenders = [house.announce() for _ in range(3)]
    with change.under(another(change.pki, change.folder, ends)):
        change.lose_answers(tenders)
    wait_for(ends)
    with change.under(another(change.pki, change.folder, now() + YEAR)):
        house.send_until(lambda: not house.unsynchronised())
        check_settled(house, tenders)


@clause("S216-13b", "S216-18.2")
def test_answers_lost_before_the_certificate_was_superseded_are_settled_by_themselves(
    change: Change,
) -> None:
    house, ends = change.house, now() + YEAR
    tenders = [house.announce() for _ in range(2)]
    old = another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        house.send_until(lambda: not house.unsynchronised())
        check_settled(house, tenders)


def test_a_receipt_that_came_another_way_is_attested_before_it_is_taken(change: Change) -> None:
    house, ends = change.house, now() + YEAR
    old = another(change.pki, change.folder, ends)
    with change.under(old):
        tender, package = held(house, "announcement")
        late = posted(house, package)
    with superseded(change.pki, old), house.program() as program:
        silent = program.post("/api/v1/receipts", content=late)
        assert silent.status_code == 502, "nobody can be asked"
        with change.under(another(change.pki, change.folder, ends)):
            assert program.post("/api/v1/receipts", content=late).status_code == 200
            check_settled(house, [tender])


def test_a_receipt_that_the_registry_never_issued_is_not_believed(
    change: Change, postgres_server: str, migrated_template: str
) -> None:
    house, ends = change.house, now() + YEAR
    stolen, fresh = (another(change.pki, change.folder, ends) for _ in range(2))
    with database(postgres_server, migrated_template) as elsewhere:
        with replace(change, dsn=elsewhere).under(stolen):
            house.registry.register.add(ENTRY)
            tender, package = held(house, "announcement")
            forged = posted(house, package)
        with (
            superseded(change.pki, stolen),
            change.under(fresh),
            house.program() as program,
        ):
            told = program.post("/api/v1/receipts", content=forged)
    assert (told.status_code, "RECEIPT_UNKNOWN" in told.text) == (422, True)
    assert house.states(tender) == ["HELD"]
    assert house.events(AttestationReceived) == []


def test_a_statement_whose_answer_was_lost_is_settled_like_a_package(change: Change) -> None:
    house, ends = change.house, now() + YEAR
    old = another(change.pki, change.folder, ends)
    house.road.strikes = "VoidSequence"
    with change.under(old), house.program() as program:
        tender, _package = held(house, "announcement")
        house.road.accidents.append(answer_lost)
        asked = {"reason": "Пакет не был отправлен"}
        assert program.post("/api/v1/sequence/1/void", json=asked).status_code == 502
    with (
        superseded(change.pki, old),
        change.under(another(change.pki, change.folder, ends)),
        house.program() as program,
    ):
        told = program.post("/api/v1/sequence/1/void", json=asked)
        assert (told.status_code, told.json()["state"]) == (200, "VOIDED")
    assert house.states(tender) == ["WAITING"]
    assert len(house.events(AttestationReceived)) == 1


@clause("S216-18.3", "S216-A2.1.8")
@pytest.mark.parametrize("fault", [Fault.RECEIPT_UNKNOWN, Fault.UNKNOWN_OPERATION])
def test_a_package_whose_receipt_the_registry_refuses_to_attest_waits_for_a_person(
    change: Change, fault: Fault
) -> None:
    house, ends = change.house, now() + YEAR
    tenders, old = [house.announce()], another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    house.road.strikes = "AttestReceipt"
    house.road.accidents.extend([refuses(fault)] * BELIEVED)
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        house.send_until(lambda: house.states(tenders[0]) == ["STOPPED"])
        [stopped] = house.events(PackageStopped)
        assert (stopped.reason, fault in stopped.detail) == ("RECEIPT_NOT_ATTESTED", True)
        assert (house.send(), house.road.accidents) == (0, deque())
        house.system.settling.retry(stopped.message_id)
        house.send_until(lambda: not house.unsynchronised())
        check_settled(house, tenders)


@clause("S216-13b")
def test_an_attestation_of_another_receipt_proves_nothing(change: Change) -> None:
    house, ends = change.house, now() + YEAR
    old, kept = another(change.pki, change.folder, ends), list[Response]()

    def keep(letter: Letter) -> Response:
        kept.append(letter.deliver())
        return kept[0]

    with change.under(old):
        first = house.announce()
        change.lose_answers([first])
        tenders = [first, house.announce("single-source")]
        change.lose_answers(tenders)
    house.road.strikes = "AttestReceipt"
    house.road.accidents.extend([keep, lambda _letter: kept[0]])
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        house.send_until(lambda: not house.unsynchronised())
        check_settled(house, tenders)
    details = [one.detail for one in house.events(DeliveryFailed)]
    assert len([one for one in details if "attestation is of another receipt" in one]) == 1


@clause("S216-18.2", "S216-18.3")
def test_while_the_certificate_of_the_sez_has_ended_the_receipt_waits_for_its_question(
    change: Change,
) -> None:
    house, ends = change.house, now() + YEAR
    tenders, old = [house.announce()], another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    given = house.system.settings
    ended = another(change.pki, change.folder, now() - timedelta(seconds=1), "sez")
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        house.system.close()
        house.system = open_system(
            replace(given, key=ended.key, certificate=ended.chain), house.watch
        )
        house.send_until(
            lambda: house.events(DeliveryFailed)[-1].reason == "OWN_CERTIFICATE_NOT_IN_FORCE"
        )
        assert house.states(tenders[0]) == ["IN_FLIGHT"]
        house.system.close()
        house.system = open_system(given, house.watch)
        house.send_until(lambda: not house.unsynchronised())
        check_settled(house, tenders)
