"""Works that were announced stop sending; it goes on after them (S216-18.4)."""

from datetime import timedelta

import httpx
import msgspec
import pytest

from sez.app import open_system
from shared_contracts import astana_time
from shared_contracts.astana_time import to_astana
from shared_contracts.messages.notice import AnnouncedWorks, NoticeKind
from shared_contracts.signing.sign import sign_message
from tests.clauses import clause
from tests.sez.notices.conftest import Told
from tests.sez.notices.test_journey import notice

MINUTE = timedelta(minutes=1)


def announce(told: Told, *, excuses_hour: bool = True) -> None:
    """The SEZ is told of works that began 2 minutes ago and ended half a minute ago."""
    now = astana_time.now()
    works = AnnouncedWorks(
        begins_at=to_astana(now - 2 * MINUTE),
        ends_at=to_astana(now - MINUTE / 2),
        excuses_hour=excuses_hour,
    )
    wanted = notice(told, kind=NoticeKind.MAINTENANCE, works=works)
    signed = sign_message(wanted, "n-1", told.systems.pki.signer("registry"))
    assert b"NoticeTaken" in told.post(signed)


@clause("S216-18.4", "S216-A3.5b")
def test_nothing_leaves_during_announced_works_and_all_goes_on_after_them(told: Told) -> None:
    systems = told.systems
    announce(told)
    systems.watch.offset = -MINUTE  # now the works are under way
    tender = systems.announce_with_files()
    [before] = systems.versions(tender)
    assert (systems.send(), systems.link.packages) == (0, [])
    with systems.program() as program:
        figures = program.get("/metrics").text
        assert 'sez_sending_hindered{reason="ANNOUNCED_WORKS"} 1.0' in figures
        assert program.get("/api/v1/sending").json()["announced_works"] is not None
        assert "ends_at" in program.get("/readyz").text
    systems.watch.offset = timedelta()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    [after] = systems.versions(tender)
    assert after.formed_at == before.formed_at
    assert systems.system.inbox.works() is None


@clause("S216-18.4")
def test_works_that_leave_the_hour_alone_do_not_stop_sending(told: Told) -> None:
    announce(told, excuses_hour=False)
    told.systems.watch.offset = -MINUTE
    tender = told.systems.announce_with_files()
    told.systems.send_until(lambda: told.systems.states(tender) == ["SYNCHRONISED"])


@clause("S216-18.4")
@pytest.mark.parametrize("turned", [False, True], ids=["in turn", "in the other order"])
def test_works_that_end_sooner_than_announced_stop_nothing_any_more(
    told: Told, *, turned: bool
) -> None:
    now = astana_time.now()
    signer, minute = told.systems.pki.signer("registry"), MINUTE
    long = AnnouncedWorks(
        begins_at=to_astana(now - minute), ends_at=to_astana(now + 60 * minute), excuses_hour=True
    )
    first = notice(told, kind=NoticeKind.MAINTENANCE, works=long)
    short = msgspec.structs.replace(
        long, ends_at=to_astana(now - minute / 2), replaces=first.notice_id
    )
    second = notice(told, kind=NoticeKind.MAINTENANCE, works=short)
    both = [sign_message(one, "n-1", signer) for one in (first, second)]
    last = both[0] if turned else both[1]
    assert b"NoticeTaken" in told.post(both[1] if turned else both[0])
    assert (told.systems.system.inbox.works() is None) is turned
    assert b"NoticeTaken" in told.post(last)
    assert told.systems.system.inbox.works() is None
    tender = told.systems.announce_with_files()
    told.systems.send_until(lambda: told.systems.states(tender) == ["SYNCHRONISED"])


