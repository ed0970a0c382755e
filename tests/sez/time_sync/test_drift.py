"""The clocks are compared, the difference applied, a wild clock stamps nothing (S216-A3.3)."""

import re
import time
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import Response
from hypothesis import given
from hypothesis import strategies as st

from sez.app import open_system
from sez.synchronisation.delivery_problem import DeliveryProblem
from sez.time_sync.drift import REFUSE, Clock, ClockMeasured, ClockOff, measure
from shared_contracts.messages.time import TimeAnswer
from shared_contracts.process.steady_clock import SteadyClock
from tests.samples import AT
from tests.sez.link import Letter, altered, never_arrives
from tests.sez.systems import BothSystems

SECONDS = st.floats(-86_400, 86_400).map(lambda seconds: timedelta(seconds=seconds))
DELAYS = st.floats(0, 30).map(lambda seconds: timedelta(seconds=seconds))


def answer(ahead: timedelta, there: timedelta, work: timedelta) -> TimeAnswer:
    """An answer of a Registry whose clock is ``ahead``, after a way ``there``."""
    received = AT + there + ahead
    return TimeAnswer(
        message_id=UUID(int=1),
        client_sent_at=AT,
        server_received_at=received,
        server_sent_at=received + work,
        time_zone="Asia/Almaty",
        utc_offset="+05:00",
        tzdb_version="2026a",
    )


@given(SECONDS, DELAYS, DELAYS)
def test_the_difference_is_found_exactly_when_both_ways_take_the_same_time(
    ahead: timedelta, way: timedelta, work: timedelta
) -> None:
    measured = measure(answer(ahead, way, work), AT + way + work + way)
    assert measured.offset_seconds == pytest.approx(ahead.total_seconds(), abs=2e-6)
    assert measured.delay_seconds == pytest.approx(2 * way.total_seconds(), abs=4e-6)


@given(SECONDS, DELAYS, DELAYS, DELAYS)
def test_the_error_is_never_more_than_half_of_the_delay(
    ahead: timedelta, there: timedelta, work: timedelta, back: timedelta
) -> None:
    measured = measure(answer(ahead, there, work), AT + there + work + back)
    error = abs(measured.offset_seconds - ahead.total_seconds())
    assert error <= measured.delay_seconds / 2 + 4e-6


def corrected(seconds: float) -> Clock:
    """A clock that was measured to be behind by so much."""
    clock = Clock(lambda: AT)
    clock.correct(ClockMeasured(offset_seconds=seconds, delay_seconds=0, measured_at=AT))
    return clock


@pytest.mark.clause("S216-A3.3")
def test_a_clock_shows_the_registrys_time_as_far_as_it_is_known() -> None:
    assert corrected(-17.5)() == AT - timedelta(seconds=17.5)


@pytest.mark.clause("S216-A3.3")
@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_is_trusted_up_to_a_minute_of_difference_and_not_beyond(sign: int) -> None:
    limit = REFUSE.total_seconds()
    assert corrected(sign * limit).stamp() == AT + sign * REFUSE
    with pytest.raises(ClockOff, match=r"60 s are allowed: set it, then measure again"):
        corrected(sign * (limit + 0.001)).stamp()


@pytest.mark.clause("S216-A3.3")
@pytest.mark.parametrize(
    ("known", "seconds", "delay", "applied"),
    [
        (0, 0.4, 1, 0),
        (0, -0.5, 1, 0),
        (0, 0.6, 1, 0.6),
        (30, 30.4, 1, 30),
        (30, 0, 1, 0),
        (0.6, 0.001, 0.004, 0.001),
    ],
)
def test_a_measurement_that_agrees_with_the_clock_within_its_own_delay_does_not_move_it(
    known: float, seconds: float, delay: float, applied: float
) -> None:
    clock = corrected(known)
    clock.correct(ClockMeasured(offset_seconds=seconds, delay_seconds=delay, measured_at=AT))
    assert clock() == AT + timedelta(seconds=applied)


@pytest.mark.clause("S216-A3.3", "S216-13c")
def test_the_difference_from_the_registry_is_measured_applied_and_written_down(
    systems: BothSystems,
) -> None:
    systems.watch.offset = timedelta(seconds=-30)
    systems.system.compare_clocks()
    [measured] = systems.events(ClockMeasured)
    assert measured.offset_seconds == pytest.approx(30, abs=2)
    tender = systems.announce_with_files()
    systems.send()
    [version] = systems.versions(tender)
    assert version.state == "SYNCHRONISED"
    assert version.seconds == pytest.approx(0, abs=2)
    assert version.late is False


