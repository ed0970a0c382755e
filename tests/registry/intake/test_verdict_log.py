"""What an authority said of a signer is kept, also if keeping it failed the first time."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from shared_contracts.bounded_cache import BoundedCache
from tests.postgres import owner_of
from tests.registry.intake.test_accepted import accepted
from tests.story import Story


@contextmanager
def refusing_verdicts(story: Story) -> Iterator[None]:
    """The database takes no verdict on a certificate meanwhile."""
    dsn = owner_of(story.registry.settings.database_url)
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute(
            "ALTER TABLE log.events ADD CONSTRAINT full_disk "
            "CHECK (topic <> 'certificate-checked.1') NOT VALID"
        )
        try:
            yield
        finally:
            owner.execute("ALTER TABLE log.events DROP CONSTRAINT full_disk")


def kept(story: Story) -> int:
    """How many verdicts stand in the log."""
    return sum(one.topic == "certificate-checked.1" for one in story.registry.log.read(0))


@pytest.mark.clause("S216-A2.1.3", "S216-12a")
def test_a_verdict_that_could_not_be_kept_is_kept_with_the_repeated_message(story: Story) -> None:
    package = story.packed(story.tender())
    with refusing_verdicts(story), pytest.raises(psycopg.Error):
        story.post(package)
    assert kept(story) == 0
    accepted(story.post(package))
    assert kept(story) == 2  # of the system and of the person who signed


def test_a_verdict_is_kept_once_however_often_it_is_given(story: Story) -> None:
    for _ in range(3):
        accepted(story.tell(story.tender()))
    assert kept(story) == 2


def test_of_many_certificates_so_many_verdicts_are_remembered_and_no_more(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story.registry.intake.admission.checker, "_seen", BoundedCache(1))
    for _ in range(2):  # the system's and the person's: each makes the other be forgotten
        accepted(story.tell(story.tender()))
    assert kept(story) == 4


@pytest.mark.clause("S216-A2.1.3", "S216-12a")
def test_verdicts_on_all_signers_of_a_package_are_kept_in_one_commit(story: Story) -> None:
    people = ("customer1-head", "customer1-signer", "customer2-head-rsa")
    story.post(story.packed(*(story.sign(story.tender(), one) for one in people)))
    checked = [
        one.recorded_at
        for one in story.registry.log.read(0)
        if one.topic == "certificate-checked.1"
    ]
    assert len(checked) == 4  # of the system, asked before, and of those who signed
    assert len(set(checked[1:])) == 1


@pytest.mark.clause("S216-12a")
def test_verdicts_of_many_that_could_not_be_kept_are_kept_with_the_repeated_message(
    story: Story,
) -> None:
    people = ("customer1-head", "customer1-signer", "customer2-head-rsa")
    story.post(story.packed(story.tender()))
    before = kept(story)
    package = story.packed(*(story.sign(story.tender(), one) for one in people))
    with refusing_verdicts(story), pytest.raises(psycopg.Error):
        story.post(package)
    assert kept(story) == before
    story.post(package)
    assert kept(story) == before + len(people) - 1
