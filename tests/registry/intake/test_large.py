"""A programme larger than any event goes to the listing under a ticket (S216-18.5, S216-A2.7)."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from registry.intake.content_report import Permission, WorkRequest
from registry.intake.document_check import proven
from registry.intake.large_turns import AGAIN
from registry.intake.large_worker import ExaminationEnded, LargeWorker
from registry.intake.scheme_8 import request_change
from registry.intake.slice_check import examine_large
from registry.programmes import listing
from registry.programmes.kind import KIND
from registry.programmes.programme import LargeProgrammeChanged, LargeProgrammeLoaded
from registry.records.record import item_id
from sez.programmes import changing
from sez.programmes.programme import ProgrammeSigned
from sez.records.owner import Owner
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.large_documents.apart import apart_of
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import FileRef
from shared_contracts.messages.programme import PlannedItem, Programme
from shared_contracts.messages.programme_change import (
    REQUEST,
    ChangeOutcome,
    ProgrammeChangeAnswer,
)
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.versions import of_conditions
from shared_contracts.rules.examine import examine_document
from shared_contracts.rules.programme import with_totals
from shared_contracts.signing import proof_cost
from shared_contracts.signing.proof_cost import HEAVY
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import Peer
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_of
from shared_contracts.xml.slices import AT_ONCE
from tests import programmes
from tests.clauses import clause
from tests.pki import Pki
from tests.postgres import Databases, owner_of
from tests.registry.conftest import opened
from tests.registry.intake.test_asynchronous import envelope, judge, send, settled, ticket_of
from tests.samples import AT, text
from tests.stores import registry_store
from tests.story import PEER, Signed, Story, former, record

ITEMS = 1800
"""So many items, with much to say of each, take more than a document of a package may."""

MUCH = "Тасымалдау. " * 40
"""As long a text as an item may have in a language."""


def large(story: Story, count: int = ITEMS) -> Programme:
    """A programme with so many items that it travels as a file."""
    said = {"description": text(MUCH, MUCH), "note": text(MUCH, MUCH)}
    items = (programmes.goods(item_number=str(one), **said) for one in range(1, count + 1))
    return with_totals(story.own(programmes.annual(items=tuple(items))))


def packed(story: Story, signed: Signed, *, put: bool = True) -> bytes:
    """A package whose one document is a file, which lies at the Registry."""
    if put:
        story.put(signed.data)
    file = FileRef(sha256=signed.sha256, size=len(signed.data))
    bare = msgspec.structs.replace(record(signed), document=None, file_ref=file)
    contract = of_conditions(signed.document.act.conditions_version)
    return story.seal(story.package(bare, contract_version=contract))


def answered(story: Story, signed: Signed) -> Receipt:
    """The receipt of a document that is submitted under a ticket and judged."""
    ticket = ticket_of(story, send(story, packed(story, signed)))
    assert judge(story) == 1
    return settled(story, ticket)


def loaded(story: Story, signed: Signed) -> UUID:
    """The Registry's id of a programme that it took."""
    receipt = answered(story, signed)
    assert receipt.result.value == "ACCEPTED", receipt.findings[:3]
    story.registry.follower.catch_up()
    [told] = receipt.records
    assert told.registry_id is not None
    return told.registry_id


def events(story: Story, registry_id: UUID) -> list[object]:
    return [one.event for one in story.registry.log.stream(registry_id)]


def version(signed: Signed) -> ProgrammeSigned:
    """A signed document as the SEZ has recorded it."""
    assert isinstance(signed.document, Programme)
    return ProgrammeSigned(
        object_id=signed.document.act.object_id,
        version=signed.document.act.version,
        document_hash=signed.sha256,
        formed_at=signed.formed_at,
        formed_by=signed.formed_by,
        document=signed.document,
    )


def asked(story: Story, before: Signed, after: Signed) -> ProgrammeChangeAnswer:
    """What the Registry answers to the request to change a programme."""
    owner = Owner(environment=Environment.STAND, sez_code=story.code)
    request = changing.request(owner.question_head(story.now), version(before), version(after))
    data = sign_message(request, "request-1", story.pki.signer("sez"))
    body = envelope(REQUEST, data)
    payload = payload_of(open_envelope(body, None), "ProgrammeChangeRequest")
    answer = request_change(story.registry.intake, payload, body, Peer(PEER))
    return codec.read(schema.parse(answer), ProgrammeChangeAnswer)


def changed(story: Story, before: Signed, *items: PlannedItem) -> Signed:
    """The programme after a change to these items."""
    assert isinstance(before.document, Programme)
    made = story.next(before, programmes.changed(items=items))
    return story.sign(with_totals(made))


