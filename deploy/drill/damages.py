"""What an administrator does to rows of a store, without making the rest fit.

Each function does it and says what has to be found: what each audit has to name, by the audit's
name; an audit that is not in it finds nothing.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from deploy.drill.hand import Hand
from deploy.drill.wanted import (
    CHANGED,
    CHANGES,
    EVENTS,
    KEPT,
    LIVE,
    LOG,
    REPLAY,
    START,
    STORE,
    SUMS,
    TREE,
    Expected,
    begins,
    joined,
    names,
)

Damage: TypeAlias = Callable[[Hand], Expected]

FIRST: Final = {"registry": "purchase-announced.1", "sez": "tender-announced.1"}
"""The topic of the event by which a purchase begins, on each side."""


def of_log(hand: Hand, kind: str) -> Expected:
    """What every audit of the SEZ finds of its log; the Registry's nobody audits so."""
    if hand.side == "registry":
        return {}
    return dict.fromkeys((SUMS, TREE, LIVE, CHANGED, EVENTS), names(f"{kind} at {hand.seen}"))


def nothing_done(_hand: Hand) -> Expected:
    """Nothing, so that every audit says nothing."""
    return {}


def announced(hand: Hand) -> int:
    """The position of the event by which the first purchase begins."""
    topic = FIRST[hand.side]
    return int(hand.one("SELECT min(position) FROM log.events WHERE topic = %s", topic))


def listing_row(hand: Hand) -> Expected:
    """A value that is shown is changed where it is shown."""
    if hand.side == "registry":
        at = hand.one("SELECT min(position) FROM views.purchases")
        hand.run("UPDATE views.purchases SET planned_total = 1 WHERE position = %s", at)
        place = "purchases planned_total"
        return {STORE: names(f"view {place} at {at}"), REPLAY: names(f"views.{place}")}
    at = announced(hand)
    hand.run("UPDATE views.versions SET document_hash = repeat('0', 64) WHERE position = %s", at)
    place = "versions document_hash"
    return {STORE: names(f"view {place} at {at}"), REPLAY: names(f"views.{place}")}


def event(hand: Hand) -> Expected:
    """The total of a purchase is changed in its event."""
    at = announced(hand)
    lower_total(hand, at)
    replay = begins(f"ALTERED at {at}")
    return {STORE: begins(f"leaf at {at}"), REPLAY: replay, **chain_broken(hand, at)}


def chain_broken(hand: Hand, *places: int) -> Expected:
    """What the SEZ's log of events shows at those places; the Registry's nobody audits so."""
    if hand.side == "registry":
        return {}
    return {EVENTS: names(*(f"CHAIN_BROKEN at {at}" for at in places))}


def lower_total(hand: Hand, at: int) -> None:
    """Give the total of a purchase another first digit, in the event at a position."""
    hand.run(
        "UPDATE log.events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'), "
        "'\"planned_total\":\".', '\"planned_total\":\"1'), 'UTF8') WHERE position = %s",
        at,
    )


def _new_leaf(hand: Hand, at: int) -> None:
    hand.run(
        "UPDATE log.events SET leaf = sha256('\\x00'::bytea || uuid_send(originator_id) || "
        "int8send(originator_version) || int4send(octet_length(convert_to(topic, 'UTF8'))) || "
        "convert_to(topic, 'UTF8') || int4send(octet_length(state)) || state) "
        "WHERE position = %s",
        at,
    )


def event_with_leaf(hand: Hand) -> Expected:
    """The same, and the leaf beside it made to fit."""
    at = announced(hand)
    lower_total(hand, at)
    _new_leaf(hand, at)
    return {
        STORE: begins(f"chain at {at}"),
        REPLAY: begins(f"CHAIN at {at}"),
        KEPT: names(f"checkpoint at {hand.seen}"),
        **chain_broken(hand, at),
    }


