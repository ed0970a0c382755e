"""What an administrator does who makes everything fit again, with the system's key or without it.

Each function does it and says what has to be found.
"""

from collections.abc import Sequence

from deploy.drill.damages import (
    FIRST,
    announced,
    copied_event,
    lower_total,
    object_at,
    of_log,
)
from deploy.drill.hand import Hand
from deploy.drill.wanted import (
    CHANGES,
    KEPT,
    LIVE,
    LOG,
    REPLAY,
    STORE,
    SUMS,
    TREE,
    Expected,
    begins,
    joined,
    names,
)


def rewritten(hand: Hand) -> Expected:
    """The total is changed in the event; all that follows from it is made anew, but signatures."""
    at = announced(hand)
    lower_total(hand, at)
    hand.reforge(key=False)
    sizes = hand.all("SELECT size FROM log.checkpoints WHERE size >= %s", at)
    unsigned = (f"checkpoint at {size}" for size in sizes)
    return {STORE: names(*unsigned)} | remembered(hand)


def remembered(hand: Hand, how: str = "REWRITTEN") -> Expected:
    """What the other side's memory says, and a checkpoint that was kept outside."""
    found = {KEPT: names(f"checkpoint at {hand.seen}"), LOG: names(f"{how} {hand.seen}")}
    return found | of_log(hand, f"LOG_{how}")


def rewritten_and_signed(hand: Hand) -> Expected:
    """The same, and every checkpoint signed anew with the system's own key."""
    at = announced(hand)
    lower_total(hand, at)
    hand.reforge(key=True)
    return remembered(hand)


def newest_cut(hand: Hand) -> Expected:
    """What came after the other side's last proof is deleted; everything fits and is signed."""
    gone = _purchases_after(hand, hand.seen)
    _cut(hand, hand.seen)
    return _lacking(hand, gone)


def cut_below(hand: Hand) -> Expected:
    """The same, and some of what the other side has had proven."""
    gone = _purchases_after(hand, hand.seen - 3)
    _cut(hand, hand.seen - 3)
    return joined(_lacking(hand, gone), remembered(hand, "SHORTER"))


def _purchases_after(hand: Hand, size: int) -> list[str]:
    """The purchases that began after that many events."""
    places = hand.all(
        "SELECT position FROM log.events WHERE topic = %s AND position > %s",
        FIRST[hand.side],
        size,
    )
    return [object_at(hand, at) for at in places]


def _lacking(hand: Hand, gone: Sequence[str]) -> Expected:
    """What each side finds of purchases that are gone from the other."""
    if hand.side == "registry":
        return {CHANGES: names("lacking")}
    missing = names(*(f"MISSING_IN_SEZ {one} 1" for one in gone))
    return dict.fromkeys((SUMS, TREE, LIVE), missing)


def _cut(hand: Hand, size: int) -> None:
    hand.run("DELETE FROM log.checkpoints WHERE size > %s", size)
    hand.run(
        "DELETE FROM log.evidence p USING log.events e WHERE e.position > %s "
        "AND (p.originator_id, p.originator_version) = (e.originator_id, e.originator_version)",
        size,
    )
    hand.run("DELETE FROM log.events WHERE position > %s", size)
    hand.reforge(key=True)


def inserted_and_signed(hand: Hand) -> Expected:
    """An announcement is put into the past; everything fits and is signed anew."""
    at = announced(hand)
    hand.run("UPDATE log.events SET position = -position WHERE position >= %s", at)
    hand.run("UPDATE log.events SET position = 1 - position WHERE position < 0")
    copied_event(hand, at)
    hand.reforge(key=True)
    replay = begins("log.heads originator_id")
    return {STORE: begins(f"head at {at}"), REPLAY: replay} | remembered(hand)


def swapped_and_signed(hand: Hand) -> Expected:
    """Two objects exchange their places in the log; everything fits and is signed anew."""
    at = announced(hand)
    hand.run("UPDATE log.events SET position = 0 WHERE position = %s", at)
    hand.run("UPDATE log.events SET position = %s WHERE position = %s", at, at - 1)
    hand.run("UPDATE log.events SET position = %s WHERE position = 0", at - 1)
    hand.reforge(key=True)
    found = {STORE: names(f"recorded_at at {at}"), REPLAY: names(f"CLOCK at {at}")}
    return found | remembered(hand)


def exchange_deleted(hand: Hand) -> Expected:
    """The newest package is deleted with all that came of it; everything fits and is signed."""
    at = hand.one("SELECT max(position) FROM log.events WHERE topic = %s", FIRST[hand.side])
    gone = [object_at(hand, at)]
    last = {"registry": "receipt-issued.1", "sez": "receipt-received.1"}[hand.side]
    question = "SELECT min(position) FROM log.events WHERE topic = %s AND position > %s"
    end = hand.one(question, last, at)
    hand.run(
        "DELETE FROM log.evidence p USING log.events e WHERE e.position BETWEEN %s AND %s "
        "AND (p.originator_id, p.originator_version) = (e.originator_id, e.originator_version)",
        at,
        end,
    )
    hand.run("DELETE FROM log.events WHERE position BETWEEN %s AND %s", at, end)
    hand.reforge(key=True)
    return _lacking(hand, gone)


def restored(hand: Hand) -> Expected:
    """A backup of an earlier hour takes the place of the store, by PostgreSQL's own programs."""
    return joined(_lacking(hand, hand.later), remembered(hand, "SHORTER"))