@clause("S216-18.5", "S216-18.1", "S216-A2.7.5")
def test_a_large_programme_is_listed_and_the_log_holds_its_items_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 700)
    signed = story.sign(large(story))
    assert len(signed.data) > DOCUMENT_BYTES
    registry_id = loaded(story, signed)
    [event] = events(story, registry_id)
    assert isinstance(event, LargeProgrammeLoaded)
    assert (event.document.items, event.document.item_count) == ((), ITEMS)
    assert event.codes["KPVED"] == ("27.90.33",)
    [recorded] = story.registry.log.stream(registry_id)
    assert len(recorded.state) < 4000
    [row] = listing.programmes(story.registry.log, {})
    assert (row.items, row.total) == (ITEMS, f"{Decimal('22542909.97') * ITEMS}")
    every = listing.items(story.registry.log, registry_id, 0, ITEMS + 1)
    assert [one.number for one in every] == [str(place) for place in range(1, ITEMS + 1)]
    page = listing.items(story.registry.log, registry_id, ITEMS - 2, 10)
    assert [(one.place, one.number) for one in page] == [
        (ITEMS - 1, str(ITEMS - 1)),
        (ITEMS, str(ITEMS)),
    ]
    assert (page[0].method, page[0].amount, page[0].subject_type) == ("SS", "22542909.97", "GOODS")
    [coded] = KIND.codes(story.registry.log)
    assert ("MKEI", "796") in coded.codes
    assert audit(owner_of(story.registry.settings.database_url)).difference is None


@clause("S216-A2.8.4", "S216-A2.8.6", "S216-18.5")
def test_a_large_programme_is_changed_by_its_items(story: Story) -> None:
    first = story.sign(large(story))
    registry_id = loaded(story, first)
    assert isinstance(first.document, Programme)
    one, _left_out, *rest = first.document.items
    dearer = msgspec.structs.replace(one, transient=False)
    second = changed(story, first, dearer, *rest, programmes.goods(item_number="new"))
    answer = asked(story, first, second)
    assert answer.result is ChangeOutcome.SUPPLEMENT_REQUIRED
    assert {(one.item_number, one.difference.value) for one in answer.items} == {
        ("1", "CONTENT"),
        ("2", "SURPLUS"),
        ("new", "MISSING"),
    }
    receipt = answered(story, second)
    assert receipt.result.value == "ACCEPTED", receipt.findings[:3]
    [told] = receipt.records
    assert [(one.item_number, one.change) for one in told.changed_items] == [
        ("1", "CHANGED"),
        ("2", "REMOVED"),
        ("new", "ADDED"),
    ]
    assert told.changed_items[0].registry_id == item_id(registry_id, "1")
    latest = events(story, registry_id)[-1]
    assert isinstance(latest, LargeProgrammeChanged)
    assert latest.removed == ("2",)


@clause("S216-A2.7.4", "S216-A2.8.6")
def test_numbers_of_a_large_programme_stay_free_also_when_it_is_small_again(story: Story) -> None:
    first = story.sign(large(story))
    registry_id = loaded(story, first)
    assert isinstance(first.document, Programme)
    one, _left_out, *rest = first.document.items
    second = changed(story, first, one, *rest)
    asked(story, first, second)
    assert answered(story, second).result.value == "ACCEPTED"
    again = changed(story, second, *first.document.items)
    asked(story, second, again)
    refused = answered(story, again)
    assert [finding.path for finding in refused.findings if finding.rule_id == "F-PRG-3"] == [
        "/Programme/Items/Item[2]/ItemNumber"
    ]
    small = changed(story, second, *rest[:3])
    asked(story, second, small)
    assert answered(story, small).result.value == "ACCEPTED"
    last = events(story, registry_id)[-1]
    assert isinstance(last, LargeProgrammeChanged)
    assert (last.document.items, len(last.removed)) == ((), ITEMS - 4)
    story.registry.follower.catch_up()
    assert len(listing.items(story.registry.log, registry_id, 0, 100)) == 3
    assert audit(owner_of(story.registry.settings.database_url)).difference is None


@clause("S216-18.5")
def test_what_takes_too_much_memory_is_refused_for_good_and_one_is_examined_at_a_time(
    story: Story,
) -> None:
    signed = story.sign(large(story))
    body = envelope("SubmitAsync", packed(story, signed))
    worker = LargeWorker(story.registry.settings.data / "files", memory=1024 * 1024)
    [document] = worker.examine(body).documents
    assert document.unreadable == "TOO_LARGE: it takes more than 1 MiB to examine"
    bound = LargeWorker(story.registry.settings.data / "files", memory=384 * 1024 * 1024)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(bound.examine, body)
        while not bound._turn.locked():  # it has begun
            time.sleep(0.01)
        with pytest.raises(Unprocessed) as busy:
            bound.examine(body)
        [whole] = first.result(60).documents
    assert (busy.value.fault, busy.value.retry_after) == (Fault.BUSY, AGAIN)
    assert whole.apart is not None
    assert len(whole.apart.hashes()) == ITEMS


