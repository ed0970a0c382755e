"""Scheme 4 across sockets: ask, supplement, choose, be accepted or not (S216-A2.4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from fastapi import Response

from registry.intake import supplier_question
from registry.suppliers import matching
from registry.suppliers.query import QUERY, SupplierQueryAnswered
from sez.suppliers import examples
from sez.suppliers.events import SupplierAnswered
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.log import HeadKey
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import LIGHT_BYTES
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import (
    QueryOutcome,
    SupplierCheck,
    SupplierQuery,
    SupplierQueryResult,
)
from shared_contracts.rules.catalogue import parameters
from shared_contracts.signing.sign import FileSigner, sign_message
from shared_contracts.soap.client import RemoteFault
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.postgres import owner_of
from tests.sez.link import Accident, Letter
from tests.sez.suppliers.test_cards import SIGNED, card, drafted, order, rows, taken
from tests.sez.systems import ENTRY, BothSystems

SUPPLEMENT = "SUPPLEMENT_REQUIRED"
WINDOW = {"seconds": 60, "hours": 24}


def asked(program: httpx.Client, supplier: str, **criteria: Any) -> dict[str, Any]:
    """Ask the Registry about a supplier; where it stands then."""
    answer = program.post(f"/api/v1/suppliers/{supplier}/query", json=criteria)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def chosen(program: httpx.Client, supplier: str, registry_id: str | None) -> httpx.Response:
    """A person chooses a card, or none."""
    choice = {"registry_id": registry_id, "chosen_by": "Бекова А. М."}
    return program.post(f"/api/v1/suppliers/{supplier}/selection", json=choice)


def on_record(systems: BothSystems, program: httpx.Client, **changes: Any) -> str:
    """The number of a supplier whose card the Registry has."""
    document = card(systems, **changes)
    taken(program, drafted(program, document), "registration")
    systems.send_until(lambda: not systems.unsynchronised())
    return document.number


@pytest.mark.clause(
    "S216-A2.4.0",
    "S216-A2.4.1",
    "S216-A2.4.2",
    "S216-A2.4.3",
    "S216-A2.4.4",
    "S216-A2.4.5",
    "S216-A2.4.6",
    "S216-A2.4.7",
    "S216-A2.4.8",
    "S216-A2.4.9",
    "S216-A2.4.10",
    "S216-A3.4",
)
def test_a_known_supplier_is_asked_for_supplemented_chosen_and_accepted(
    systems: BothSystems,
) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        short = asked(program, second, name_fragment="Ба")
        assert (short["status"], short["state"]["missing"]) == (SUPPLEMENT, ["NameFragment"])
        [finding] = short["state"]["findings"]
        assert (finding["rule_id"], finding["path"]) == ("F-SUP-11", "/SupplierQuery/NameFragment")
        listed = asked(program, second, name_fragment="барлау серв", kato="390000000", opf="20")
        assert listed["status"] == "CANDIDATES"
        [candidate] = listed["state"]["candidates"]
        assert candidate["bin"] == number
        assert 1 <= candidate["match_score"] <= 100
        foreign = chosen(program, second, str(uuid4()))
        assert (foreign.status_code, "not in the list" in foreign.text) == (409, True)
        assert chosen(program, second, candidate["registry_id"]).json()["status"] == "SELECTED"
        assert taken(program, second, "registration")["status"] == "ACTIVE"
    systems.send_until(lambda: not systems.unsynchronised())
    first, other = rows(systems, number)
    assert (other.chosen, other.card_hash != first.card_hash) == (first.registry_id, True)
    assert [one.result for one in queries(systems)] == [
        QueryOutcome.SUPPLEMENT_REQUIRED,
        QueryOutcome.CANDIDATES,
    ]
    assert len(systems.events(SupplierAnswered)) == 2
    for store in (systems.registry, systems.system):
        assert not audit(owner_of(store.settings.database_url)).differences


@pytest.mark.clause("S216-A2.4.11", "S216-A2.4.12")
def test_a_choice_that_does_not_hold_is_an_error_and_is_sent_again(systems: BothSystems) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        listed = asked(program, second)
        assert listed["status"] == "CANDIDATES"
        early = program.post(f"/api/v1/suppliers/{second}/registration", json=SIGNED)
        assert early.status_code == 409  # a person chooses first
        chosen(program, second, None)
        taken(program, second, "registration")
        systems.send_until(lambda: any(one.state == "REFUSED" for one in systems.unsynchronised()))
        [refused] = systems.unsynchronised()
        assert [one.rule_id for one in refused.findings] == ["F-SUP-3"]
        back = {"version": 1, "reason": "Выбрана не та карточка"}
        program.post(f"/api/v1/suppliers/{second}/withdrawal", json=back)
        again = asked(program, second)
        [candidate] = again["state"]["candidates"]
        assert candidate["match_score"] == 100
        chosen(program, second, candidate["registry_id"])
        taken(program, second, "registration")
    systems.send_until(lambda: not systems.unsynchronised())
    assert len(rows(systems, number)) == 2


@pytest.mark.clause("S216-A2.4.6", "S216-A2.4.9")
@pytest.mark.parametrize(("step", "word"), [("change", "changed"), ("deletion", "in force")])
def test_a_card_that_is_not_as_it_was_listed_is_not_chosen(
    systems: BothSystems, step: str, word: str
) -> None:
    document = card(systems)
    with systems.program() as program:
        first = drafted(program, document)
        whole = taken(program, first, "registration")["state"]["card"]
        systems.send_until(lambda: not systems.unsynchronised())
        second = drafted(program, card(systems, bin=document.number))
        [candidate] = asked(program, second)["state"]["candidates"]
        chosen(program, second, candidate["registry_id"])
        more = {"card": whole | {"status": "INACTIVE"}} if step == "change" else {}
        taken(program, first, step, **more)
        systems.send_until(lambda: not systems.unsynchronised())
        taken(program, second, "registration")
        systems.send_until(lambda: any(one.state == "REFUSED" for one in systems.unsynchronised()))
        [finding] = systems.unsynchronised()[0].findings
        assert (finding.rule_id, word in (finding.text.en or "")) == ("F-SUP-8", True)
        assert "anew" in (finding.cure.en or "")
        back = {"version": 1, "reason": "Карточка изменилась"}
        program.post(f"/api/v1/suppliers/{second}/withdrawal", json=back)
        listed = asked(program, second)["state"]["candidates"]
        chosen(program, second, listed[0]["registry_id"] if listed else None)
        taken(program, second, "registration")
    systems.send_until(lambda: not systems.unsynchronised())
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


@pytest.mark.clause("S216-A2.4.6")
def test_a_choice_waits_until_a_change_of_the_chosen_card_is_recorded(
    systems: BothSystems,
) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        [candidate] = asked(program, second)["state"]["candidates"]
        chosen(program, second, candidate["registry_id"])
        taken(program, second, "registration")
    [row] = rows(systems, number)
    held = HeadKey("STAND", row.sez_code, "SUPPLIER", row.object_id)
    sending = Thread(target=systems.send_until, args=(lambda: not systems.unsynchronised(),))
    with systems.registry.log.locks([held]):
        sending.start()
        sending.join(1.0)
        assert len(rows(systems, number)) == 1
    sending.join()
    assert len(rows(systems, number)) == 2


@pytest.mark.clause("S216-A2.4.5")
def test_who_suits_nobody_in_the_list_is_added_as_new(systems: BothSystems) -> None:
    with systems.program() as program:
        on_record(systems, program)
        new = drafted(program, card(systems))
        assert asked(program, new, name_fragment="Барлау")["status"] == "CANDIDATES"
        assert chosen(program, new, None).json()["status"] == "SELECTED"
        taken(program, new, "registration")
    systems.send_until(lambda: not systems.unsynchronised())
    assert len(rows(systems)) == 2


@pytest.mark.clause("S216-A3.2b")
def test_the_presence_of_a_supplier_is_checked(systems: BothSystems) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        known = program.post("/api/v1/supplier-checks", json={"bin": number}).json()
        [row] = rows(systems, number)
        assert (known["exists"], known["registry_id"]) == (True, str(row.registry_id))
        assert known["status"] == "ACTIVE"
        none = program.post("/api/v1/supplier-checks", json={"bin": "160540000019"}).json()
        assert not none["exists"]
        wrong = program.post("/api/v1/supplier-checks", json={"bin": "160540000018"}).json()
        assert [one["rule_id"] for one in wrong["findings"]] == ["F-ID-1"]
        empty = program.post("/api/v1/supplier-checks", json={}).json()
        assert [one["path"] for one in empty["findings"]] == ["/SupplierCheck/Bin"]


@pytest.mark.clause("S216-A2.4.1", "S216-13a")
def test_the_same_query_gets_the_same_answer_and_another_under_its_id_does_not(
    systems: BothSystems,
) -> None:
    query = question(systems)
    body = signed(systems, query)
    client = systems.system.exchange.client
    first = client.call("QuerySupplier", body)
    assert client.call("QuerySupplier", body) == first
    other = SupplierQuery(**told(query) | {"name_fragment": "Бұрғылау"})
    answer = read(client.call("QuerySupplier", signed(systems, other)), SupplierQueryResult)
    assert [one.rule_id for one in answer.findings] == ["I-06"]
    assert len(queries(systems)) == 1


@pytest.mark.clause("S216-A2.4.2")
def test_who_is_not_the_registered_system_gets_a_signed_refusal(systems: BothSystems) -> None:
    stranger = FileSigner(systems.pki.authority.key("sez2"), systems.pki.authority.chain("sez2"))
    client = systems.system.exchange.client
    query = question(systems)
    body = sign_message(query, f"query-{query.message_id}", stranger)
    refusal = read(client.call("QuerySupplier", body), Receipt)
    assert [one.rule_id for one in refusal.findings] == ["C-07", "I-12"]
    checked = SupplierCheck(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=query.environment,
        created_at=systems.system.clock(),
        bin="160540000019",
    )
    body = sign_message(checked, "check-1", stranger)
    assert read(client.call("CheckSupplier", body), Receipt).findings
    assert not queries(systems)


@pytest.mark.clause("S216-A2.4.3")
def test_a_query_that_finds_more_than_a_list_holds_is_to_be_narrowed(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.suppliers.matching.LIST", 1)
    with systems.program() as program:
        for _ in range(2):
            on_record(systems, program)
        third = drafted(program, card(systems))
        wide = asked(program, third, name_fragment="Барлау")
        assert wide["state"]["missing"] == ["Kato"]
        far = asked(program, third, name_fragment="Барлау", kato="750000000")
        assert (far["status"], far["state"]["candidates"]) == ("CANDIDATES", [])


@pytest.mark.clause("S216-A2.4.5")
def test_a_supplier_without_a_legal_form_is_found_by_its_name(systems: BothSystems) -> None:
    with systems.program() as program:
        taken(
            program,
            drafted(program, examples.foreign_supplier(order(systems, "foreign-supplier"))),
            "registration",
        )
        systems.send_until(lambda: not systems.unsynchronised())
        found = asked(program, drafted(program, card(systems)), name_fragment="Bohrtechnik GmbH")
        assert len(found["state"]["candidates"]) == 1


def test_words_that_say_nothing_more_are_not_looked_for() -> None:
    many = " ".join(f"слово{number:02}" for number in range(30))
    assert len(matching.sought(many)) == matching.WORDS
    assert matching.sought("тов товарищество с товарищ ограниченной") == (
        "товарищество",
        "ограниченной",
        "с",
    )


@pytest.mark.clause("S216-13a")
def test_a_query_that_comes_while_it_is_answered_is_asked_to_come_again(
    systems: BothSystems,
) -> None:
    query = question(systems)
    key = HeadKey(query.environment, query.sez_code, QUERY.name, query.message_id)
    lock = systems.registry.log.try_lock(key)
    assert lock is not None
    with lock, pytest.raises(RemoteFault, match="IN_PROGRESS"):
        systems.system.exchange.client.call("QuerySupplier", signed(systems, query))


@pytest.mark.clause("S216-A2.4.1", "S216-A2.4.4")
def test_a_supplier_is_not_held_while_the_registry_is_asked_about_it(systems: BothSystems) -> None:
    arrived, may_answer = Event(), Event()

    def slow(letter: Letter) -> Response:
        arrived.set()
        assert may_answer.wait(30)
        return letter.deliver()

    systems.link.strikes = "QuerySupplier"
    systems.link.accidents.append(slow)
    with systems.program() as program, ThreadPoolExecutor(1) as pool:
        supplier = drafted(program, card(systems))
        first = pool.submit(asked, program, supplier)
        try:
            assert arrived.wait(30)
            second = program.post(f"/api/v1/suppliers/{supplier}/query", json={}, timeout=5)
            assert (second.status_code, "is being asked" in second.text) == (409, True)
            other = drafted(program, card(systems))
            assert asked(program, other)["status"] == "CANDIDATES"
            key = systems.system.publisher.of("SUPPLIER").key(UUID(supplier))
            free = systems.system.log.try_lock(key)
            assert free is not None
            with free:
                pass
        finally:
            may_answer.set()
        assert first.result()["status"] == "CANDIDATES"


@pytest.mark.clause("S216-A2.4.4")
def test_an_answer_about_a_draft_that_was_replaced_meanwhile_is_not_taken(
    systems: BothSystems,
) -> None:
    systems.link.strikes = "QuerySupplier"
    with systems.program() as program:
        supplier = drafted(program, document := card(systems))
        systems.link.accidents.append(replacing(program, supplier, document))
        late = program.post(f"/api/v1/suppliers/{supplier}/query", json={"bin": document.bin})
        assert (late.status_code, "that is new does not take" in late.text) == (409, True)
        assert asked(program, supplier)["status"] == "CANDIDATES"


def replacing(program: httpx.Client, supplier: str, document: SupplierCard) -> Accident:
    """Somebody replaces the draft while the Registry is asked about it."""

    def replace(letter: Letter) -> Response:
        body = msgspec.json.encode(document)
        answer = program.put(f"/api/v1/suppliers/{supplier}", content=body, timeout=5)
        assert answer.status_code == 200, answer.text
        return letter.deliver()

    return replace


@pytest.mark.clause("S216-A2.4.6", "S216-A2.4.7")
def test_a_chosen_card_that_comes_by_scheme_1_is_told_its_operation(systems: BothSystems) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        [candidate] = asked(program, second)["state"]["candidates"]
        chosen(program, second, candidate["registry_id"])
        taken(program, second, "registration")
    system = systems.system
    system.sender.forming.form(system.sender.delivery.gate)
    row = systems.package(UUID(second))
    body = system.log.evidence(row.originator_id, 1, "package")
    assert body is not None
    receipt = read(system.exchange.client.transfer(body), Receipt)
    assert [one.rule_id for one in receipt.findings] == ["F-HDR-11"]
    assert "SelectSupplier" in (receipt.findings[0].text.en or "")


@pytest.mark.clause("S216-A2.4.1")
def test_what_is_kept_of_a_query_is_what_was_signed(systems: BothSystems) -> None:
    query = question(systems)
    body = signed(systems, query)
    padded = b" " * 40_000 + body + b"\n" * 20_000
    client = systems.system.exchange.client
    assert client.call("QuerySupplier", padded) == client.call("QuerySupplier", body)
    log = systems.registry.log
    [recorded] = [one for one in log.read(0, 1000) if isinstance(one.event, SupplierQueryAnswered)]
    kept = log.evidence(recorded.originator_id, recorded.version, "query")
    assert kept is not None
    assert read(kept, SupplierQuery) == query
    assert len(kept) < 10_000
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


@pytest.mark.clause("S216-A2.4.2")
@pytest.mark.parametrize("operation", ["QuerySupplier", "CheckSupplier", "GetClassifier"])
def test_a_question_that_is_too_large_is_refused_before_it_is_read(
    systems: BothSystems, operation: str
) -> None:
    start = enclose(SoapVersion.V11, REGISTRY.namespace, operation, b"<").partition(b"<<")[0]
    assert "NOT_XML" in posted(systems, start + b"<nothing" + b" " * 1000)
    assert "TOO_LARGE" in posted(systems, start + b"<nothing" + b" " * LIGHT_BYTES)


@pytest.mark.clause("S216-A2.4.2")
def test_a_padded_envelope_is_no_way_around_the_size_of_a_question(systems: BothSystems) -> None:
    query = signed(systems, question(systems))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "QuerySupplier", query)
    assert "TOO_LARGE" in posted(systems, body.replace(b"Body>", b"Body>" + b" " * LIGHT_BYTES, 1))
    assert not queries(systems)


@pytest.mark.clause("S216-A2.4.1", "S216-13c")
@pytest.mark.parametrize(
    ("offset", "word"),
    [(timedelta(seconds=90), "after the receipt"), (-timedelta(hours=25), "hours past")],
)
def test_a_query_is_of_the_present(systems: BothSystems, offset: timedelta, word: str) -> None:
    query = question(systems)
    moved = SupplierQuery(**told(query) | {"created_at": query.created_at + offset})
    body = signed(systems, moved)
    answer = read(systems.system.exchange.client.call("QuerySupplier", body), SupplierQueryResult)
    [finding] = answer.findings
    assert (finding.rule_id, finding.path) == ("F-SUP-12", "/SupplierQuery/CreatedAt")
    assert word in (finding.text.en or "")


@pytest.mark.clause("S216-11c")
def test_a_system_without_conditions_of_contract_1_1_asks_nothing(systems: BothSystems) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, conditions=(1,)))
    client = systems.system.exchange.client
    answer = read(
        client.call("QuerySupplier", signed(systems, question(systems))), SupplierQueryResult
    )
    assert [one.rule_id for one in answer.findings] == ["F-HDR-5"]
    assert "allowed are: 1." in (answer.findings[0].text.en or "")


@pytest.mark.clause("S216-A2.4.2")
def test_only_so_many_queries_of_a_system_are_recorded_in_an_hour(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = dict(parameters("F-SUP-11", date.max)) | {"queries": 1}
    monkeypatch.setattr(supplier_question, "parameters", lambda *_: values | WINDOW)
    client = systems.system.exchange.client
    body = signed(systems, question(systems))
    first = client.call("QuerySupplier", body)
    with pytest.raises(RemoteFault) as busy:
        client.call("QuerySupplier", signed(systems, question(systems)))
    assert "BUSY" in str(busy.value)
    assert 3500 < (busy.value.retry_after or 0) <= 3601
    assert client.call("QuerySupplier", body) == first
    assert len(queries(systems)) == 1


def posted(systems: BothSystems, body: bytes) -> str:
    """What the Registry answers to an envelope as it stands."""
    address, headers = f"{systems.system.settings.registry}/soap", {"content-type": "text/xml"}
    return httpx.post(address, content=body, headers=headers, trust_env=False).text


def question(systems: BothSystems) -> SupplierQuery:
    """A query by a part of a name."""
    owner = systems.system.publisher.owner
    return SupplierQuery(
        message_id=uuid7(),
        sez_code=owner.sez_code,
        environment=owner.environment,
        created_at=systems.system.clock(),
        name_fragment="Барлау",
    )


def signed(systems: BothSystems, query: SupplierQuery) -> bytes:
    """The query as the SEZ signs it."""
    return sign_message(query, f"query-{query.message_id}", systems.system.signer)


def told(query: SupplierQuery) -> dict[str, Any]:
    """What a query states."""
    return {name: getattr(query, name) for name in SupplierQuery.__struct_fields__}


def queries(systems: BothSystems) -> list[SupplierQueryAnswered]:
    """The queries that the Registry answered and recorded."""
    events = [one.event for one in systems.registry.log.read(0, 100_000)]
    return [event for event in events if isinstance(event, SupplierQueryAnswered)]


def read(data: bytes, kind: Any) -> Any:
    """A signed answer, read."""
    return codec.read(schema.parse(data), kind)
