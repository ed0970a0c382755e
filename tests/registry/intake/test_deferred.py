"""What is technical is no refusal: the same bytes are welcome again, and are accepted then."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from deploy.authority import ServiceBehaviour
from registry.intake.scheme_1 import transfer
from registry.intake.steps import Received
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.package import FileRef
from shared_contracts.signing.validation import silent_authorities
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests import samples
from tests.registry.intake.test_accepted import accepted, changed
from tests.registry.intake.test_lateness import recorded
from tests.story import PEER, Story, content_of, record, with_real_files


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether an authority is back is asked often."""
    monkeypatch.setattr(silent_authorities, "PAUSE", 0.05)


def told(story: Story, package: bytes) -> Unprocessed:
    """The fault that a package gets."""
    with pytest.raises(Unprocessed) as raised:
        story.post(package)
    return raised.value


@pytest.mark.clause("S216-A2.1.3")
def test_while_nobody_tells_of_revocation_nothing_is_admitted_and_later_it_is(
    story: Story,
) -> None:
    package = story.packed(story.tender())
    before = story.position()
    with story.silence():
        problem = told(story, package)
        assert (problem.fault, problem.retry_after) == (Fault.REVOCATION_UNAVAILABLE, 10)
        assert story.events(before) == ["package-deferred.1"]
    accepted(story.post(package))


@pytest.mark.clause("S216-A2.1.3")
def test_a_package_waits_even_if_only_its_systems_certificate_cannot_be_asked_about(
    story: Story,
) -> None:
    other = Story(story.registry, story.pki, story.clock, "SEZ02", "sez2")
    accepted(other.tell(other.tender()))  # the head's certificate is known to be good now
    package = story.packed(story.tender())
    with story.silence():
        assert told(story, package).fault is Fault.REVOCATION_UNAVAILABLE
    accepted(story.post(package))


@pytest.mark.parametrize("ocsp", [ServiceBehaviour.TRY_LATER, ServiceBehaviour.OUTDATED])
@pytest.mark.clause("S216-A2.1.3")
def test_an_authority_that_says_try_later_or_an_old_answer_is_asked_again(
    story: Story, ocsp: ServiceBehaviour
) -> None:
    package = story.packed(story.tender())
    with story.pki.behaving(ocsp=ocsp, crl=ServiceBehaviour.OUTDATED):
        assert told(story, package).fault is Fault.REVOCATION_UNAVAILABLE
    accepted(story.post(package))


@pytest.mark.clause("S216-18.3")
def test_lateness_counts_from_the_first_arrival_though_nobody_could_judge_it(
    story: Story,
) -> None:
    formed = story.now
    package = story.packed(story.sign(story.tender(), formed_at=formed))
    story.clock.frozen = first = formed + timedelta(seconds=30)
    with story.silence():
        told(story, package)
    story.clock.frozen = formed + timedelta(seconds=55)
    receipt = accepted(story.post(package)).receipt
    assert (receipt.first_received_at, receipt.received_at) == (first, story.now)
    assert (receipt.records[0].seconds_after_forming, receipt.records[0].late) == (30, False)


@pytest.mark.clause("S216-18.3")
def test_a_package_that_first_came_in_time_is_not_late_when_it_is_judged(story: Story) -> None:
    at = story.now
    package = story.packed(story.sign(story.tender(), formed_at=at - timedelta(seconds=3590)))
    story.clock.frozen = at
    with story.silence():
        told(story, package)
    story.clock.frozen = at + timedelta(seconds=50)
    assert not accepted(story.post(package)).receipt.records[0].late
    version = recorded(story)
    assert (version.received_at, version.late) == (at, False)


@pytest.mark.clause("S216-18.3")
def test_the_first_arrival_does_not_move_however_often_a_package_is_deferred(
    story: Story,
) -> None:
    formed = story.now
    package = story.packed(story.sign(story.tender(), formed_at=formed))
    for seconds in (10, 25, 40):
        story.clock.frozen = formed + timedelta(seconds=seconds)
        with story.silence():
            told(story, package)
    story.clock.frozen = formed + timedelta(seconds=55)
    receipt = accepted(story.post(package)).receipt
    assert receipt.first_received_at == formed + timedelta(seconds=10)
    assert receipt.records[0].seconds_after_forming == 10


def test_the_evidence_of_the_first_arrival_is_kept(story: Story) -> None:
    package = story.packed(story.tender())
    with story.silence():
        told(story, package)
        told(story, package)
    deferred = [one for one in story.registry.log.read(0) if one.topic == "package-deferred.1"]
    kept = [story.registry.log.evidence(d.originator_id, d.version, "package") for d in deferred]
    assert [body is not None and package[:40] in body for body in kept] == [True, False]