def test_an_answer_about_time_that_was_altered_is_not_believed(systems: BothSystems) -> None:
    systems.link.strikes = "GetTime"
    systems.link.accidents.append(altered(b"Asia/Almaty", b"Asia/Tokyo1"))
    with pytest.raises(DeliveryProblem, match="RECEIPT_INVALID"):
        systems.system.compare_clocks()
    assert systems.system.clock.offset == timedelta()


def test_an_answer_to_an_earlier_question_is_not_believed(systems: BothSystems) -> None:
    kept: list[Response] = []

    def keep(letter: Letter) -> Response:
        kept.append(letter.deliver())
        return kept[0]

    systems.link.strikes = "GetTime"
    systems.link.accidents.extend([keep, lambda _letter: kept[0]])
    systems.system.compare_clocks()
    with pytest.raises(DeliveryProblem, match="it answers"):
        systems.system.compare_clocks()
    assert len(systems.events(ClockMeasured)) == 1


def test_when_the_registry_cannot_be_asked_whoever_wants_to_measure_is_told(
    systems: BothSystems,
) -> None:
    systems.link.strikes = "GetTime"
    systems.link.accidents.append(never_arrives)
    with systems.program() as program:
        answer = program.post("/api/v1/clock")
    assert answer.status_code == 502
    assert answer.json()["detail"].startswith("the Registry: UNREACHABLE")


@pytest.mark.clause("S216-A3.3")
def test_whoever_asks_sees_the_difference_and_may_have_it_measured(systems: BothSystems) -> None:
    systems.watch.offset = timedelta(minutes=-3)
    with systems.program() as program:
        assert program.get("/api/v1/clock").json()["offset_seconds"] == 0
        shown = program.post("/api/v1/clock").json()
        assert shown["offset_seconds"] == pytest.approx(180, abs=2)
        assert (shown["warn"], shown["refuse"]) == (True, True)
        answer = program.post("/api/v1/examples/tenders", json={"example": "announcement"})
    assert answer.status_code == 409
    assert "set it, then measure again" in answer.json()["detail"]


@pytest.mark.clause("S216-A3.3")
def test_what_is_stamped_in_a_row_is_not_stamped_backwards_by_a_small_correction() -> None:
    clock = Clock(lambda: AT)
    clock.correct(_measured(1.5))
    first = clock.stamp()
    clock.correct(_measured(0))
    assert (first, clock.stamp()) == (AT + timedelta(seconds=1.5),) * 2
    clock.correct(_measured(-30))
    assert clock.stamp() == AT - timedelta(seconds=30)


def _measured(seconds: float) -> ClockMeasured:
    return ClockMeasured(offset_seconds=seconds, delay_seconds=0.01, measured_at=AT)


@pytest.fixture
def moved(systems: BothSystems) -> BothSystems:
    """A SEZ whose wall clock is set three hours ahead, long before the next comparison."""
    systems.system.close()
    systems.system = open_system(systems.system.settings, SteadyClock(systems.watch))
    systems.system.compare_clocks()
    systems.watch.offset = timedelta(hours=3)
    return systems


@pytest.mark.clause("S216-A3.3", "S216-18.3")
def test_a_clock_that_was_moved_is_compared_before_anything_is_stamped(moved: BothSystems) -> None:
    tender = moved.announce_with_files()
    assert len(moved.events(ClockMeasured)) == 2
    moved.announce_with_files()
    assert len(moved.events(ClockMeasured)) == 2
    moved.send()
    [version] = moved.versions(tender)
    assert (version.state, version.late) == ("SYNCHRONISED", False)
    with moved.program() as program:
        ready = program.get("/readyz")
        assert (ready.status_code, "set it right" in ready.text) == (503, True)
        assert re.search(r"sez_clock_moved_seconds 10(799|800)", program.get("/metrics").text)
        moved.watch.offset = timedelta()
        until = time.monotonic() + 20
        while program.get("/readyz").status_code != 200:
            assert time.monotonic() < until, program.get("/readyz").text
            time.sleep(0.05)


@pytest.mark.clause("S216-A3.3")
def test_while_it_cannot_be_compared_nothing_is_stamped(moved: BothSystems) -> None:
    moved.link.strikes = "GetTime"
    moved.link.accidents.append(never_arrives)
    with pytest.raises(ClockOff, match="was moved and cannot be compared"):
        moved.announce_with_files()
    moved.announce_with_files()
