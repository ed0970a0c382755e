"""Customers to whom the purchasing rules do not apply: entered, ended, warned of (F-PUR-6)."""

from datetime import date, timedelta
from functools import reduce
from typing import Any, cast

import pytest

from registry.exclusions.exclusion import (
    Command,
    EndExclusion,
    EnterExclusion,
    ExcludedCustomer,
    ExclusionEnded,
    ExclusionEntered,
    ExclusionGround,
    decide,
    evolve,
)
from registry.exclusions.exclusions import Exclusions
from shared_contracts.astana_time import to_astana
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.document import Environment
from shared_contracts.messages.receipt import Result
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.samples import AT, CUSTOMER_BIN
from tests.story import Story

DAY = timedelta(days=1)
PATH = "/api/v1/exclusions"


def today(story: Story) -> date:
    """The day in Astana at which the story stands."""
    return to_astana(story.clock()).date()


def entry(story: Story, **changes: Any) -> dict[str, Any]:
    """An entry of the story's customer since today."""
    told = {
        "number": CUSTOMER_BIN,
        "ground": "NATIONAL_HOLDING",
        "since": today(story).isoformat(),
        "basis": "Решение № 17",
    }
    return told | changes


def warned(story: Story) -> bool:
    """Whether a new tender of the customer is taken with the warning, or without."""
    answer = story.tell(story.tender())
    assert answer.receipt.result is Result.ACCEPTED
    return answer.rules == ["F-PUR-6"]


def test_whose_purchases_are_left_out_by_the_code_is_warned_of_while_the_entry_holds(
    story: Story, ask: Asker
) -> None:
    assert not warned(story)
    assert ask("POST", PATH, json=entry(story)).status_code == 201
    assert warned(story)
    ended = {"until": today(story).isoformat(), "reason": "Доля продана"}
    assert ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=ended).status_code == 200
    assert warned(story), "the last day is included"
    before = {"until": (today(story) - DAY).isoformat(), "reason": "Ошибка"}
    assert ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=before).status_code == 200
    assert not warned(story)
    [listed] = ask.get(PATH)
    assert listed == ask.get(f"{PATH}/{CUSTOMER_BIN}")
    assert [one["until"] for one in listed["periods"]] == [before["until"]]
    assert not audit(owner_of(story.registry.settings.database_url)).differences


def test_an_entry_of_the_time_to_come_does_not_hold_yet(story: Story, ask: Asker) -> None:
    later = entry(story, since=(today(story) + DAY).isoformat())
    assert ask("POST", PATH, json=later).status_code == 201
    assert not warned(story)


def test_what_was_entered_is_known_to_the_next_process(story: Story, ask: Asker) -> None:
    ask("POST", PATH, json=entry(story))
    again = Exclusions(story.registry.log, story.registry.settings.environment, story.clock)
    again.load()
    assert again.page("", 100) == story.registry.intake.exclusions.page("", 100) != []
    assert again.among([CUSTOMER_BIN, "160540000019"]).keys() == {CUSTOMER_BIN}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"number": "111"}, "'111'"),
        ({"number": CUSTOMER_BIN[:-1] + "9"}, "control digit"),
        ({"ground": "FRIENDSHIP"}, "ground"),
        ({"since": "soon"}, "since"),
        ({"until": "2020-01-01"}, "before since"),
        ({"basis": ""}, "basis"),
        ({"why": "1"}, "why"),
    ],
    ids=str,
)
def test_an_entry_that_does_not_fit_is_refused_by_its_field(
    story: Story, ask: Asker, changes: dict[str, Any], word: str
) -> None:
    before = story.registry.log.last_position()
    refused = ask("POST", PATH, json=entry(story, **changes))
    assert (refused.status_code in {409, 422}, word in refused.text) == (True, True), refused.text
    assert story.registry.log.last_position() == before


def test_entries_of_a_customer_do_not_overlap(story: Story, ask: Asker) -> None:
    nothing = {"until": today(story).isoformat(), "reason": "—"}
    assert ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=nothing).status_code == 409
    assert ask("GET", f"{PATH}/{CUSTOMER_BIN}").status_code == 404
    ask("POST", PATH, json=entry(story))
    twice = ask("POST", PATH, json=entry(story))
    assert (twice.status_code, "end that first" in twice.text) == (409, True)
    too_early = nothing | {"until": (today(story) - 2 * DAY).isoformat()}
    assert ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=too_early).status_code == 409
    assert ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=nothing).status_code == 200
    again = ask("POST", f"{PATH}/{CUSTOMER_BIN}/end", json=nothing)
    assert (again.status_code, "already" in again.text) == (409, True)
    overlapping = ask("POST", PATH, json=entry(story))
    assert (overlapping.status_code, "not after" in overlapping.text) == (409, True)
    later = entry(story, since=(today(story) + DAY).isoformat())
    assert ask("POST", PATH, json=later).status_code == 201


def entered(since: str) -> EnterExclusion:
    """An entry without an end."""
    fact = ExclusionEntered(
        environment=Environment.STAND,
        number=CUSTOMER_BIN,
        ground=ExclusionGround.NATIONAL_HOLDING,
        since=date.fromisoformat(since),
        basis="Решение № 17",
        entered_at=AT,
    )
    return EnterExclusion(fact)


def ended(until: str) -> EndExclusion:
    """The end of the newest entry."""
    fact = ExclusionEnded(
        environment=Environment.STAND,
        number=CUSTOMER_BIN,
        until=date.fromisoformat(until),
        reason="Ошибка",
        ended_at=AT,
    )
    return EndExclusion(fact)


def played(*commands: Command) -> ExcludedCustomer:
    """A customer after commands."""
    customer = ExcludedCustomer()
    for command in commands:
        customer = reduce(evolve, decide(customer, command), customer)
    return customer


def test_an_entry_made_in_error_keeps_out_no_other_and_ends_no_other() -> None:
    customer = played(
        entered("2020-02-29"),
        ended("2024-12-31"),
        entered("2062-01-01"),
        ended("2061-12-31"),
        ended("2024-02-29"),
        entered("2026-01-01"),
    )
    spans = [(str(one.since), str(one.last)) for one in customer.periods]
    wrong, right = ("2062-01-01", "2061-12-31"), ("2026-01-01", "9999-12-31")
    assert spans == [("2020-02-29", "2024-02-29"), wrong, right]
    held = ("2024-02-29", "2024-03-01", "2026-01-01", "2062-01-01")
    said = [customer.is_excluded(date.fromisoformat(day)) for day in held]
    assert said == [True, False, True, True]
    with pytest.raises(RefusedByRule, match="end that first"):
        decide(customer, entered("2027-01-01"))
    with pytest.raises(RefusedByRule, match="nothing to end"):
        played(entered("2062-01-01"), ended("2061-12-31"), ended("2061-12-30"))


def test_the_list_of_those_left_out_comes_in_pages() -> None:
    known = {f"{number:012}": ExcludedCustomer(number=f"{number:012}") for number in range(5)}
    kept = Exclusions(cast("EventLog", None), Environment.STAND, lambda: AT, known)
    assert [one.number for one in kept.page("000000000001", 2)] == ["000000000002", "000000000003"]
    assert kept.page("000000000004", 2) == []
