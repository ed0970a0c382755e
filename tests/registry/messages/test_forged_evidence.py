"""Bytes that an owner of the database put beside an event are never served as evidence."""

import hashlib

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from structlog.testing import capture_logs

from shared_contracts.event_log.proven_evidence import EvidenceDiffers
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.registry.messages.test_api import place
from tests.story import Story

FORGED = b"<forged/>"


def alter(story: Story, statement: str, *values: object) -> None:
    """A change by the owner, past every guard of the log."""
    name = conninfo_to_dict(owner_of(story.registry.settings.database_url))["dbname"]
    assert name is not None
    with psycopg.connect(owner_of(story.registry.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        owner.execute(statement.encode(), values)


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_forged_row_beside_an_older_event_is_never_served(story: Story, ask: Asker) -> None:
    package = story.packed(story.tender())
    answer = accepted(story.post(package))
    insert = (
        "INSERT INTO log.evidence SELECT originator_id, originator_version, %s, %s, %s "
        "FROM log.events WHERE topic = %s"
    )
    digest = hashlib.sha256(FORGED).digest()
    alter(story, insert, "receipt", digest, FORGED, "package-accepted.1")
    assert ask("GET", f"{place(answer)}/receipt").content == answer.data
    assert story.post(package).data == answer.data


@pytest.mark.parametrize("name", ["package", "receipt"])
def test_evidence_that_differs_from_what_is_recorded_is_an_error(
    story: Story, ask: Asker, name: str
) -> None:
    answer = accepted(story.tell(story.tender()))
    digest = hashlib.sha256(FORGED).digest()
    update = "UPDATE log.evidence SET body = %s, sha256 = %s WHERE name = %s"
    alter(story, update, FORGED, digest, name)
    with capture_logs() as journal:
        told = ask("GET", f"{place(answer)}/{name}")
    assert told.status_code == 500
    assert "differs from what is recorded" in told.json()["detail"]
    assert FORGED not in told.content
    assert [line["name"] for line in journal if line["event"] == "evidence differs"] == [name]
    alter(story, "DELETE FROM log.evidence WHERE name = %s", name)
    assert ask("GET", f"{place(answer)}/{name}").status_code == 500


def test_a_sender_who_repeats_gets_no_forged_receipt(story: Story) -> None:
    package = story.packed(story.tender())
    accepted(story.post(package))
    alter(story, "UPDATE log.evidence SET body = %s WHERE name = 'receipt'", FORGED)
    with pytest.raises(EvidenceDiffers, match="differs from what is recorded"):
        story.post(package)