@clause("S216-18.5", "S216-18.7")
def test_a_document_whose_examination_is_ended_twice_is_refused_for_good_also_after_a_restart(
    pki: Pki, databases: Databases, tmp_path: Path
) -> None:
    with registry_store(databases, pki) as dsn:
        for attempt in (1, 2):
            with opened(pki, tmp_path, dsn) as story:
                if attempt == 1:
                    package = packed(story, story.sign(large(story)))
                    ticket = ticket_of(story, send(story, package))
                story.registry.workers.large._seconds = 0.0
                assert judge(story) == 1
                assert story.events().count("examination-stopped.1") == attempt
        with opened(pki, tmp_path, dsn) as story:
            assert judge(story) == 1
            [finding] = settled(story, ticket).findings
            assert not audit(dsn).differences
    assert finding.rule_id == "I-01"
    assert "was ended 2 times at 1800 s and 1024 MiB: send fewer items" in str(finding.text.en)


@clause("S216-18.1", "S216-A2.1.7")
def test_a_document_that_is_put_off_after_its_examination_is_not_examined_again(
    story: Story,
) -> None:
    ticket = ticket_of(story, send(story, packed(story, story.sign(large(story)))))
    kept = story.registry.judging._large.kept
    with story.silence():
        assert judge(story) == 1
    assert kept.find(ticket.ticket_id) is not None
    story.registry.workers.large._seconds = 0.0  # another examination would be ended at once
    story.registry.judging._pauses.clear()
    assert judge(story) == 1
    assert settled(story, ticket).result.value == "ACCEPTED"
    assert "examination-stopped.1" not in story.events()
    judge(story)
    assert kept.find(ticket.ticket_id) is None


@clause("S216-18.5")
def test_a_registry_that_ends_is_no_end_by_the_bounds_of_an_examination(story: Story) -> None:
    body = envelope("SubmitAsync", packed(story, story.sign(large(story))))
    worker = LargeWorker(story.registry.settings.data / "files")
    with ThreadPoolExecutor() as pool:
        examined = pool.submit(worker.examine, body)
        while worker._worker is None:
            time.sleep(0.01)
        worker.close()
        with pytest.raises(Unprocessed) as ended:
            examined.result(60)
    assert not isinstance(ended.value, ExaminationEnded)


@clause("S216-18.5")
def test_what_ends_the_whole_service_is_no_end_by_the_bounds_of_an_examination(
    story: Story,
) -> None:
    body = envelope("SubmitAsync", packed(story, story.sign(large(story))))
    worker = LargeWorker(story.registry.settings.data / "files")
    with ThreadPoolExecutor() as pool:
        examined = pool.submit(worker.examine, body)
        while (at_work := worker._worker) is None:
            time.sleep(0.01)
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # systemd tells every process
            os.kill(at_work.process.pid or 0, each)
        assert examined.result(600).documents


