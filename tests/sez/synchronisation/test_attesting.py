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

from deploy.authority.revocations import Revoked, read_revocations, write_revocations
from registry.app import open_registry
from sez.app import open_system
from sez.synchronisation.attesting import AttestationReceived
from sez.synchronisation.delivering import BELIEVED
from sez.synchronisation.package_events import DeliveryFailed, PackageStopped, ReceiptReceived
from shared_contracts.astana_time import now
from shared_contracts.counterpart import believe
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.faults import Fault
from shared_contracts.messages.attestation import ReceiptAttested
from tests.clauses import clause
from tests.on_demand import registry_app
from tests.pki import Pki
from tests.postgres import Databases, owner_of
from tests.serving import serving
from tests.sez.certificates import Pair, another
from tests.sez.foreign import held, posted
from tests.sez.link import FaultyLink, Letter, answer_lost, never_arrives, refuses
from tests.sez.systems import ENTRY, BothSystems, Watch
from tests.stores import registry_settings, registry_store, settings, sez_store

YEAR = timedelta(days=365)


@dataclass
class Change:
    """A SEZ, and a Registry that is begun again under another certificate."""

    pki: Pki
    folder: Path
    dsn: str
    systems: BothSystems

    @contextmanager
    def under(self, pair: Pair) -> Iterator[None]:
        """The Registry at work under a certificate."""
        given = registry_settings(self.pki, self.folder / "registry", self.dsn)
        opened = open_registry(replace(given, key=pair.key, certificate=pair.chain))
        try:
            with serving(registry_app(opened)) as address:
                self.systems.registry, self.systems.link.target = opened, address
                yield
        finally:
            opened.close()

    def lose_answers(self, tenders: list[UUID]) -> None:
        """The Registry records all packages, and none of its answers arrives."""
        systems = self.systems
        systems.link.accidents.extend([receipt_lost] * 50)
        systems.send_until(lambda: len(systems.recorded()) == len(tenders))
        while systems.link.accidents:
            systems.link.accidents.pop()


@pytest.fixture
def change(pki: Pki, databases: Databases, tmp_path: Path) -> Iterator[Change]:
    """Both systems on databases of their own."""
    with ExitStack() as stack:
        theirs = stack.enter_context(registry_store(databases, pki))
        ours = stack.enter_context(sez_store(databases, pki))
        first = open_registry(registry_settings(pki, tmp_path / "registry", theirs))
        first.register.add(ENTRY)
        first.close()
        link, watch = FaultyLink(""), Watch()
        address = stack.enter_context(serving(link.app()))
        system = open_system(settings(pki, tmp_path / "sez", ours, address), watch)
        systems = BothSystems(first, system, link, watch, pki)
        stack.callback(systems.close)
        yield Change(pki, tmp_path, theirs, systems)


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


def check_settled(systems: BothSystems, tenders: list[UUID]) -> None:
    """All are settled by their first receipts, each attested once; nothing was recorded twice."""
    assert {state for tender in tenders for state in systems.states(tender)} == {"SYNCHRONISED"}
    assert len(systems.recorded()) == len(tenders)
    receipts = {one.receipt_sha256 for one in systems.events(ReceiptReceived)}
    attested = systems.events(AttestationReceived)
    assert {one.receipt_sha256 for one in attested} == receipts
    log = systems.system.log
    for one in log.read(0, 10_000):
        if isinstance(one.event, AttestationReceived):
            data = log.evidence(one.originator_id, one.version, "attestation")
            assert data is not None
            assert hashlib.sha256(data).hexdigest() == one.event.attestation_sha256
            told = believe(data, ReceiptAttested, systems.system.exchange.counterpart, now())
            assert told.receipt_sha256 == one.event.receipt_sha256
    assert audit(owner_of(systems.system.settings.database_url)).differences == ()


@clause("S216-13b", "S216-18.2")
def test_answers_lost_before_the_certificate_expired_are_settled_by_themselves(
    change: Change,
) -> None:
    systems, ends = change.systems, now() + timedelta(seconds=8)
    tenders = [systems.announce() for _ in range(3)]
    with change.under(another(change.pki, change.folder, ends)):
        change.lose_answers(tenders)
    wait_for(ends)
    with change.under(another(change.pki, change.folder, now() + YEAR)):
        systems.send_until(lambda: not systems.unsynchronised())
        check_settled(systems, tenders)


@clause("S216-13b", "S216-18.2")
def test_answers_lost_before_the_certificate_was_superseded_are_settled_by_themselves(
    change: Change,
) -> None:
    systems, ends = change.systems, now() + YEAR
    tenders = [systems.announce() for _ in range(2)]
    old = another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        systems.send_until(lambda: not systems.unsynchronised())
        check_settled(systems, tenders)


def test_a_receipt_that_came_another_way_is_attested_before_it_is_taken(change: Change) -> None:
    systems, ends = change.systems, now() + YEAR
    old = another(change.pki, change.folder, ends)
    with change.under(old):
        tender, package = held(systems, "announcement")
        late = posted(systems, package)
    with superseded(change.pki, old), systems.program() as program:
        silent = program.post("/api/v1/receipts", content=late)
        assert silent.status_code == 502, "nobody can be asked"
        with change.under(another(change.pki, change.folder, ends)):
            assert program.post("/api/v1/receipts", content=late).status_code == 200
            check_settled(systems, [tender])


