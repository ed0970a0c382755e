"""No question of the Registry goes through a whole table, with 100,000 rows in each."""

from datetime import timedelta
from uuid import UUID

import pytest

from registry.messages.pushes import listing as push_listing
from registry.systems import listing as systems
from registry.timetable import Strangers
from tests import plans
from tests.plans import Plans, fill
from tests.postgres import owner_of
from tests.registry.asking import asking
from tests.registry.intake.test_accepted import accepted
from tests.story import Story, record

COUNT = 100_000
MOST = 4_000
"""Most rows that a statement reads: the longest answer has 1,000."""
WHOLE = "FROM views.versions GROUP BY sez_code"
"""How punctual every SEZ was is a figure over all versions, asked by a person."""
FILLED = (
    plans.EVENTS,
    plans.HEADS,
    "INSERT INTO views.purchases SELECT lpad(to_hex(n), 32, '0')::uuid, 'SEZ0' || 1 + n % 2, "
    "gen_random_uuid(), 'C' || n, 'N', 'OT', '1', 1, now(), 'ANNOUNCED', 1, -n",
    "INSERT INTO views.versions SELECT -n, lpad(to_hex(n), 32, '0')::uuid, 'SEZ01', 1, "
    "gen_random_uuid(), 1, '', now(), now(), 1, false",
    "INSERT INTO views.numbers SELECT 'SEZ01', n, now()",
    "INSERT INTO views.arrivals SELECT gen_random_uuid(), now() - n * interval '6 seconds', "
    "'198.51.' || n % 200 || '.' || n % 250, '{}', '', 'x', ''",
    "INSERT INTO views.goods SELECT CASE n WHEN 1 THEN 'SEZ01' ELSE lpad(n::text, 9, '0') END, "
    "'GOODS', '', '', 1, 1, now(), now(), n",
    "INSERT INTO views.goods_history SELECT n, 1, CASE WHEN n % 2 = 0 THEN 'SEZ01' ELSE '01' END, "
    "'BOUGHT', 'SEZ01', gen_random_uuid(), gen_random_uuid(), 1, 1, '', now()",
    "INSERT INTO views.pushes SELECT gen_random_uuid(), 'SEZ0' || 1 + n % 2, gen_random_uuid(), "
    "gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'DELIVERED' ELSE 'DUE' END, 1, "
    "now() - interval '2 days' - n * interval '1 second'",
    "INSERT INTO views.wanted_files SELECT md5(n::text), now()",
)


@pytest.fixture(scope="module")
def full(shared: Story) -> Story:
    """A Registry with 100,000 rows in each table."""
    fill(owner_of(shared.registry.settings.database_url), *FILLED, count=COUNT)
    return shared


def test_no_question_reads_a_whole_table(full: Story) -> None:
    registry, noted = full.registry, Plans()
    with noted.noted(registry.log), asking(full) as ask:
        answer = accepted(full.post(full.packed(full.tender(), sequence=COUNT + 1)))
        full.post(full.packed(full.tender(), sequence=COUNT + 5))
        full.void(COUNT + 3)
        full.post(full.seal(full.package(record(full.sign(full.tender()))), "sez2"))
        registry.follower.catch_up()
        Strangers(registry.intake, full.now - timedelta(hours=1)).count()
        registry.intake.checkpointer.make()
        registry.classifier_store.load()
        push_listing.due(registry.log, ("SEZ01", "SEZ02"), full.now, timedelta(seconds=300))
        systems.entries(registry.log, registry.settings.environment)
        known, *_ = ask.get("/api/v1/purchases", sez="SEZ01", after=str(UUID(int=2**100)))
        said = {
            "registry_id": known["registry_id"],
            "sez": "SEZ01",
            "message_id": str(answer.receipt.message_id),
            "notice_id": str(answer.receipt.message_id),
            "audit_id": str(answer.receipt.message_id),
            "name": "answer",
            "ticket_id": str(answer.receipt.message_id),
            "kind": "LATE_RECORDS",
            "number": "1",
            "version": "1",
            "position": "1",
            "old_size": "1",
            "code": "SEZ01",
            "admission_id": str(answer.receipt.message_id),
            "classifier": "UNITS",
        }
        described = ask.get("/api/openapi.json")["paths"]
        for path in (*plans.FIGURES, *(one for one in described if "get" in described[one])):
            told = ask("GET", path.format(**said))
            assert told.status_code < 500 or path == "/readyz", (path, told.text)
    exempt = [text for text in noted.beyond(MOST) if WHOLE in text]
    assert len(exempt) <= 1
    assert {text: rows for text, rows in noted.beyond(MOST).items() if text not in exempt} == {}
    assert len(noted.read) > 15
