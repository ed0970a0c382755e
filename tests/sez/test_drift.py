"""A system keeps what its act fixed; where it does not, the Registry notices and tells it."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from registry.drift.difference import DifferenceEnded, DifferenceOpened, DriftKind
from registry.drift.watching import SILENT, DriftShown
from registry.notices.notice import NoticeFormed
from registry.systems.system import StopSystem, SystemStopped
from registry.web import web as registry_web
from sez.web import web
from shared_contracts.errors import Diagnosed, RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.http.api import bearer_token
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.time import Capabilities
from shared_contracts.signing.sign import FileSigner
from tests.clauses import clause
from tests.conformance.broken import BrokenProxy, Exchanged, put
from tests.postgres import owner_of
from tests.serving import serving
from tests.sez.systems import ENTRY, BothSystems


def as_it_is(_at: Exchanged) -> None:
    """Nothing is changed."""


class OtherSez:
    """The SEZ behind a proxy whose answers are changed meanwhile, and the Registry's watch."""

    def __init__(self, systems: BothSystems, proxy: BrokenProxy) -> None:
        self.systems, self.proxy = systems, proxy
        self.watch = systems.registry.drift

    def says(self, change: Callable[[Capabilities], Capabilities]) -> None:
        """From now on it tells something else of itself, signed by its own key."""

        def breakage(at: Exchanged) -> None:
            if isinstance(at.answered, Capabilities):
                at.answer_with(change(at.answered))

        self.proxy.breakage = breakage

    def look(self) -> DriftShown:
        """Ask it now."""
        self.watch.round()
        [shown] = self.watch.shown()
        return shown

    def kinds(self) -> list[str]:
        """In what it differs now."""
        return sorted(one.seen.kind for one in self.look().drift.open)

    def events(self, kind: type[Any]) -> list[Any]:
        """The Registry's events of a kind."""
        log = self.systems.registry.log.read(0, 100_000)
        return [one.event for one in log if isinstance(one.event, kind)]

    def enter(self, **changes: Any) -> None:
        """Change its entry in the register."""
        entry = self.systems.registry.register.get("SEZ01")
        assert entry is not None
        fields = {name: getattr(entry, name) for name in ENTRY.__struct_fields__}
        self.systems.registry.register.add(type(ENTRY)(**(fields | changes)))


@contextmanager
def beside(systems: BothSystems, signer: FileSigner) -> Iterator[OtherSez]:
    """The SEZ with an endpoint, behind a proxy that signs what it changes with this key."""
    with serving(web(systems.system)) as behind:
        proxy = BrokenProxy(behind, signer, as_it_is)
        with proxy.served() as address:
            other = OtherSez(systems, proxy)
            other.enter(endpoint=address)
            yield other


@pytest.fixture
def other(systems: BothSystems) -> Iterator[OtherSez]:
    """A SEZ whose answers can be changed."""
    with beside(systems, systems.pki.signer("sez")) as other:
        yield other


def asked(systems: BothSystems, method: str, path: str, content: Any = None) -> httpx.Response:
    """What the JSON interface of the Registry answers to a person who tells her name."""
    token = bearer_token(systems.registry.settings.data)
    with serving(registry_web(systems.registry)) as address:
        headers = {"Authorization": f"Bearer {token}", "X-Actor": "S.Sarsenova"}
        return httpx.request(method, address + path, headers=headers, json=content, timeout=20)


@clause("S216-11a", "S95-17")
def test_a_system_that_keeps_its_conditions_is_as_fixed_and_makes_one_event(
    other: OtherSez,
) -> None:
    assert [one.status for one in other.watch.shown()] == ["NOT_ASKED"]
    assert other.look().status == "AS_FIXED"
    before = other.systems.registry.log.last_position()
    assert other.look().status == "AS_FIXED"
    assert other.systems.registry.log.last_position() == before, "nothing new is no event"
    assert not audit(owner_of(other.systems.registry.settings.database_url)).differences