@clause("S216-18.5")
def test_signatures_that_ask_for_too_much_work_are_refused_before_one_is_proven(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = story.sign(large(story))
    path, work = story.put(signed.data), proof_cost.of_signatures(len(signed.data), [""])
    monkeypatch.setattr(proof_cost, "MOST_LARGE", work - 1)
    file = FileRef(sha256=signed.sha256, size=len(signed.data))
    sent = msgspec.structs.replace(record(signed), document=None, file_ref=file)
    found = examine_large(1, sent, path)
    assert found.unreadable == (
        f"TOO_LARGE: proving its 1 signatures is work of {work} octets, {work - 1} at most: "
        "send fewer items, or fewer signatures, or signatures by RSA"
    )
    monkeypatch.setattr(proof_cost, "MOST_LARGE", work)
    assert examine_large(1, sent, path).unreadable is None


@clause("S216-18.1", "S216-18.5")
def test_a_document_with_too_many_tags_is_refused_with_the_operation_that_takes_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MAX_MARKUP", 5000)
    package = packed(story, story.sign(large(story)))
    [finding] = story.post(package).receipt.findings
    assert finding.rule_id == "I-01"
    assert "more than 5000 tags and attributes: send it in a package by SubmitAsync" in str(
        finding.text.en
    )


def last(data: bytes, what: bytes, by: bytes) -> bytes:
    """The bytes with the last of ``what`` replaced."""
    return by.join(data.rsplit(what, 1))


def after(data: bytes, places: tuple[int, ...], what: bytes) -> bytes:
    """The bytes with something after each of the items at these places (from 1)."""
    pieces = data.split(b"</Item>")
    return b"</Item>".join(
        what + piece if place in places else piece for place, piece in enumerate(pieces)
    )


def broken(data: bytes) -> dict[str, bytes]:
    """The signed bytes, each broken in one way."""
    text_of = {
        f"{name} after {place}": after(data, (place,), sign)
        for place in (10, 500, 800)
        for name, sign in (("text", b"void"), ("CDATA", b"<![CDATA[void]]>"), ("entity", b"&lt;"))
    }
    return text_of | {
        "text in every slice": after(data, (10, 500, 800), b"void"),
        "text and schema": after(data, (500,), b"void").replace(b"<Unit>796</Unit>", b"<Odd/>", 1),
        "whole": data,
        "schema": data.replace(b"<Unit>796</Unit>", b"<Unit></Unit><Odd/>", 1),
        "late schema": last(data, b"<Unit>796</Unit>", b"<Unit></Unit><Odd/>"),
        "late rule": last(data, b"<Method>SS</Method>", b"<Method>XX</Method>"),
        "late spelling": last(data, b"<Amount>22542909.97</Amount>", b"<Amount>+9.10</Amount>"),
        "value": data.replace(b"22542909.97", b"22542909.98", 1),
        "rule": data.replace(b"<Method>SS</Method>", b"<Method>XX</Method>", 600),
        "comment": data.replace(b"<Item>", b"<Item><!-- -->", 900),
        "cut": data[: len(data) // 2],
        "dtd": b"<!DOCTYPE Programme>" + data,
        "nested signature": data.replace(
            b"</Item>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></Item>', 1
        ),
    }


BROKEN = tuple(broken(b""))


@pytest.fixture(scope="module")
def documents(shared: Story) -> Mapping[str, bytes]:
    """A signed programme that fills three slices, whole and broken."""
    return broken(shared.sign(large(shared, 2 * AT_ONCE + 100)).data)


@pytest.mark.parametrize("name", BROKEN)
def test_a_document_in_slices_gets_the_findings_of_the_whole(
    shared: Story, documents: Mapping[str, bytes], name: str
) -> None:
    data = documents[name]
    document = large(shared, 1)
    signed = Signed(document, data, shared.now, former("customer1-head"))
    sent = msgspec.structs.replace(record(signed), document=None)
    sent = msgspec.structs.replace(sent, file_ref=FileRef(sha256=signed.sha256, size=len(data)))
    path = shared.put(data)
    whole, sliced = proven(1, sent, path), examine_large(1, sent, path)
    assert (whole.unreadable is None) == (sliced.unreadable is None)
    assert (whole.bad_signature is None) == (sliced.bad_signature is None)
    if whole.unreadable is None:
        bare_of_both = {"content": None, "apart": None, "bad_signature": None}
        one, other = (msgspec.structs.replace(each, **bare_of_both) for each in (whole, sliced))
        if name == "text in every slice":  # the list's own breach is told once for all slices
            assert one.breaches[:1] == other.breaches
            return
        assert one == other
        assert name in {"whole", "comment", "value", "nested signature"} or one.breaches


def calls(document: Programme) -> int:
    """How many calls of Python the rules on a document take."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        assert examine_document(document, AT) == []
        apart_of(document)
    finally:
        sys.setprofile(None)
    return counted


def test_the_work_of_the_rules_grows_with_the_items_and_not_with_their_square(
    shared: Story,
) -> None:
    few, many = (calls(large(shared, count)) for count in (400, 1600))
    assert many < 4.4 * few


@clause("S216-18.1")
def test_the_examination_of_a_large_document_is_charged_to_its_system_alone(story: Story) -> None:
    send(story, packed(story, story.sign(large(story))))
    gate = story.registry.intake.gate

    def heavy(code: str) -> Permission:
        with gate.visit() as ask:
            return ask(WorkRequest(code, story.pki.signer("sez").certificates, HEAVY + 1))

    assert heavy(story.code) is Permission.GIVEN
    with ThreadPoolExecutor(1) as judging:
        judged = judging.submit(judge, story)
        deadline = time.monotonic() + 60
        while heavy(story.code) is Permission.GIVEN:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert story.post(story.seal(story.package(record(story.sign(story.tender()))))).outcome
        assert judged.result(300) == 1
    assert heavy(story.code) is Permission.GIVEN
