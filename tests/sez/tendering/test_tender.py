"""A tender is drafted, announced, changed, ended: what may follow what (S216-A3.1a-d, h, i)."""

from functools import reduce

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sez.records.chain import last_version
from sez.records.version import VersionSigned
from sez.tendering.kind import TENDER as KIND
from sez.tendering.tender import (
    DeletedTender,
    DraftedTender,
    EndedTender,
    RunningTender,
    State,
    TenderAnnounced,
    UnknownTender,
    VersionWithdrawn,
    decide,
    evolve,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, decode, encode, topic_of
from tests.samples import HASH, with_act
from tests.sez.tendering.histories import (
    EVENTS,
    LATER,
    OWNER,
    PURCHASE,
    STATES,
    STEPS,
    TENDER,
    asked,
    command,
    next_version,
    publication,
)

ALLOWED = {
    "unknown": {"draft": DraftedTender, "announcement": RunningTender},
    "drafted": {"draft": DraftedTender, "announcement": RunningTender},
    "running": {
        "change": RunningTender,
        "documentation": RunningTender,
        "extension": RunningTender,
        "end": EndedTender,
        "deletion": DeletedTender,
        "withdraw": DraftedTender,
    },
    "ended": {"deletion": DeletedTender, "withdraw": DraftedTender},
    "deleted": {"withdraw": DraftedTender},
}
"""From each state, what may be asked and where it leads; nothing else may."""

ASKED = ["draft", "withdraw", "announcement", "change", "documentation", "extension", "end"]


def outcome(state: State, step: str) -> type[State] | None:
    """Where a step leads, or None if it cannot be taken."""
    try:
        events = decide(state, command(state, step))
    except RefusedByRule:
        return None
    return type(reduce(evolve, events, state))


@pytest.mark.clause(
    "S216-9.1", "S216-A3.1a", "S216-A3.1b", "S216-A3.1c", "S216-A3.1h", "S216-A3.1i"
)
@pytest.mark.parametrize("name", STATES)
def test_from_every_state_only_the_named_steps_are_taken(name: str) -> None:
    steps = [*ASKED, "deletion"]
    taken = {step: outcome(STATES[name], step) for step in steps}
    assert {step: kind for step, kind in taken.items() if kind} == ALLOWED[name]


@pytest.mark.parametrize(
    "changes",
    [{"version": 3}, {"version": 5}, {"previous_hash": "0" * 64}, {"previous_hash": None}],
)
def test_a_version_that_does_not_follow_the_last_one_is_not_taken(
    changes: dict[str, object],
) -> None:
    state = STATES["running"]
    following = next_version(state, "change").document
    broken = publication(with_act(following, **changes))
    with pytest.raises(RefusedByRule, match="is running at version 3"):
        decide(state, broken)


def test_what_cannot_be_is_told_with_state_version_and_what_was_asked() -> None:
    wish = next_version(STATES["running"], "change")
    with pytest.raises(RefusedByRule) as refusal:
        decide(STATES["deleted"], wish)
    assert str(refusal.value) == (
        "a tender that is deleted at version 3 "
        f"does not take Purchase UPDATE as version 4 after {HASH}"
    )


def test_an_extension_moves_the_ends_and_leaves_the_rest() -> None:
    state = STATES["running"]
    [event] = decide(state, next_version(state, "extension"))
    after = evolve(state, event)
    assert isinstance(after, RunningTender)
    assert after.purchase == msgspec.structs.replace(PURCHASE, bids_to=LATER, opening_at=LATER)
    assert after.version == 4


@given(st.lists(STEPS, max_size=12))
def test_whatever_is_asked_versions_are_counted_and_chained(steps: list[str]) -> None:
    events, state = asked(steps)
    version, digest = 0, None
    for event in events:
        if isinstance(event, VersionWithdrawn):
            version, digest = 0, None
        elif isinstance(event, VersionSigned):
            assert event.version == version + 1
            assert event.document.act.version == event.version
            assert event.document.act.previous_hash == digest
            version, digest = event.version, event.document_hash
    last = last_version(state)
    assert (version, digest) == ((last.version, last.document_hash) if last else (0, None))


@given(st.lists(STEPS, max_size=10))
def test_the_state_in_the_head_is_the_fold_of_the_stored_events(steps: list[str]) -> None:
    events, state = asked(steps)
    stored = [decode(topic_of(event), encode(event)) for event in events]
    assert stored == events
    assert KIND.fold(stored) == state
    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state


@given(st.lists(EVENTS, max_size=12))
def test_any_history_at_all_leads_to_a_state(events: list[Event]) -> None:
    state = KIND.fold(events)
    assert isinstance(
        state, UnknownTender | DraftedTender | RunningTender | EndedTender | DeletedTender
    )
    signed = [event for event in events if isinstance(event, VersionSigned | VersionWithdrawn)]
    if not signed:
        assert isinstance(state, UnknownTender | DraftedTender)


def test_a_tender_announced_without_a_draft_is_announced_all_the_same() -> None:
    [event] = decide(UnknownTender(), next_version(UnknownTender(), "announcement"))
    assert isinstance(event, TenderAnnounced)
    assert (event.object_id, event.version) == (TENDER, 1)
    assert event.document.act.sez_code == OWNER.sez_code