@clause("S216-11a", "S95-17")
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda told: put(told, contract_versions=("1.0",)), "CONTRACT_VERSIONS"),
        (lambda told: put(told, operations=told.operations[:-1]), "OPERATIONS"),
        (lambda told: put(told, limits=put(told.limits, records=1)), "LIMITS"),
        (lambda told: put(told, schema_sha256="ab" * 32), "SOFTWARE"),
        (lambda told: put(told, environment=Environment.PRODUCTION), "ENVIRONMENT"),
    ],
)
def test_a_system_that_answers_otherwise_is_an_open_difference_until_it_does_no_more(
    other: OtherSez, change: Callable[[Capabilities], Capabilities], kind: str
) -> None:
    assert other.kinds() == []
    other.says(change)
    assert other.kinds() == other.kinds() == [kind]
    assert other.watch.shown()[0].status == "DIFFERS"
    assert len(other.events(DifferenceOpened)) == 1, "told once"
    [told] = other.events(NoticeFormed)
    assert kind in told.notice.body.kk
    other.proxy.breakage = as_it_is
    assert (other.look().status, other.kinds()) == ("AS_FIXED", [])
    assert not audit(owner_of(other.systems.registry.settings.database_url)).differences


@clause("S216-11a")
def test_a_person_ends_a_difference_and_the_same_is_not_told_again(other: OtherSez) -> None:
    other.look()
    other.says(lambda told: put(told, limits=put(told.limits, records=1)))
    other.look()
    path, ended = "/api/v1/drift/SEZ01", {"kind": "LIMITS", "reason": "Решение № 4"}
    assert asked(other.systems, "POST", f"{path}/end", {"kind": "LIMITS"}).status_code == 422
    assert asked(other.systems, "POST", f"{path}/end", ended).json()["status"] == "AS_FIXED"
    [event] = other.events(DifferenceEnded)
    assert (event.reason, event.acting.actor) == ("Решение № 4", "S.Sarsenova")
    assert asked(other.systems, "POST", path).json()["status"] == "AS_FIXED"
    assert asked(other.systems, "POST", f"{path}/end", ended).status_code == 409
    other.says(lambda told: put(told, limits=put(told.limits, records=2)))
    assert other.kinds() == ["LIMITS"], "another value is another difference"


@clause("S216-11a", "S216-11b")
def test_a_new_entry_is_what_a_system_is_held_against_from_then_on(other: OtherSez) -> None:
    other.says(lambda told: put(told, contract_versions=("1.0",), operations=("GetCapabilities",)))
    assert other.kinds() == ["CONTRACT_VERSIONS", "OPERATIONS"]
    other.enter(conditions=(1,))
    assert other.kinds() == []


@clause("S216-11a")
def test_an_endpoint_that_leads_out_of_the_networks_on_record_differs(other: OtherSez) -> None:
    other.enter(networks=("127.0.0.0/8",))
    assert other.kinds() == []
    other.enter(networks=("192.0.2.0/28",))
    [difference] = other.look().drift.open
    assert difference.seen.kind is DriftKind.ADDRESS
    assert (difference.seen.fixed, difference.seen.found) == ("192.0.2.0/28", "127.0.0.1")
    assert other.watch.shown()[0].status == "DIFFERS"
    other.enter(networks=("127.0.0.1",))
    assert other.kinds() == []


@clause("S216-11a")
def test_an_answer_that_is_signed_with_another_certificate_differs(other: OtherSez) -> None:
    other.enter(certificate_sha256="ab" * 32)
    [difference] = other.look().drift.open
    assert difference.seen.kind is DriftKind.CERTIFICATE
    assert difference.seen.found == certificate_of(other.systems.pki.signer("sez"))
    other.enter(certificate_sha256=None)
    assert other.kinds() == []


@clause("S216-11a")
def test_what_arrives_under_another_certificate_differs_for_a_day(systems: BothSystems) -> None:
    fixed = systems.pki.signer("sez-gost")
    with beside(systems, fixed) as other:
        other.enter(certificate_sha256=certificate_of(fixed))
        other.says(lambda told: told)
        assert other.kinds() == []
        systems.announce()
        systems.send()
        [difference] = other.look().drift.open
        assert difference.seen.found == certificate_of(systems.pki.signer("sez"))
        with psycopg.connect(owner_of(systems.registry.settings.database_url)) as owner:
            owner.execute("UPDATE views.arrivals SET received_at = received_at - interval '1 day'")
        assert other.kinds() == []


