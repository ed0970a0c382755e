"""No question of the SEZ goes through a whole table, with 100,000 rows in each."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

from sez.changes import listing as changes_listing
from sez.synchronisation import listing, order
from sez.synchronisation.package_contents import TOGETHER
from shared_contracts.classifiers.edition import MKEI
from shared_contracts.limits import HELD_OBJECTS
from shared_contracts.messages.changes import DifferenceKind, ObjectDifference
from shared_contracts.messages.purchase import PURCHASE
from tests import plans
from tests.plans import Plans, fill
from tests.postgres import owner_of
from tests.sez.systems import BothSystems

COUNT = 100_000
MOST = 4_000
"""Most rows that a statement reads: the longest answer has 1,000."""
FILLED = (
    plans.EVENTS,
    plans.HEADS,
    "INSERT INTO views.versions SELECT lpad(to_hex(n), 32, '0')::uuid, 1, '', now(), "
    "gen_random_uuid(), 1, 'SYNCHRONISED', md5('p' || n)::uuid, gen_random_uuid(), 1, "
    "false, NULL, 'C' || n % 500, 1, false, 'TransferRecords', -n, false",
    "INSERT INTO views.packages SELECT md5('p' || n)::uuid, gen_random_uuid(), n + 1000, "
    "1, now(), 'ACCEPTED', 1, NULL, NULL, now(), 'C' || n % 500, NULL",
)

HIGHEST = UUID(int=2**128 - 1)
LACKING = tuple(
    ObjectDifference(
        object_type=PURCHASE,
        object_id=UUID(int=number),
        difference=DifferenceKind.BEHIND,
        wanted_from=1,
        wanted_to=2,
        registry_version=1,
        registry_hash="",
    )
    for number in range(1, HELD_OBJECTS + 1)
)
"""As many objects that the Registry lacks as it can say at once."""


def test_no_question_reads_a_whole_table(systems: BothSystems) -> None:
    fill(owner_of(systems.system.settings.database_url), *FILLED, count=COUNT)
    noted = Plans()
    with noted.noted(systems.system.log):
        first = systems.announce_with_files()
        systems.send_until(lambda: systems.states(first) == ["SYNCHRONISED"])
        systems.extend(systems.announce_with_files("auction"))
        said = {
            "object_id": str(first),
            "message_id": str(systems.package(first).message_id),
            "classifier": MKEI,
            "code": "796",
            "number": "1",
            "position": "1",
            "old_size": "1",
            "notice_id": str(systems.package(first).message_id),
        }
        systems.system.classifiers.refresh()
        with systems.program() as program:
            described = program.get("/api/openapi.json").json()["paths"]
            for path in (*plans.FIGURES, *(one for one in described if "get" in described[one])):
                told = program.get(path.format(**said))
                assert told.status_code < 500, (path, told.text)
        assert not order.is_left_to_a_person(systems.system.log, first, 1)
        assert listing.package_of(systems.system.log, 5000)
        assert len(changes_listing.held(systems.system.log, HIGHEST, HELD_OBJECTS)) == HELD_OBJECTS
        changes_listing.to_supply(systems.system.log, LACKING, HELD_OBJECTS)
        changes_listing.same_here(systems.system.log, LACKING)
        systems.system.log.stream(uuid4())
    assert noted.beyond(MOST) == {}
    assert len(noted.read) > 20


def test_what_waits_after_a_long_outage_is_not_read_as_a_whole(systems: BothSystems) -> None:
    log, dsn = systems.system.log, owner_of(systems.system.settings.database_url)
    waiting = FILLED[2].replace("'SYNCHRONISED'", "'WAITING'").replace("n % 500", "n % 5")
    fill(dsn, waiting.replace("md5('p' || n)::uuid, gen_random_uuid()", "NULL, NULL"), count=COUNT)
    answered, noted = 5 * 10 * TOGETHER, Plans()
    with noted.noted(log):
        assert len(listing.unsynchronised(log)) == 1000
        assert len(listing.waiting(log)) == answered
    assert noted.beyond(10 * answered) == {}


def test_what_is_in_flight_is_not_read_as_a_whole(systems: BothSystems) -> None:
    log, dsn = systems.system.log, owner_of(systems.system.settings.database_url)
    flying = FILLED[3].replace("'ACCEPTED', 1, NULL, NULL", "'IN_FLIGHT', {tries}, NULL, {again}")
    flying = flying.replace("{tries}", "n % 2").replace("n % 500", "n % 5")
    later = "CASE WHEN n % 3 > 0 THEN now() + interval '1 minute' END"
    fill(dsn, flying.replace("{again}", later), count=COUNT)
    noted = Plans()
    with noted.noted(log):
        due = listing.due(log, systems.system.clock() + timedelta(seconds=1), timedelta(minutes=5))
        assert Counter(one.customer for one in due) == {f"C{n}": 16 for n in range(5)}
        assert listing.failing(log, ["C1", "C4", "C9"]) == {"C1", "C4"}
        assert listing.waiting(log) == []
    assert noted.beyond(MOST) == {}
