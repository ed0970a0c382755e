"""Numbers are taken without gaps, however many form packages at once (S216-A2.1.1, S95-4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sez.synchronisation import listing
from sez.synchronisation.package_events import PackageFormed
from sez.synchronisation.package_writer import NumberTaken
from shared_contracts.messages.package import Package
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.sez.systems import BothSystems

TENDERS = 12


@pytest.mark.clause("S216-A2.1.1")
def test_packages_formed_at_once_get_numbers_without_gap(systems: BothSystems) -> None:
    for _ in range(TENDERS):
        systems.announce("single-source")
    system = systems.system
    system.sender.follower.catch_up()
    ready = [(one,) for one in listing.waiting(system.log)]
    with ThreadPoolExecutor(6) as pool:
        formed = dict(pool.map(system.sender.packer.form, ready))
    numbers = systems.events(NumberTaken)
    assert [one.number for one in numbers] == list(range(1, TENDERS + 1))
    assert {one.message_id for one in numbers} == formed.keys()
    assert sorted(one.sequence for one in systems.events(PackageFormed)) == [
        one.number for one in numbers
    ]


@pytest.mark.clause("S95-4", "S216-3")
def test_a_package_carries_the_persons_bytes_under_the_signature_of_the_sez(
    systems: BothSystems,
) -> None:
    tender = systems.announce("single-source")
    publisher, log = systems.system.publisher, systems.system.log
    at = publisher.current_state(tender)
    signed = log.evidence(at.originator_id, at.version, "document")
    systems.system.sender.follower.catch_up()
    _message_id, body = systems.system.sender.packer.form(listing.waiting(log))
    element = schema.parse(body)
    proven = verify_system(element)
    assert proven.certificates[0] == systems.pki.signer("sez").certificates[0]
    [formed] = systems.events(PackageFormed)
    assert formed.package_hash == proven.canonical_sha256
    [record] = codec.read(element, Package).records
    assert record.document == signed
    assert record.header.formed_at == systems.versions(tender)[0].formed_at


def test_forming_by_hand_and_by_itself_at_once_never_forms_a_version_twice(
    systems: BothSystems,
) -> None:
    sender = systems.system.sender

    def by_hand(_number: int) -> None:
        with sender.forming.holding(tender := systems.announce("single-source")):
            sender.forming.form_held(tender)

    with ThreadPoolExecutor(4) as pool:
        hands = [pool.submit(by_hand, number) for number in range(6)]
        while not all(hand.done() for hand in hands):
            sender.step()
    for hand in hands:
        hand.result()
    carried = [
        (one.object_id, one.version)
        for formed in systems.events(PackageFormed)
        for one in formed.records
    ]
    assert len(carried) == len(set(carried)) == 6
    assert systems.link.packages == []