def evidence_byte(hand: Hand) -> Expected:
    """One byte of what was received (Registry) or signed (SEZ) is changed."""
    name = {"registry": "package", "sez": "document"}[hand.side]
    at = _evidence(hand, name)
    hand.run(
        "UPDATE log.evidence p SET body = set_byte(body, 300, get_byte(body, 300) # 1) "
        "FROM log.events e WHERE e.position = %s AND p.name = %s "
        "AND (p.originator_id, p.originator_version) = (e.originator_id, e.originator_version)",
        at,
        name,
    )
    found = {STORE: names(f"evidence {name} at {at}")}
    if hand.side == "sez":
        # The byte is in a tag, so that no property can be compared: the bytes are named.
        found |= dict.fromkeys((SUMS, LIVE), names(f"STORED_OTHERWISE {object_at(hand, at)} 1"))
    return found


def object_at(hand: Hand, at: int) -> str:
    """The object whose version was signed by the event at a position."""
    question = (
        "SELECT coalesce(s ->> 'object_id', s -> 'header' ->> 'object_id') FROM (SELECT "
        "convert_from(state, 'UTF8')::jsonb AS s FROM log.events WHERE position = %s) e"
    )
    return str(hand.one(question, at))


def _evidence(hand: Hand, name: str) -> int:
    """The position of the last event beside which evidence of this name stands."""
    return int(
        hand.one(
            "SELECT max(position) FROM log.events JOIN log.evidence "
            "USING (originator_id, originator_version) WHERE name = %s",
            name,
        )
    )


def evidence_with_hash(hand: Hand) -> Expected:
    """The same, and the hash beside the bytes made to fit."""
    found = evidence_byte(hand)
    hand.run("UPDATE log.evidence SET sha256 = sha256(body) WHERE sha256 <> sha256(body)")
    return found


def newest_deleted(hand: Hand) -> Expected:
    """The newest three events are deleted, and nothing else."""
    end = hand.one("SELECT max(position) FROM log.events")
    hand.run("DELETE FROM log.events WHERE position > %s", end - 3)
    found = {STORE: begins(f"tail at {end}"), LOG: names("no proof")}
    found[REPLAY] = begins(f"MISSING at {end - 2}")
    found[START] = names(f"{hand.side} signs no checkpoint")
    if hand.side == "registry":
        return found
    gone = (f"LOG_INCOMPLETE at {one}" for one in range(end - 2, end + 1))
    found |= joined(of_log(hand, "LOG_UNPROVEN"), {EVENTS: names(*gone)})
    return found | {CHANGES: names("no answer")}


def two_swapped(hand: Hand) -> Expected:
    """Two neighbours exchange their positions."""
    at = announced(hand)
    hand.run("UPDATE log.events SET position = -1 WHERE position = %s", at)
    hand.run("UPDATE log.events SET position = %s WHERE position = %s", at, at + 1)
    hand.run("UPDATE log.events SET position = %s WHERE position = -1", at + 1)
    places = (at, at + 1, at + 2)
    return {
        STORE: begins(*(f"chain at {one}" for one in places)),
        REPLAY: begins(f"REORDERED at {at}", f"REORDERED at {at + 1}"),
        KEPT: names(f"checkpoint at {hand.seen}"),
        **chain_broken(hand, *places),
    }


def inserted(hand: Hand) -> Expected:
    """An event is put into the past, with leaf and link of their own."""
    at = announced(hand)
    hand.run("UPDATE log.events SET position = -position WHERE position >= %s", at)
    hand.run("UPDATE log.events SET position = 1 - position WHERE position < 0")
    copied_event(hand, at)
    _new_leaf(hand, at)
    found = {STORE: begins(f"chain at {at}", f"head at {at}"), LOG: names("no proof")}
    found |= {KEPT: names(f"checkpoint at {hand.seen}"), REPLAY: begins(f"REORDERED at {at}")}
    said = "refused" if hand.side == "registry" else "no answer"
    audits = (SUMS, TREE, LIVE, CHANGED, EVENTS)
    return found | {one: names(said) for one in audits} | {CHANGES: names("no answer")}


