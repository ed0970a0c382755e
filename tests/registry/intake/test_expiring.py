"""A certificate that will soon be out of force is accepted, and its owner warned (C-10)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from deploy.authority.files import load_certificate
from deploy.authority.issue import issue
from shared_contracts.astana_time import now, to_astana
from shared_contracts.messages.receipt import Severity
from shared_contracts.rules.catalogue import parameters
from shared_contracts.signing.validation.der_reading import serial_text
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.conftest import opened
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

pytestmark = pytest.mark.clause("S216-A2.1.3")
TERM = timedelta(days=364)
"""From the issue of a person's certificate to its end."""
WARNED = timedelta(days=parameters("C-10", now().date())["days"])
SOON = timedelta(minutes=2)


@pytest.fixture(scope="module")
def story(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A Registry, and persons whose certificates the warning will soon be about."""
    authority, data = tmp_path_factory.mktemp("aged"), tmp_path_factory.mktemp("registry")
    aged = Pki(authority)
    long_ago = (now() + SOON + WARNED - TERM).astimezone(UTC)
    issue(authority, f"http://127.0.0.1:{aged.server.port}", long_ago)
    with databases.fresh() as dsn, opened(aged, data, dsn) as told:
        yield told
    aged.stop()


def bound(story: Story) -> datetime:
    """The last moment at which nobody is warned of the head's certificate."""
    certificate = load_certificate(story.pki.authority.chain("customer1-head"))
    return to_astana(certificate.not_valid_after) - WARNED


def test_until_the_days_of_the_rule_begin_nobody_is_warned(story: Story) -> None:
    story.clock.frozen = bound(story)
    accepted(story.tell(story.tender()))


def test_a_moment_later_the_package_is_accepted_with_a_warning_for_each_record(
    story: Story,
) -> None:
    story.clock.frozen = bound(story) + timedelta(milliseconds=1)
    answer = accepted(story.tell(story.tender(), story.tender()), "C-10", "C-10")
    ends = (bound(story) + WARNED).isoformat()  # as Astana's clocks show it
    assert ends.endswith("+05:00")
    for number, finding in enumerate(answer.receipt.findings, 1):
        assert (finding.severity, finding.path) == (Severity.WARNING, "/Purchase/Signature")
        assert finding.record == number
        assert ends in (finding.text.en or "")
        assert f"{WARNED.days} days" in (finding.text.en or "")
    certificate = load_certificate(story.pki.authority.chain("customer1-head"))
    values = {finding.value for finding in answer.receipt.findings}
    assert len(values) == 1
    assert values.pop() == serial_text(certificate.serial_number)
