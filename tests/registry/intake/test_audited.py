"""Evidence of the Registry that was changed, removed or added is found by the audit."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.faults import Unprocessed
from tests.postgres import owner_of
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

FORGED = "UPDATE log.evidence SET body = '<forged/>', sha256 = sha256('<forged/>') "
TAMPERS = {
    "the package of an acceptance is exchanged with its hash": (
        FORGED + "WHERE name = 'package'",
        {"evidence package"},
    ),
    "a receipt is exchanged with its hash": (
        FORGED + "WHERE name = 'receipt'",
        {"evidence receipt"},
    ),
    "the answers of the authority are removed": (
        "DELETE FROM log.evidence WHERE name = 'validation'",
        {"evidence validation"},
    ),
    "a list of revoked certificates is exchanged": (
        FORGED + "WHERE name = 'crl'",
        {"evidence crl"},
    ),
    "a receipt is moved to the event before": (
        "UPDATE log.evidence SET originator_version = originator_version - 1 "
        "WHERE name = 'receipt'",
        {"evidence receipt"},
    ),
    "a second receipt is added beside the acceptance": (
        "INSERT INTO log.evidence SELECT originator_id, originator_version - 1, 'receipt', "
        "sha256('x'), 'x' FROM log.events WHERE topic = 'receipt-issued.1'",
        {"evidence receipt"},
    ),
    "a receipt is renamed": (
        "UPDATE log.evidence SET name = 'x' WHERE name = 'receipt'",
        {"evidence receipt", "evidence x"},
    ),
    "everything is removed": (
        "DELETE FROM log.evidence",
        {"evidence package", "evidence receipt", "evidence validation"},
    ),
}


@pytest.mark.clause("S216-12a")
def test_no_evidence_can_be_changed_removed_or_added_unseen(
    story: Story, postgres_server: str
) -> None:
    package = story.packed(story.tender())
    with story.silence():
        for _ in range(2):  # the second deferral repeats the first, and keeps no bytes
            with pytest.raises(Unprocessed):
                story.post(package)
    accepted(story.post(package))
    dsn = owner_of(story.registry.settings.database_url)
    assert audit(dsn).differences == ()
    owner = make_conninfo(postgres_server, dbname=str(conninfo_to_dict(dsn)["dbname"]))
    for what, (statement, columns) in TAMPERS.items():
        assert columns <= tampered(owner, dsn, statement), what
    with psycopg.connect(owner, autocommit=True) as connection:
        lost = connection.execute("DELETE FROM log.heads").rowcount
    assert [one.column for one in audit(dsn).differences] == ["head"] * lost
    assert lost > 1


def tampered(owner: str, dsn: str, statement: str) -> set[str]:
    """What the audit names after a statement of the owner; it is taken back afterwards."""
    keep = "CREATE TABLE public.kept AS SELECT * FROM log.evidence"
    back = "TRUNCATE log.evidence; INSERT INTO log.evidence SELECT * FROM public.kept"
    off = "ALTER TABLE log.evidence DISABLE TRIGGER only_grows"
    on = "ALTER TABLE log.evidence ENABLE ALWAYS TRIGGER only_grows"
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"{keep}; {off}; {statement}".encode())
        found = {one.column for one in audit(dsn).differences}
        connection.execute(f"{back}; {on}; DROP TABLE public.kept".encode())
    return found
