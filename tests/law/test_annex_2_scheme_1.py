"""Scheme 1 of annex 2, told step by step: new and changed records from a SEZ to the Registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clauses import clause
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.conftest import opened
from tests.registry.intake.test_accepted import changed
from tests.stores import registry_store
from tests.story import Story, record


@pytest.fixture
def story(pki: Pki, databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A Registry in which nothing has happened yet, and a SEZ."""
    with registry_store(databases, pki) as dsn, opened(pki, tmp_path, dsn) as told:
        yield told


@clause("S216-A2.1.0", "S216-A2.1.1", "S216-15", "S216-16", "S216-18.1")
def test_new_and_changed_records_go_together_and_are_answered_in_the_same_call(
    story: Story,
) -> None:
    first = story.sign(story.tender())
    answer = story.tell(first, story.sign(story.next(first, changed(first))))
    assert [(one.version, one.late) for one in answer.receipt.records] == [(1, False), (2, False)]
    assert answer.receipt.result.value == "ACCEPTED"


@clause("S216-A2.1.2", "S216-A2.1.7", "S216-15")
def test_integrity_comes_first(story: Story) -> None:
    wrong = record(story.sign(story.tender(lot_count=9), "customer2-head"), document_hash="0" * 64)
    answer = story.post(story.seal(story.package(wrong)))
    assert (answer.receipt.stage.value, answer.rules) == ("INTEGRITY", ["I-04"])


@clause("S216-A2.1.3", "S216-A2.1.7", "S216-15")
def test_the_certificate_comes_second(story: Story) -> None:
    answer = story.tell(story.sign(story.tender(lot_count=9), "customer2-head"))
    assert (answer.receipt.stage.value, answer.rules) == ("CERTIFICATE", ["C-07"])


@clause("S216-A2.1.4", "S216-A2.1.7", "S216-15")
def test_format_logical_control_comes_third(story: Story) -> None:
    answer = story.tell(story.tender(lot_count=9))
    assert (answer.receipt.stage.value, answer.rules) == ("FORMAT_LOGIC", ["F-NUM-4"])


@clause("S216-A2.1.5", "S216-A2.1.6", "S216-13b", "S216-15")
def test_accepted_records_are_answered_by_a_signed_message_which_the_sez_can_check(
    story: Story,
) -> None:
    answer = story.tell(story.tender())
    received = story.read(answer.data)
    assert (received.stage.value, received.findings) == ("RECORDED", ())
    assert received.records[0].registry_id is not None


@clause("S216-A2.1.7", "S216-A2.1.8", "S216-15")
def test_refused_records_are_answered_by_an_error_message_and_transmitted_anew(
    story: Story,
) -> None:
    wrong = story.tell(tender := story.tender(lot_count=9))
    assert [(f.record, f.path) for f in wrong.receipt.findings] == [(1, "/Purchase/LotCount")]
    right = story.tender(act=tender.act)
    answer = story.tell(story.own(right, object_id=tender.act.object_id))
    assert answer.receipt.result.value == "ACCEPTED"
