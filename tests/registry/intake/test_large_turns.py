"""Large documents are examined one at a time, the systems in turns."""

import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from registry.intake.content_report import Examined, ExaminedDocument, MessageIdentity
from registry.intake.large_turns import AwaitsTurn, KeptExaminations, LargeTurns
from registry.messages.tickets import listing
from shared_contracts.large_documents.apart import Apart
from tests.registry.intake.test_asynchronous import judge, row, send, settled, ticket_of
from tests.registry.intake.test_large import large, packed
from tests.story import Story


def test_the_turn_goes_from_system_to_system_and_not_by_the_order_of_the_queue() -> None:
    turns = LargeTurns()
    tickets = [row("SEZ01", place) for place in range(1, 6)] + [row("SEZ02", 6)]
    ids = {one.ticket_id for one in tickets}
    with turns.turn(tickets[0]):
        for one in tickets[1:]:
            with pytest.raises(AwaitsTurn), turns.turn(one):
                pass
        assert turns.resting(ids) == ids  # while one is examined nobody need ask
    turns.leave(tickets[0].ticket_id)
    assert turns.resting(ids) == {one.ticket_id for one in tickets[1:5]}
    with pytest.raises(AwaitsTurn), turns.turn(tickets[1]):
        pass
    with turns.turn(tickets[5]):
        assert turns.resting(ids) == ids - {tickets[0].ticket_id}
    turns.leave(tickets[5].ticket_id)
    with turns.turn(tickets[1]):
        pass


def test_a_system_whose_documents_take_long_has_fewer_turns_while_others_wait() -> None:
    turns = LargeTurns()
    slow, quick = [row("SEZ01", one) for one in (1, 2)], [row("SEZ02", one) for one in (3, 4)]
    with turns.turn(slow[0]):
        for one in (slow[1], *quick):
            with pytest.raises(AwaitsTurn), turns.turn(one):
                pass
        time.sleep(0.3)
    turns.leave(slow[0].ticket_id)
    for one in quick:
        with pytest.raises(AwaitsTurn), turns.turn(slow[1]):
            pass
        with turns.turn(one):
            pass
        turns.leave(one.ticket_id)
    with turns.turn(slow[1]):
        pass


def test_who_is_put_off_or_gone_keeps_nobody_waiting() -> None:
    turns = LargeTurns()
    first, second, third = row("SEZ01", 1), row("SEZ02", 2), row("SEZ03", 3)
    with turns.turn(first):
        for one in (second, third):
            with pytest.raises(AwaitsTurn), turns.turn(one):
                pass
    turns.leave(first.ticket_id)
    turns.leave(second.ticket_id)  # it was put off for another reason
    assert turns.resting({third.ticket_id}) == set()
    with pytest.raises(AwaitsTurn), turns.turn(first):
        pass
    assert turns.resting({first.ticket_id}) == set()  # the third is answered meanwhile
    with turns.turn(first):
        assert turns.resting({UUID(int=9)}) == set()


def test_who_awaits_the_turn_is_neither_put_off_nor_held(story: Story) -> None:
    ticket = ticket_of(story, send(story, packed(story, story.sign(large(story)))))
    with story.registry.judging._large.turn(row("SEZ09", 1)):
        story.clock.offset = timedelta(hours=25)
        assert judge(story) == 1
        assert judge(story) == 0
        story.registry.follower.catch_up()
        waits = listing.ticket(story.registry.log, ticket.ticket_id)
        assert waits is not None
        assert (waits.status, waits.cause) == ("WAITING", None)
    story.clock.offset = timedelta(0)
    assert judge(story) == 1
    assert settled(story, ticket).result.value == "ACCEPTED"


def test_examinations_are_kept_up_to_a_bound_and_while_their_packages_wait() -> None:
    kept, names = KeptExaminations(most=100), [uuid4() for _ in range(3)]
    for name in names:
        kept.keep(name, found(60))
    assert [kept.find(one) is not None for one in names] == [False, False, True]
    kept.keep(names[0], found(20))
    assert kept.find(names[2]) is not None
    kept.forget_all_but({names[0]})
    assert [kept.find(one) is not None for one in names] == [True, False, False]


def found(size: int) -> Examined:
    """What is found of a package with a listing of so many bytes."""
    apart = Apart(sha256="0" * 64, listing=bytes(size))
    document = ExaminedDocument(number=1, sha256="0" * 64, size=1, apart=apart)
    return Examined(
        root="Package", identity=MessageIdentity(), package_hash="", documents=(document,)
    )