@clause("S216-18.4", "S216-A2.5.1")
def test_the_registry_ends_its_works_sooner_and_they_excuse_no_more_than_that(told: Told) -> None:
    begins = to_astana(astana_time.now() + timedelta(hours=3))
    works = AnnouncedWorks(begins_at=begins, ends_at=begins + timedelta(hours=9), excuses_hour=True)
    first = told.send(kind=NoticeKind.MAINTENANCE, works=works)
    sooner = msgspec.structs.replace(works, ends_at=begins + timedelta(minutes=1), replaces=first)
    told.deliver(told.send(kind=NoticeKind.MAINTENANCE, works=sooner))
    [kept, _] = told.received()
    assert kept.notice.works == sooner
    assert [*told.systems.registry.mailing.queue.works("SEZ01")] == [sooner]
    words = {"begins_at": begins.isoformat(), "ends_at": works.ends_at.isoformat()}
    unknown = {**words, "excuses_hour": True, "replaces": "0198c1a2-7a10-7c3e-9f00-2a4b6c8d0e2f"}
    refused = sent(told, kind="MAINTENANCE", works=unknown)
    assert (refused.status_code, "was not told of works" in refused.text) == (409, True)


@clause("S216-18.4")
def test_a_sez_that_was_begun_anew_still_knows_of_the_works(told: Told) -> None:
    announce(told)
    told.systems.system.close()
    told.systems.system = open_system(told.systems.system.settings, told.systems.watch)
    assert told.systems.system.inbox.works() is None
    told.systems.watch.offset = -MINUTE
    assert told.systems.system.inbox.works() is not None


@clause("S216-18.4", "S216-A2.5.1")
def test_works_are_announced_by_the_registry_and_their_moments_reach_the_sez(told: Told) -> None:
    begins = astana_time.now() + timedelta(hours=3)
    works = AnnouncedWorks(begins_at=begins, ends_at=begins + timedelta(hours=2), excuses_hour=True)
    told.deliver(told.send(kind=NoticeKind.MAINTENANCE, works=works))
    [kept] = told.received()
    assert kept.notice.works is not None
    assert (kept.notice.works.begins_at, kept.notice.works.ends_at) == (begins, works.ends_at)
    assert [*told.systems.registry.mailing.queue.works("SEZ01")] == [kept.notice.works]
    assert told.systems.system.sender.gate.due()


def sent(told: Told, **changes: object) -> httpx.Response:
    """What the Registry says to a wish of its keeper."""
    words = {"kk": "Жұмыстар", "ru": "Работы"}
    wanted = {"kind": "INFO", "subject": words, "body": words, "systems": []} | changes
    with told.keeper() as keeper:
        return keeper.post("/api/v1/notices", json=wanted)


@clause("S216-A2.5.1")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "GOSSIP"}, "$.kind"),
        ({"subject": {"ru": "Работы"}}, "subject.kk"),
        ({"body": {"kk": " ", "ru": "Работы"}}, "body.kk"),
        ({"systems": ["SEZ77"]}, "systems 'SEZ77'"),
        ({"kind": "CLASSIFIER_CHANGED"}, "import of a classifier"),
        ({"kind": "MAINTENANCE"}, "works 'MAINTENANCE'"),
        (
            {
                "kind": "MAINTENANCE",
                "works": {
                    "begins_at": "2020-01-01T10:00:00+06:00",
                    "ends_at": "2020-01-01T11:00:00+06:00",
                    "excuses_hour": True,
                },
            },
            "works.begins_at",
        ),
        (
            {
                "kind": "MAINTENANCE",
                "works": {
                    "begins_at": "2090-01-01T10:00:00+05:00",
                    "ends_at": "2090-01-01T10:00:00+05:00",
                    "excuses_hour": True,
                },
            },
            "works.ends_at",
        ),
    ],
)
def test_a_notice_that_nobody_should_be_told_is_refused_by_field_rule_and_value(
    told: Told, change: dict[str, object], named: str
) -> None:
    answer = sent(told, **change)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]


@clause("S216-A2.5.1")
def test_a_notice_is_formed_once_under_its_id(told: Told) -> None:
    known = "0198c1a2-7a10-7c3e-9f00-2a4b6c8d0e2f"
    first, again = (sent(told, notice_id=known) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    other = sent(told, notice_id=known, kind="DEADLINE")
    assert other.status_code == 409
    assert "another notice has it" in other.json()["detail"]