def test_a_receipt_that_the_registry_never_issued_is_not_believed(
    change: Change, databases: Databases
) -> None:
    systems, ends = change.systems, now() + YEAR
    stolen, fresh = (another(change.pki, change.folder, ends) for _ in range(2))
    with databases.fresh() as elsewhere:
        with replace(change, dsn=elsewhere).under(stolen):
            systems.registry.register.add(ENTRY)
            tender, package = held(systems, "announcement")
            forged = posted(systems, package)
        with (
            superseded(change.pki, stolen),
            change.under(fresh),
            systems.program() as program,
        ):
            told = program.post("/api/v1/receipts", content=forged)
    assert (told.status_code, "RECEIPT_UNKNOWN" in told.text) == (422, True)
    assert systems.states(tender) == ["HELD"]
    assert systems.events(AttestationReceived) == []


def test_a_statement_whose_answer_was_lost_is_settled_like_a_package(change: Change) -> None:
    systems, ends = change.systems, now() + YEAR
    old = another(change.pki, change.folder, ends)
    systems.link.strikes = "VoidSequence"
    with change.under(old), systems.program() as program:
        tender, _package = held(systems, "announcement")
        systems.link.accidents.append(answer_lost)
        asked = {"reason": "Пакет не был отправлен"}
        assert program.post("/api/v1/sequence/1/void", json=asked).status_code == 502
    with (
        superseded(change.pki, old),
        change.under(another(change.pki, change.folder, ends)),
        systems.program() as program,
    ):
        told = program.post("/api/v1/sequence/1/void", json=asked)
        assert (told.status_code, told.json()["state"]) == (200, "VOIDED")
    assert systems.states(tender) == ["WAITING"]
    assert len(systems.events(AttestationReceived)) == 1


@clause("S216-18.3", "S216-A2.1.8")
@pytest.mark.parametrize("fault", [Fault.RECEIPT_UNKNOWN, Fault.UNKNOWN_OPERATION])
def test_a_package_whose_receipt_the_registry_refuses_to_attest_waits_for_a_person(
    change: Change, fault: Fault
) -> None:
    systems, ends = change.systems, now() + YEAR
    tenders, old = [systems.announce()], another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    systems.link.strikes = "AttestReceipt"
    systems.link.accidents.extend([refuses(fault)] * BELIEVED)
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        systems.send_until(lambda: systems.states(tenders[0]) == ["STOPPED"])
        [stopped] = systems.events(PackageStopped)
        assert (stopped.reason, fault in stopped.detail) == ("RECEIPT_NOT_ATTESTED", True)
        assert (systems.send(), systems.link.accidents) == (0, deque())
        systems.system.settling.retry(stopped.message_id)
        systems.send_until(lambda: not systems.unsynchronised())
        check_settled(systems, tenders)


@clause("S216-13b")
def test_an_attestation_of_another_receipt_proves_nothing(change: Change) -> None:
    systems, ends = change.systems, now() + YEAR
    old, kept = another(change.pki, change.folder, ends), list[Response]()

    def keep(letter: Letter) -> Response:
        kept.append(letter.deliver())
        return kept[0]

    with change.under(old):
        first = systems.announce()
        change.lose_answers([first])
        tenders = [first, systems.announce("single-source")]
        change.lose_answers(tenders)
    systems.link.strikes = "AttestReceipt"
    systems.link.accidents.extend([keep, lambda _letter: kept[0]])
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        systems.send_until(lambda: not systems.unsynchronised())
        check_settled(systems, tenders)
    details = [one.detail for one in systems.events(DeliveryFailed)]
    assert len([one for one in details if "attestation is of another receipt" in one]) == 1


@clause("S216-18.2", "S216-18.3")
def test_while_the_certificate_of_the_sez_has_ended_the_receipt_waits_for_its_question(
    change: Change,
) -> None:
    systems, ends = change.systems, now() + YEAR
    tenders, old = [systems.announce()], another(change.pki, change.folder, ends)
    with change.under(old):
        change.lose_answers(tenders)
    given = systems.system.settings
    ended = another(change.pki, change.folder, now() - timedelta(seconds=1), "sez")
    with superseded(change.pki, old), change.under(another(change.pki, change.folder, ends)):
        systems.system.close()
        systems.system = open_system(
            replace(given, key=ended.key, certificate=ended.chain), systems.watch
        )
        systems.send_until(
            lambda: systems.events(DeliveryFailed)[-1].reason == "OWN_CERTIFICATE_NOT_IN_FORCE"
        )
        assert systems.states(tenders[0]) == ["IN_FLIGHT"]
        systems.system.close()
        systems.system = open_system(given, systems.watch)
        systems.send_until(lambda: not systems.unsynchronised())
        check_settled(systems, tenders)