def copied_event(hand: Hand, at: int) -> None:
    """A copy of the event after ``at``, as another purchase's, put there."""
    hand.run(
        "INSERT INTO log.events SELECT gen_random_uuid(), 1, topic, state, %s, leaf, chain, "
        "recorded_at FROM log.events WHERE position = %s",
        at,
        at + 1,
    )


def property_and_hashes(hand: Hand) -> Expected:
    """The total is changed in the event and what is shown, and the hashes beside both fit."""
    at = announced(hand)
    lower_total(hand, at)
    if hand.side == "registry":
        hand.run("UPDATE views.purchases SET planned_total = 1 WHERE position >= %s", at)
    else:
        hand.run(
            "UPDATE log.evidence p SET body = p.body || ' '::bytea FROM log.events e "
            "WHERE e.position = %s AND p.name = 'document' "
            "AND (p.originator_id, p.originator_version) = (e.originator_id, e.originator_version)",
            at,
        )
    _new_leaf(hand, at)
    return {
        STORE: begins(f"chain at {at}"),
        REPLAY: begins(f"CHAIN at {at}"),
        KEPT: names(f"checkpoint at {hand.seen}"),
        **chain_broken(hand, at),
    }


def clock_turned_back(hand: Hand) -> Expected:
    """The clock of the machine was turned back by two hours while the newest were recorded."""
    end = hand.one("SELECT max(position) FROM log.events")
    hand.run(
        "UPDATE log.events SET recorded_at = recorded_at - interval '2 hours' WHERE position > %s",
        end - 3,
    )
    return {STORE: names(f"recorded_at at {end - 2}"), REPLAY: names(f"CLOCK at {end - 2}")}


def package_gone(hand: Hand) -> Expected:
    """The bytes of a package that came (Registry) or was sent (SEZ) are deleted."""
    at = _evidence(hand, "package")
    _delete_evidence(hand, at, "package")
    return {STORE: names(f"evidence package at {at}")}


def receipt_gone(hand: Hand) -> Expected:
    """The bytes of a receipt that was given (Registry) or taken (SEZ) are deleted."""
    at = _evidence(hand, "receipt")
    _delete_evidence(hand, at, "receipt")
    return {STORE: names(f"evidence receipt at {at}")}


def _delete_evidence(hand: Hand, at: int, name: str) -> None:
    hand.run(
        "DELETE FROM log.evidence p USING log.events e WHERE e.position = %s AND p.name = %s "
        "AND (p.originator_id, p.originator_version) = (e.originator_id, e.originator_version)",
        at,
        name,
    )


def seen_checkpoint_gone(hand: Hand) -> Expected:
    """The checkpoint that the other side saw is deleted."""
    hand.run("DELETE FROM log.checkpoints WHERE size = %s", hand.seen)
    found = {KEPT: names(f"checkpoint at {hand.seen}")}
    if hand.side == "registry":  # a receipt quotes it
        found[STORE] = names(f"checkpoint at {hand.seen}")
    return found


def newest_checkpoint_gone(hand: Hand) -> Expected:
    """The newest checkpoint, which nobody else saw, is deleted."""
    hand.run("DELETE FROM log.checkpoints WHERE size = (SELECT max(size) FROM log.checkpoints)")
    return {}


def first_checkpoint_gone(hand: Hand) -> Expected:
    """The checkpoint of the empty log is deleted."""
    hand.run("DELETE FROM log.checkpoints WHERE size = 0")
    return {STORE: names("checkpoint at 0"), REPLAY: names("CHECKPOINT at 0")}


def signature_replaced(hand: Hand) -> Expected:
    """The signature of a checkpoint is replaced by that of another one."""
    size = hand.one("SELECT max(size) FROM log.checkpoints")
    hand.run(
        "UPDATE log.checkpoints SET note = split_part(note, E'\\n\\n', 1) || E'\\n\\n' || "
        "(SELECT split_part(o.note, E'\\n\\n', 2) FROM log.checkpoints o WHERE o.size = 0) "
        "WHERE size = %s",
        size,
    )
    return {STORE: names(f"checkpoint at {size}")}
