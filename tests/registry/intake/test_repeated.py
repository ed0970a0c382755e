"""A message is taken once: repeated, it gets its first receipt; its id and number are its own."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from shared_contracts.event_log.log import HeadKey
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.registry.intake.test_accepted import accepted, head
from tests.story import Answer, Story, object_id

REFUSED = ("REFUSED", "INTEGRITY")


@pytest.mark.clause("S216-13a", "S216-13b")
def test_the_same_package_gets_the_same_receipt_byte_for_byte_and_is_recorded_once(
    story: Story,
) -> None:
    package = story.packed(story.tender())
    first = accepted(story.post(package))
    after = story.position()
    assert [story.post(package).data for _ in range(3)] == [first.data] * 3
    assert story.position() == after


def test_soap_versions_and_the_white_space_of_the_envelope_do_not_count(story: Story) -> None:
    package = story.packed(story.tender())
    first = accepted(story.post(package, SoapVersion.V11))
    after = story.position()
    assert story.post(package, SoapVersion.V12).data == first.data
    body = enclose(SoapVersion.V12, REGISTRY.namespace, "TransferRecords", package)
    spaced = re.sub(rb"<(/?)(soap:Body|w:TransferRecords)", rb"\n  <\1\2", body)
    declared = b'<?xml version="1.0" encoding="utf-8"?>\n' + spaced
    assert story.deliver(declared).data == first.data
    assert story.position() == after


def test_a_refused_package_gets_its_first_receipt_too(story: Story) -> None:
    package = story.packed(story.tender(), record_count=7)
    first = story.post(package)
    assert (first.outcome, first.rules) == (REFUSED, ["I-05"])
    assert story.post(package).data == first.data


def test_other_content_under_a_known_id_is_refused_and_gets_a_receipt_of_its_own(
    story: Story,
) -> None:
    message_id = uuid4()
    first = accepted(story.tell(story.tender(), message_id=message_id))
    other = story.packed(story.tender(), message_id=message_id)
    refused = story.post(other)
    assert (refused.outcome, refused.rules) == (REFUSED, ["I-06"])
    assert refused.receipt.findings[0].value == str(message_id)
    after = story.position()
    assert story.post(other).data == refused.data
    assert story.post(first.sent).data == first.data
    assert story.position() == after


def test_a_refusal_for_a_known_id_uses_no_number_up(story: Story) -> None:
    message_id = uuid4()
    accepted(story.tell(story.tender(), message_id=message_id, sequence=1))
    assert story.tell(story.tender(), message_id=message_id, sequence=2).rules == ["I-06"]
    accepted(story.tell(story.tender(), sequence=2))


def test_one_number_belongs_to_one_message(story: Story) -> None:
    first = accepted(story.tell(story.tender(), sequence=1))
    second = story.packed(story.tender(), sequence=1)
    refused = story.post(second)
    assert (refused.outcome, refused.rules) == (REFUSED, ["I-08"])
    [taken] = refused.receipt.findings
    assert str(first.receipt.message_id) in (taken.text.kk or "")
    after = story.position()
    assert story.post(second).data == refused.data
    assert story.position() == after
    accepted(story.tell(story.tender(), sequence=2))


def test_a_refusal_uses_its_number_up(story: Story) -> None:
    assert story.tell(story.tender(), sequence=1, record_count=7).rules == ["I-05"]
    assert story.tell(story.tender(), sequence=1).rules == ["I-08"]


def test_numbers_may_come_in_any_order(story: Story) -> None:
    for number in (3, 1, 2):
        accepted(story.tell(story.tender(), sequence=number))


def test_the_numbers_and_ids_of_two_systems_are_their_own(story: Story) -> None:
    other = Story(story.registry, story.pki, story.clock, "SEZ02", "sez2")
    message_id = uuid4()
    accepted(story.tell(story.tender(), sequence=1, message_id=message_id))
    accepted(other.tell(other.tender(), sequence=1, message_id=message_id))


def test_a_number_never_sent_is_closed_and_nobody_may_use_it_any_more(story: Story) -> None:
    before = story.position()
    closed = story.void(1)
    assert (closed.outcome, closed.receipt.sequence) == (("ACCEPTED", "RECORDED"), 1)
    assert story.events(before) == ["sequence-voided.1", "receipt-issued.1"]
    assert story.tell(story.tender(), sequence=1).rules == ["I-08"]


def test_a_used_number_cannot_be_closed(story: Story) -> None:
    accepted(story.tell(story.tender(), sequence=1))
    closed = story.void(1)
    assert (closed.outcome, closed.rules) == (REFUSED, ["I-13"])


def test_closing_a_number_twice_in_the_same_words_gives_the_same_receipt(story: Story) -> None:
    first = story.void(5)
    after = story.position()
    assert story.post_void(first.sent).data == first.data
    assert story.position() == after
    assert story.void(5).rules == ["I-13"]


def test_a_statement_for_the_other_environment_is_refused(story: Story) -> None:
    assert story.void(5, environment="PRODUCTION").rules == ["I-09"]
    assert story.void(6).outcome == ("ACCEPTED", "RECORDED")


def test_a_statement_under_the_id_of_a_package_is_refused(story: Story) -> None:
    message_id = uuid4()
    accepted(story.tell(story.tender(), message_id=message_id, sequence=1))
    assert story.void(2, message_id=message_id).rules == ["I-06"]


def test_a_statement_of_a_stranger_closes_nothing(story: Story) -> None:
    stranger = Story(story.registry, story.pki, story.clock, system="sez2")
    before = story.position()
    refused = stranger.void(1)
    assert (refused.outcome, refused.rules) == (("REFUSED", "CERTIFICATE"), ["C-07", "I-12"])
    assert story.events(before) == []
    accepted(story.tell(story.tender(), sequence=1))


@pytest.mark.clause("S216-13a")
def test_copies_that_come_at_once_are_one_record_or_told_to_wait(story: Story) -> None:
    signed = story.sign(story.tender())
    package = story.packed(signed)

    def send(_: int) -> Answer | Fault:
        try:
            return story.post(package)
        except Unprocessed as problem:
            return problem.fault

    with ThreadPoolExecutor(8) as executor:
        came = list(executor.map(send, range(24)))
    answers = {one.data for one in came if isinstance(one, Answer)}
    assert {one for one in came if isinstance(one, Fault)} <= {Fault.IN_PROGRESS}
    assert answers == {story.post(package).data}
    assert head(story, object_id(signed)).version == 1
    assert story.events().count("package-accepted.1") == 1


def test_packages_of_many_senders_at_once_are_each_recorded_exactly_once(story: Story) -> None:
    packages = [story.packed(story.tender()) for _ in range(16)]
    before = story.position()
    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(story.post, packages))
    assert [answer.outcome[0] for answer in answers] == ["ACCEPTED"] * 16
    assert story.events(before).count("purchase-announced.1") == 16
    positions = [one.position for one in story.registry.log.read(0, 1000)]
    assert positions == list(range(1, len(positions) + 1))


def test_while_a_message_is_in_work_its_copy_is_told_to_come_again(story: Story) -> None:
    package = story.package(sequence=1)
    key = HeadKey("STAND", story.code, "MESSAGE", package.message_id)
    signed = story.packed(story.tender(), message_id=package.message_id, sequence=1)
    lock = story.registry.log.try_lock(key)
    assert lock is not None
    with lock, pytest.raises(Unprocessed) as told:
        story.post(signed)
    assert (told.value.fault, told.value.retry_after) == (Fault.IN_PROGRESS, 2)
    accepted(story.post(signed))