def test_files_that_are_missing_are_named_wanted_and_then_taken(story: Story) -> None:
    tender = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    package = story.packed(tender)
    hashes = {file.sha256 for file in tender.documents}
    assert not any(map(story.registry.wanted.is_wanted, hashes))
    problem = told(story, package)
    assert (problem.fault, set(problem.hashes)) == (Fault.FILES_MISSING, hashes)
    assert all(map(story.registry.wanted.is_wanted, hashes))
    first, *others = tender.documents
    for file in others:
        story.put(content_of(file))
    assert told(story, package).hashes == (first.sha256,)
    story.put(content_of(first))
    accepted(story.post(package))


def test_a_file_is_wanted_for_a_day_only(story: Story) -> None:
    tender = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    told(story, story.packed(tender))
    sha = tender.documents[0].sha256
    story.clock.offset = timedelta(hours=23, minutes=59)
    assert story.registry.wanted.is_wanted(sha)
    story.clock.offset = timedelta(hours=24, seconds=1)
    assert not story.registry.wanted.is_wanted(sha)


def test_a_refused_package_wants_no_files(story: Story) -> None:
    tender = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    assert story.tell(msgspec.structs.replace(tender, lot_count=9)).outcome[0] == "REFUSED"
    assert not story.registry.wanted.is_wanted(tender.documents[0].sha256)


def test_a_document_that_travels_beside_the_package_is_waited_for(story: Story) -> None:
    signed = story.sign(story.tender())
    ref = FileRef(sha256=signed.sha256, size=len(signed.data))
    beside = msgspec.structs.replace(record(signed), document=None, file_ref=ref)
    package = story.seal(story.package(beside))
    problem = told(story, package)
    assert (problem.fault, problem.hashes) == (Fault.FILES_MISSING, (signed.sha256,))
    story.put(signed.data)
    accepted(story.post(package))


@pytest.mark.clause("S216-12a")
def test_a_version_waits_for_the_one_before_it(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, changed(first)))
    third = story.sign(story.next(second, samples.deletion(deleted_at=story.now)))
    late = story.packed(third)
    for _ in range(2):
        assert told(story, late).fault is Fault.PREDECESSOR_MISSING
    accepted(story.tell(first))
    assert told(story, late).fault is Fault.PREDECESSOR_MISSING
    accepted(story.tell(second))
    accepted(story.post(late))


def test_what_will_be_refused_anyway_waits_for_nothing(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, changed(first)))
    known = story.sign(story.tender())
    accepted(story.tell(known))
    again = story.own(known.document, object_id=known.document.act.object_id)
    answer = story.tell(again, second)
    assert answer.outcome == ("REFUSED", "FORMAT_LOGIC")
    assert {finding.record for finding in answer.receipt.findings} == {1}


def test_a_deferral_uses_no_number_up(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, changed(first)))
    told(story, story.packed(second, sequence=1))
    accepted(story.tell(first, sequence=1))


def test_a_deferral_does_not_occupy_the_message_id(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, changed(first)))
    message_id = story.package().message_id
    told(story, story.packed(second, message_id=message_id, sequence=5))
    accepted(story.tell(first, message_id=message_id, sequence=5))


def test_content_that_came_after_a_deferral_counts_from_its_own_arrival(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, changed(first)))
    message_id = story.package().message_id
    begun = story.clock.frozen = story.now
    told(story, story.packed(second, message_id=message_id, sequence=5))
    story.clock.frozen = begun + timedelta(seconds=10)
    drawn = story.own(samples.purchase_open_tender(story.now))
    newer = tuple(msgspec.structs.replace(file, version=7) for file in drawn.documents)
    tender = with_real_files(msgspec.structs.replace(drawn, documents=newer))
    other = story.packed(tender, message_id=message_id, sequence=6)
    assert told(story, other).fault is Fault.FILES_MISSING
    story.with_files(tender)
    story.clock.frozen = begun + timedelta(seconds=20)
    receipt = accepted(story.post(other)).receipt
    assert receipt.first_received_at == begun + timedelta(seconds=10)


def test_a_stranger_is_turned_away_even_while_nobody_tells_of_revocation(story: Story) -> None:
    package = story.package(record(story.sign(story.tender())))
    with story.silence():
        answer = story.post(story.seal(package, "sez2"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07", "I-12"])


@pytest.mark.clause("S216-A2.1.3", "S216-18.1")
def test_a_package_that_waited_is_judged_by_what_authorities_say_when_it_is_judged(
    story: Story,
) -> None:
    story.clock.offset = -timedelta(minutes=10)
    package = story.packed(story.tender())
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    context, element = story.registry.intake, payload_of(open_envelope(body, None), "Package")
    came = Received(body, context.examine(element, body, PEER), PEER, story.now)
    with pytest.raises(Unprocessed) as early:  # what the authority says is later than the package
        transfer(context, came)
    assert early.value.fault is Fault.REVOCATION_UNAVAILABLE
    story.clock.offset = timedelta()
    receipt = story.read(transfer(context, replace(came, judged_at=story.now)))
    assert (receipt.result.value, receipt.received_at) == ("ACCEPTED", came.at)
