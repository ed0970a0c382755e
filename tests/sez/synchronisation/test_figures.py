"""What the SEZ tells of itself in figures, after real exchanges (S216-18.2, S216-18.7)."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sez.synchronisation.delivery_problem import DeliveryProblem
from tests.sez.foreign import held, posted
from tests.sez.link import never_arrives
from tests.sez.systems import BothSystems, wrong_unit

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
pytestmark = pytest.mark.clause("S216-18.7", "S216-18.2")


def figures(systems: BothSystems) -> dict[str, dict[str, float]]:
    """Every figure, by its name and the value of its label."""
    with systems.program() as program:
        text = program.get("/metrics", headers={"authorization": ""}).text
    told: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            told.setdefault(sample.name, {})[":".join(sample.labels.values())] = sample.value
    return told


def test_an_sez_in_which_nothing_happened_tells_so(systems: BothSystems) -> None:
    told = figures(systems)
    assert told["sez_outbox_versions"] == dict.fromkeys(
        ("WAITING", "IN_FLIGHT", "HELD", "STOPPED", "REFUSED"), 0
    )
    assert told["sez_outbox_oldest_age_seconds"] == {"": 0}
    assert told["sez_receipts_total"] == {"ACCEPTED": 0, "REFUSED": 0}


def test_the_outbox_is_counted_by_state_and_tells_how_old_the_oldest_is(
    systems: BothSystems,
) -> None:
    systems.link.accidents.append(never_arrives)
    systems.announce()
    systems.send()
    tender, _ = held(systems)
    systems.extend(systems.announce())
    systems.watch.offset = timedelta(minutes=50)
    figures(systems)  # the outbox catches up with the log when it is asked for
    told = figures(systems)
    assert told["sez_outbox_versions"] == {
        "WAITING": 2,
        "IN_FLIGHT": 1,
        "HELD": 1,
        "STOPPED": 0,
        "REFUSED": 0,
    }
    assert told["sez_outbox_oldest_age_seconds"][""] == pytest.approx(3000, abs=60)
    assert told["sez_log_position"] == {"": systems.system.log.last_position()}
    assert told["sez_follower_lag_events"] == {"": 0}
    assert systems.states(tender) == ["HELD"]


def test_attempts_are_counted_by_outcome_and_receipts_by_result(systems: BothSystems) -> None:
    systems.link.accidents.append(never_arrives)
    tender = systems.announce_with_files("announcement")
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send()
    _, package = held(systems)
    with systems.program() as program:
        program.post("/api/v1/receipts", content=posted(systems, package))
    told = figures(systems)
    assert told["sez_delivery_attempts_total"] == {"UNREACHABLE": 1, "ANSWERED": 2}
    assert told["sez_receipts_total"] == {"ACCEPTED": 2, "REFUSED": 1}
    assert told["sez_outbox_versions"]["REFUSED"] == 1


def test_what_the_other_side_invents_is_counted_under_one_name(systems: BothSystems) -> None:
    for reason in ("BUSY", "HTTP_403", "x" * 100):
        problem = DeliveryProblem(reason, "", None, ())
        systems.system.sender.figures.attempt(problem.reason)
    assert figures(systems)["sez_delivery_attempts_total"] == {"BUSY": 1, "OTHER": 2}


@pytest.mark.clause("S216-A3.3")
def test_the_difference_of_the_clocks_is_told_as_last_measured(systems: BothSystems) -> None:
    systems.watch.offset = timedelta(seconds=-30)
    assert figures(systems)["sez_clock_offset_seconds"] == {"": 0}
    systems.system.compare_clocks()
    assert figures(systems)["sez_clock_offset_seconds"][""] == pytest.approx(30, abs=2)


def test_every_figure_is_explained_to_those_who_operate(systems: BothSystems) -> None:
    with systems.program() as program:
        text = program.get("/metrics").text
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    explained = OPERATIONS.read_text()
    assert [name for name in names if name not in explained and "_created" not in name] == []
