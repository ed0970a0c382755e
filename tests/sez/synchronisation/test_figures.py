"""What the SEZ tells of itself in figures, after real exchanges (S216-18.2, S216-18.7)."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sez.synchronisation.delivery_problem import DeliveryProblem
from tests.sez.foreign import held, posted
from tests.sez.house import House, wrong_unit
from tests.sez.road import never_arrives

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
pytestmark = pytest.mark.clause("S216-18.7", "S216-18.2")


def figures(house: House) -> dict[str, dict[str, float]]:
    """Every figure, by its name and the value of its label."""
    with house.program() as program:
        text = program.get("/metrics", headers={"authorization": ""}).text
    told: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            told.setdefault(sample.name, {})[":".join(sample.labels.values())] = sample.value
    return told


def test_an_sez_in_which_nothing_happened_tells_so(house: House) -> None:
    told = figures(house)
    assert told["sez_outbox_versions"] == dict.fromkeys(
        ("WAITING", "IN_FLIGHT", "HELD", "STOPPED", "REFUSED"), 0
    )
    assert told["sez_outbox_oldest_age_seconds"] == {"": 0}
    assert told["sez_receipts_total"] == {"ACCEPTED": 0, "REFUSED": 0}


def test_the_outbox_is_counted_by_state_and_tells_how_old_the_oldest_is(house: House) -> None:
    house.road.accidents.append(never_arrives)
    house.announce()
    house.send()
    tender, _ = held(house)
    house.extend(house.announce())
    house.watch.offset = timedelta(minutes=50)
    figures(house)  # the outbox catches up with the log when it is asked for
    told = figures(house)
    assert told["sez_outbox_versions"] == {
        "WAITING": 2,
        "IN_FLIGHT": 1,
        "HELD": 1,
        "STOPPED": 0,
        "REFUSED": 0,
    }
    assert told["sez_outbox_oldest_age_seconds"][""] == pytest.approx(3000, abs=60)
    assert told["sez_log_position"] == {"": house.system.log.last_position()}
    assert told["sez_follower_lag_events"] == {"": 0}
    assert house.states(tender) == ["HELD"]


def test_attempts_are_counted_by_outcome_and_receipts_by_result(house: House) -> None:
    house.road.accidents.append(never_arrives)
    tender = house.announce_with_files("announcement")
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    house.change(tender, wrong_unit(house.purchase(tender)))
    house.send()
    _, package = held(house)
    with house.program() as program:
        program.post("/api/v1/receipts", content=posted(house, package))
    told = figures(house)
    assert told["sez_delivery_attempts_total"] == {"UNREACHABLE": 1, "ANSWERED": 2}
    assert told["sez_receipts_total"] == {"ACCEPTED": 2, "REFUSED": 1}
    assert told["sez_outbox_versions"]["REFUSED"] == 1


def test_what_the_other_side_invents_is_counted_under_one_name(house: House) -> None:
    for reason in ("BUSY", "HTTP_403", "x" * 100):
        problem = DeliveryProblem(reason, "", None, ())
        house.system.sender.figures.attempt(problem.reason)
    assert figures(house)["sez_delivery_attempts_total"] == {"BUSY": 1, "OTHER": 2}


@pytest.mark.clause("S216-A3.3")
def test_the_difference_of_the_clocks_is_told_as_last_measured(house: House) -> None:
    house.watch.offset = timedelta(seconds=-30)
    assert figures(house)["sez_clock_offset_seconds"] == {"": 0}
    house.system.compare_clocks()
    assert figures(house)["sez_clock_offset_seconds"][""] == pytest.approx(30, abs=2)


def test_every_figure_is_explained_to_those_who_operate(house: House) -> None:
    with house.program() as program:
        text = program.get("/metrics").text
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    explained = OPERATIONS.read_text()
    assert [name for name in names if name not in explained and "_created" not in name] == []