def certificate_of(signer: FileSigner) -> str:
    """SHA-256 of the certificate with which it signs."""
    return hashlib.sha256(signer.certificates[0]).hexdigest()


@clause("S216-11a")
def test_a_system_that_never_answers_holds_up_no_other_and_no_person(other: OtherSez) -> None:
    watch, stopped = other.watch, threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as hung:
        host, port = hung.getsockname()
        silent = msgspec.structs.replace(ENTRY, code="SEZ00", endpoint=f"http://{host}:{port}")
        other.systems.registry.register.add(silent)
        thread = threading.Thread(target=watch.rounds.run, args=(stopped,))
        thread.start()
        try:
            until = time.monotonic() + 20
            while [one.status for one in watch.shown()] != ["NOT_ASKED", "AS_FIXED"]:
                assert time.monotonic() < until
                time.sleep(0.05)
            with pytest.raises(RefusedByRule, match="SEZ00 has no open difference of this kind"):
                watch.end("SEZ00", DriftKind.LIMITS, "nothing")
        finally:
            stopped.set()
            thread.join()


def test_a_system_that_is_away_is_told_and_asked_again(systems: BothSystems) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, endpoint="http://127.0.0.1:9"))
    watch = systems.registry.drift
    watch.round()
    [shown] = watch.shown()
    assert (shown.status, shown.problem is not None) == ("NOT_ASKED", True)
    for _ in range(5):
        watch.round()
    watch._silent["SEZ01"] -= SILENT  # as four hours later
    assert [one.status for one in watch.shown()] == ["UNANSWERED"]
    with pytest.raises(Diagnosed, match=r"127\.0\.0\.1:9"):
        watch.compare("SEZ01")
    assert asked(systems, "POST", "/api/v1/drift/SEZ99").status_code == 404


def test_answers_that_prove_nothing_need_a_person_after_the_third(other: OtherSez) -> None:
    def spoiled(at: Exchanged) -> None:
        at.reply = at.reply.replace(b"<System>", b"<System> ")

    other.proxy.breakage = spoiled
    assert [other.look().status for _ in range(3)] == ["NOT_ASKED", "NOT_ASKED", "NEEDS_PERSON"]
    other.proxy.breakage = as_it_is
    assert other.look().status == "AS_FIXED"


@clause("S95-18c")
def test_a_system_that_was_stopped_is_asked_no_more(other: OtherSez) -> None:
    register, environment = other.systems.registry.register, Environment.STAND
    stop = SystemStopped(
        code="SEZ01",
        environment=environment,
        admission_id=uuid7(),
        clause="S95-18c",
        ground="Приказ № 5",
        stopped_at=other.systems.registry.intake.clock(),
    )
    taken = register.prepare(StopSystem(stop), "SEZ01")
    other.systems.registry.log.append(taken.commit)
    register.took(taken)
    other.watch.round()
    assert other.watch.shown() == []


def test_a_defect_here_is_told_as_any_other_reason_and_puts_the_system_off(
    other: OtherSez,
) -> None:
    assert other.look().status == "AS_FIXED"  # what signs its answers is known from now on
    other.says(lambda told: put(told, contract_versions=("1.0",)))
    database = other.systems.registry.settings.database_url
    with psycopg.connect(owner_of(database), autocommit=True) as owner:
        owner.execute("ALTER FUNCTION log.append RENAME TO append_away")
        other.watch.round()
        owner.execute("ALTER FUNCTION log.append_away RENAME TO append")
    [shown] = other.watch.shown()
    assert (shown.status, shown.problem is not None) == ("NOT_ASKED", True)
    assert other.watch.rounds.step() == 0, "it is asked again after a pause, and not at once"
    assert other.watch._failed.total() == 1, "and one failure makes one longer pause"
    assert other.kinds() == ["CONTRACT_VERSIONS"]
    assert other.watch.shown()[0].problem is None
