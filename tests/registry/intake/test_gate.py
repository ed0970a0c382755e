"""No dear work is done for strangers, and a known system's has bounds of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from registry.intake import gate as gate_module
from registry.intake.content_check import examine_message
from registry.intake.content_report import Ask, Examined, Permission, WorkRequest
from registry.intake.gate import IntakeGate, check_permission
from registry.intake.workers import Workers
from shared_contracts.faults import Unprocessed
from shared_contracts.signing import proof_cost
from shared_contracts.signing.report import Reason
from shared_contracts.signing.sign import sign_person
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.story import PEER, Signed, Story, raised, record


def examined(shared: Story, package: bytes) -> Examined:
    """What the Registry finds out about a package before it judges it."""
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    return shared.registry.intake.examine(
        payload_of(open_envelope(body, None), "Package"), body, PEER
    )


def sealed(shared: Story, signer: str, *documents: Signed) -> bytes:
    """A package of documents, signed by somebody."""
    return shared.seal(shared.package(*map(record, documents)), signer)


def signed_twice(shared: Story) -> Signed:
    """A tender with a signature by RSA and one by GOST."""
    return shared.sign(shared.tender(), "customer1-head", "person-gost")


@pytest.mark.clause("S216-A2.1.3")
@pytest.mark.parametrize("signer", ["stranger-head", "sez2", "customer1-head"])
def test_documents_of_a_stranger_are_not_proven(shared: Story, signer: str) -> None:
    found = examined(shared, sealed(shared, signer, signed_twice(shared)))
    assert found.permission is Permission.STRANGER
    assert [one.signatures for one in found.documents] == [()]


def test_a_stranger_gets_the_findings_of_anybody(shared: Story) -> None:
    for signer, rules in {"stranger-head": "C-03", "sez2": "C-07", "sez-expired": "C-04"}.items():
        answer = shared.post(sealed(shared, signer, signed_twice(shared)))
        assert (answer.outcome, rules in answer.rules) == (("REFUSED", "CERTIFICATE"), True)


def test_a_document_of_a_stranger_that_is_no_xml_is_still_told(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    broken = Signed(signed.document, b"<Purchase", signed.formed_at, signed.formed_by)
    answer = shared.post(sealed(shared, "stranger-head", broken))
    assert answer.outcome == ("REFUSED", "INTEGRITY")


def test_documents_of_a_known_system_are_proven(shared: Story) -> None:
    found = examined(shared, shared.packed(signed_twice(shared)))
    assert found.permission is Permission.GIVEN
    assert [len(one.signatures) for one in found.documents] == [2]


@pytest.mark.parametrize("signer", ["stranger-gost", "person-gost"])
def test_a_dear_signature_of_a_stranger_is_not_proven_either(
    shared: Story, signer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = sealed(shared, signer, shared.sign(shared.tender()))
    spoilt = package.replace(b"<RecordCount>1<", b"<RecordCount>2<")
    assert examined(shared, spoilt).bad_signature is not None
    monkeypatch.setattr(proof_cost, "FREE", 0)
    found = examined(shared, spoilt)
    assert (found.permission, found.bad_signature) == (Permission.STRANGER, None)
    assert shared.post(package).outcome == ("REFUSED", "CERTIFICATE")


def test_whoever_has_anothers_certificate_and_not_its_key_takes_no_place(
    shared: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = sealed(shared, "person-gost", shared.sign(shared.tender()))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    asked: list[WorkRequest] = []

    def ask(one: WorkRequest) -> Permission:
        asked.append(one)
        return Permission.BUSY

    monkeypatch.setattr(proof_cost, "FREE", 0)
    forged = re.sub(b"(SignatureValue>)[^<]{8}", rb"\1AAAAAAAA", body)
    found = examine_message(payload_of(open_envelope(forged, None), "Package"), ask)
    assert (found.bad_signature and found.bad_signature.reason, asked) == (Reason.VALUE, [])
    examine_message(payload_of(open_envelope(body, None), "Package"), ask)
    assert [one.is_proven for one in asked] == [False]


def test_whoever_had_dear_work_done_in_vain_is_put_off_and_no_other_peer(
    shared: Story, gate: IntakeGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = sealed(shared, "person-gost", shared.sign(shared.tender()))
    replayed = package.replace(b"<RecordCount>1<", b"<RecordCount>2<")
    desk = Workers(0, shared.registry.settings.data / "files", gate)
    monkeypatch.setattr(proof_cost, "FREE", 0)

    def told(sent: bytes, peer: str) -> tuple[Permission, bool]:
        body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", sent)
        element = payload_of(open_envelope(body, None), "Package")
        found = desk.examine(element, body, peer)
        return found.permission, found.bad_signature is not None

    assert told(replayed, "192.0.2.1") == (Permission.GIVEN, True)
    assert told(replayed, "192.0.2.1") == told(package, "192.0.2.1") == (Permission.PUT_OFF, False)
    assert told(package, "192.0.2.2") == (Permission.GIVEN, False)
    rsa = shared.packed(shared.tender())
    assert told(rsa, "192.0.2.1") == (Permission.GIVEN, False)
    monkeypatch.setattr(gate_module, "PUT_OFF", 0.0)
    assert told(replayed, "192.0.2.3") == told(replayed, "192.0.2.3") == (Permission.GIVEN, True)


def test_a_message_that_asks_for_too_much_work_is_not_taken(
    shared: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = shared.packed(signed_twice(shared))
    monkeypatch.setattr(proof_cost, "MOST", 30_000)
    with pytest.raises(Unprocessed) as fault:
        shared.post(package)
    assert raised(fault.value)[0] == "TOO_LARGE"
    assert "send fewer records" in fault.value.detail
    monkeypatch.undo()
    assert shared.post(package).receipt.stage.value == "CERTIFICATE"  # it is judged as any other


def test_what_was_not_looked_at_is_never_recorded(shared: Story) -> None:
    """The register may change while a message is examined: then it must come again."""
    context = shared.registry.intake

    def stranger(element: Element, body: bytes, peer: str) -> Examined:
        found = context.examine(element, body, peer)
        bare = tuple(msgspec.structs.replace(one, signatures=()) for one in found.documents)
        return msgspec.structs.replace(found, permission=Permission.STRANGER, documents=bare)

    before = shared.position()
    registry = replace(shared.registry, intake=replace(context, examine=stranger))
    with pytest.raises(Unprocessed) as fault:
        replace(shared, registry=registry).tell(shared.tender())
    assert raised(fault.value)[0] == "BUSY"
    assert shared.position() == before


HEAVY = WorkRequest("SEZ01", (b"",), proof_cost.HEAVY + 1)
LIGHT = WorkRequest("SEZ01", (b"",), proof_cost.HEAVY)
OTHER = WorkRequest("SEZ02", (b"",), proof_cost.HEAVY + 1)


@pytest.fixture
def gate() -> IntakeGate:
    """A gate with places for two heavy messages that knows everybody."""
    return IntakeGate(lambda _asked: True, 2)


@pytest.fixture
def inside(gate: IntakeGate) -> Iterator[Ask]:
    """The question of a heavy message under examination."""
    with gate.visit() as ask:
        assert ask(HEAVY) is Permission.GIVEN
        yield ask


@pytest.mark.usefixtures("inside")
def test_a_system_has_one_heavy_message_under_examination(gate: IntakeGate) -> None:
    with gate.visit() as second, gate.visit() as other:
        assert (second(HEAVY), second(LIGHT)) == (Permission.BUSY, Permission.GIVEN)
        assert other(OTHER) is Permission.GIVEN


def test_lighter_messages_of_a_system_have_a_share_together(gate: IntakeGate) -> None:
    half = WorkRequest("SEZ01", (b"",), proof_cost.SHARE // 2)
    with gate.visit() as first, gate.visit() as third:
        with gate.visit() as second:
            assert (first(half), second(half), third(half)) == (
                *[Permission.GIVEN] * 2,
                Permission.BUSY,
            )
            assert first(half) is Permission.GIVEN  # asked again for the same message
            assert third(msgspec.structs.replace(half, sez_code="SEZ02")) is Permission.GIVEN
        assert third(half) is Permission.GIVEN


def test_a_message_beyond_the_share_is_examined_alone(gate: IntakeGate) -> None:
    with gate.visit() as first, gate.visit() as second:
        assert first(LIGHT) is Permission.GIVEN
        assert second(msgspec.structs.replace(LIGHT, work=1)) is Permission.BUSY
    with gate.visit() as third:
        assert third(msgspec.structs.replace(LIGHT, work=1)) is Permission.GIVEN


def test_whoever_shows_anothers_certificate_takes_nothing_of_his_share(gate: IntakeGate) -> None:
    claimed = [msgspec.structs.replace(one, is_proven=False) for one in (LIGHT, HEAVY)]
    with gate.visit() as light, gate.visit() as heavy, gate.visit() as third, gate.visit() as own:
        assert [light(claimed[0]), heavy(claimed[1])] == [Permission.GIVEN] * 2
        assert [third(one) for one in claimed] == [Permission.BUSY] * 2
        assert [own(LIGHT), own(HEAVY)] == [Permission.GIVEN] * 2


@pytest.mark.parametrize(
    ("permission", "work", "seconds"),
    [
        (Permission.BUSY, proof_cost.HEAVY + 1, 5),
        (Permission.BUSY, 1, 1),
        (Permission.PUT_OFF, 1, 60),
    ],
)
def test_whoever_is_put_off_is_told_when_to_come_again(
    shared: Story, permission: Permission, work: int, seconds: int
) -> None:
    found = examined(shared, shared.packed(shared.tender()))
    with pytest.raises(Unprocessed) as fault:
        check_permission(msgspec.structs.replace(found, permission=permission, work=work))
    assert (raised(fault.value)[0], fault.value.retry_after) == ("BUSY", seconds)


def test_its_place_is_its_own_until_the_end(gate: IntakeGate, inside: Ask) -> None:
    assert inside(HEAVY) is Permission.GIVEN
    with gate.visit(light=True) as here:
        assert (here(OTHER), here(LIGHT)) == (Permission.BUSY, Permission.GIVEN)


def broken_off(gate: IntakeGate) -> None:
    """An examination that ends with an error."""
    with gate.visit() as ask:
        ask(HEAVY)
        raise OSError("cut")


def test_the_place_is_free_again_whatever_happens(gate: IntakeGate) -> None:
    with pytest.raises(OSError, match="cut"):
        broken_off(gate)
    with gate.visit() as ask:
        assert ask(HEAVY) is Permission.GIVEN


def test_heavy_messages_of_many_leave_a_worker_to_others(gate: IntakeGate) -> None:
    with gate.visit() as first, gate.visit() as second, gate.visit() as third:
        given = [first(HEAVY), second(OTHER), third(WorkRequest("SEZ03", (b"",), proof_cost.MOST))]
    assert given == [Permission.GIVEN, Permission.GIVEN, Permission.BUSY]


def test_a_system_whose_large_document_is_examined_has_half_a_share_and_others_all_of_theirs(
    gate: IntakeGate,
) -> None:
    half = WorkRequest("SEZ01", (b"",), proof_cost.SHARE // 2)
    with gate.visit() as first, gate.visit() as second, gate.visit() as third:
        with gate.large("SEZ01"):
            assert first(HEAVY) is Permission.BUSY
            assert second(OTHER) is Permission.GIVEN
            assert (first(half), third(half)) == (Permission.GIVEN, Permission.BUSY)
            whole = msgspec.structs.replace(half, sez_code="SEZ03")
            with gate.visit() as fourth:
                assert (third(whole), fourth(whole)) == (Permission.GIVEN, Permission.GIVEN)
        assert (first(half), third(half)) == (Permission.GIVEN, Permission.GIVEN)
        assert first(HEAVY) is Permission.GIVEN


def test_a_worker_asks_for_permission_in_the_midst_of_an_examination(shared: Story) -> None:
    asked: list[WorkRequest] = []

    def is_known(one: WorkRequest) -> bool:
        asked.append(one)
        return False

    gate = IntakeGate(is_known)
    desk = Workers(1, shared.registry.settings.data / "files", gate)
    package = shared.packed(*(signed_twice(shared) for _ in range(3)))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    try:
        found = desk.examine_unopened(body)
    finally:
        desk.close()
    assert found is not None
    assert found.permission is Permission.STRANGER
    assert [one.signatures for one in found.documents] == [(), (), ()]
    assert [one.certificates for one in asked] == [found.certificates]


def test_octets_of_gost_weigh_and_are_found_however_they_are_written(shared: Story) -> None:
    once, twice = shared.sign(shared.tender()).data, signed_twice(shared).data
    assert proof_cost.of_document(once) < 10_000
    assert proof_cost.of_document(twice) > len(twice) + proof_cost.GOST_VERIFICATION
    hidden = twice.replace(b"gostr34102015", b"&#103;ostr34102015")
    assert hidden != twice
    assert proof_cost.of_document(hidden) >= len(twice) + proof_cost.GOST_VERIFICATION
    more = sign_person(twice, shared.pki.signer("person-gost"))
    assert proof_cost.of_document(more) > 2 * (len(twice) + proof_cost.GOST_VERIFICATION)


def test_many_short_elements_weigh_more_than_their_octets(shared: Story) -> None:
    plain = shared.sign(shared.tender()).data
    crowded = plain.replace(b"<Customer", b"<Customer/>" * 80_000 + b"<Customer", 1)
    added = proof_cost.of_document(crowded) - proof_cost.of_document(plain)
    assert added > 80_000 > 2 * (len(crowded) - len(plain)) // proof_cost.READING
    assert proof_cost.of_document(plain) < 500  # an ordinary document weighs what its octets do


def test_no_more_signatures_are_counted_than_are_ever_proven() -> None:
    method = "urn:ifa:gostr34102015-gostr34112015-512"
    assert proof_cost.of_signatures(10, [method] * 500) == proof_cost.of_signatures(
        10, [method] * 20
    )


def test_what_is_no_signature_weighs_nothing_more() -> None:
    plain = b"<a>" + b"text " * 100 + b"</a>"
    assert proof_cost.of_document(plain) == len(plain) // proof_cost.READING
