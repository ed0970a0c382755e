"""One writer, many threads: what is acknowledged is recorded, once, in order, whole."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.event import UnknownTopic
from shared_contracts.event_log.leaf import GENESIS, chain, leaf
from shared_contracts.event_log.log import (
    Claim,
    Commit,
    Conflict,
    EventLog,
    Evidence,
    NewHead,
    WriterLost,
)
from shared_contracts.event_log.writing.commit import CommitResult
from shared_contracts.event_log.writing.rows import encoded
from shared_contracts.event_log.writing.writer import Writer
from shared_contracts.identifiers import uuid7
from tests.shared_contracts.event_log.facts import LotCounted, fact, key, stored


def test_what_was_appended_is_read_back_by_stream_and_by_position(log: EventLog) -> None:
    first, second = fact(number=1), fact(number=2)
    assert log.append(Commit((first, second))) == 2
    third = fact(first.originator_id, version=2, number=3)
    assert log.append(Commit((third,))) == 3

    assert [each.event for each in log.stream(first.originator_id)] == [first.event, third.event]
    assert [each.version for each in log.stream(first.originator_id, after_version=1)] == [2]
    assert [each.position for each in log.read(1)] == [2, 3]
    assert log.last_position() == 3


def test_events_alone_are_decoded_one_by_one_as_they_are_asked_for(log: EventLog) -> None:
    first, second = fact(number=1), fact(number=2)
    third = fact(first.originator_id, version=2, number=3)
    log.append(Commit((first, second, third)))
    log.recorder.insert_events([StoredEvent(first.originator_id, 3, "lot-weighed.1", b"{}")])

    events = log.events(first.originator_id)
    assert [next(events), next(events)] == [first.event, third.event]
    with pytest.raises(UnknownTopic, match=r"position 4 holds the topic 'lot-weighed\.1'"):
        next(events)
    assert next(log.events(first.originator_id, after_version=1)) == third.event


def test_leaf_and_chain_are_those_of_the_wire_description(log: EventLog) -> None:
    log.append(Commit((fact(number=1), fact(number=2))))
    log.append(Commit((fact(number=3),)))
    link = GENESIS
    for recorded in log.read(0):
        topic = recorded.topic.encode()
        content = (
            recorded.originator_id.bytes
            + recorded.version.to_bytes(8, "big")
            + len(topic).to_bytes(4, "big")
            + topic
            + len(recorded.state).to_bytes(4, "big")
            + recorded.state
        )
        assert recorded.leaf == sha256(b"\x00" + content).digest()
        number = recorded.position.to_bytes(8, "big")
        link = sha256(b"\x02" + link + number + recorded.leaf).digest()
        assert recorded.chain == link


def test_golden_leaf_and_chain_never_change() -> None:
    fact_id = UUID("0190a5c2-7b1e-7cc3-98c4-dc0c0c07398f")
    made = leaf(fact_id, 3, "purchase-announced.1", '{"name":"Тау"}'.encode())
    assert made.hex() == "7d9ef477c413447a5e05c7bf3e6d9e3c22f2b78b1d1a87f2806a0b8a4bd4e397"
    assert (
        chain(GENESIS, 1, made).hex()
        == "ddc1256f1d8344420de95d3b11ed51e0aa405e08d97403889767c02792e2aa0b"
    )


def test_the_leaf_of_a_fact_is_known_before_the_commit(log: EventLog) -> None:
    promised = fact(number=7)
    log.append(Commit((promised,)))
    assert log.read(0)[0].leaf == promised.leaf


def test_a_taken_version_refuses_the_whole_commit(log: EventLog) -> None:
    first = fact()
    log.append(Commit((first,)))
    other = fact(number=5)
    with pytest.raises(Conflict, match=str(first.originator_id)) as refusal:
        log.append(Commit((other, first), claims=(Claim("sequence/STAND/SEZ01/1", "x"),)))
    assert refusal.value.what == "version"
    assert log.stream(other.originator_id) == []
    assert log.claims(["sequence/STAND/SEZ01/1"]) == {}
    assert log.append(Commit((other,))) == 2


def test_a_taken_claim_refuses_the_whole_commit(log: EventLog) -> None:
    log.append(Commit((fact(),), claims=(Claim("message/1", "first"),)))
    with pytest.raises(Conflict) as refusal:
        log.append(Commit((fact(),), claims=(Claim("message/1", "second"),)))
    assert (refusal.value.what, refusal.value.key) == ("claim", "message/1")
    assert log.claims(["message/1", "message/2"]) == {"message/1": "first"}
    assert log.last_position() == 1


def test_a_commit_that_names_a_key_twice_is_refused(log: EventLog) -> None:
    first, purchase = fact(), key()
    second = fact(first.originator_id, version=2)
    head = NewHead(purchase, first.originator_id, 1, b"{}")
    for what, commit in (
        ("version", Commit((first, first))),
        ("claim", Commit((first,), claims=(Claim("a", "1"), Claim("a", "2")))),
        ("head", Commit((first, second), heads=(head, head))),
    ):
        with pytest.raises(Conflict) as refusal:
            log.append(commit)
        assert refusal.value.what == what
    assert log.last_position() == 0


def test_heads_are_those_of_the_last_fact_and_never_go_back(log: EventLog) -> None:
    lot, purchase = fact(), key()
    log.append(Commit((lot,), heads=(NewHead(purchase, lot.originator_id, 1, b"one"),)))
    again = fact(lot.originator_id, version=2)
    log.append(Commit((again,), heads=(NewHead(purchase, lot.originator_id, 2, b"two"),)))

    found = log.heads([purchase, key()])
    assert list(found) == [purchase]
    assert (found[purchase].version, found[purchase].position) == (2, 2)
    assert found[purchase].state == b"two"


def test_one_object_cannot_begin_twice(log: EventLog) -> None:
    purchase, first, second = key(), fact(), fact()
    log.append(Commit((first,), heads=(NewHead(purchase, first.originator_id, 1, b"1"),)))
    with pytest.raises(Conflict) as refusal:
        log.append(Commit((second,), heads=(NewHead(purchase, second.originator_id, 1, b"2"),)))
    assert refusal.value.what == "head"
    assert str(purchase.object_id) in refusal.value.key


def test_evidence_is_kept_byte_for_byte_beside_its_fact(log: EventLog) -> None:
    body, received = b"<Package>\r\n\x00\xff</Package>" * 1000, fact()
    proof = Evidence(received.originator_id, 1, "package", body)
    log.append(Commit((received,), evidence=(proof,)))
    assert log.evidence(received.originator_id, 1, "package") == body
    digest = log.evidence_sha256(received.originator_id, 1, "package")
    assert digest == sha256(body).hexdigest()
    assert log.evidence(received.originator_id, 1, "receipt") is None


def test_what_belongs_to_no_fact_is_not_committed() -> None:
    with pytest.raises(ValueError, match="belongs to no fact"):
        Commit((fact(),), heads=(NewHead(key(), uuid7(), 1, b""),))
    with pytest.raises(ValueError, match="without a fact"):
        Commit(())


def test_sixteen_threads_with_conflicts_leave_no_gap_and_one_winner_each(log: EventLog) -> None:
    contested = [uuid7() for _ in range(40)]

    def race(thread: int) -> int:
        won = 0
        for number, stream in enumerate(contested):
            pair = (fact(stream, 1, thread), fact(stream, 2, thread))
            own = Commit((fact(number=number),), claims=(Claim(f"own/{thread}/{number}", ""),))
            log.append(own)
            with suppress(Conflict):
                log.append(Commit(pair))
                won += 1
        return won

    with ThreadPoolExecutor(16) as pool:
        winners = sum(pool.map(race, range(16)))

    assert winners == len(contested)
    expected = 16 * len(contested) + 2 * len(contested)
    everything = log.read(0, limit=10_000)
    assert [each.position for each in everything] == list(range(1, expected + 1))
    for stream in contested:
        first, second = log.stream(stream)
        assert first.event == second.event
        assert second.position == first.position + 1


def test_a_conflict_in_a_group_does_not_send_the_others_back(log: EventLog) -> None:
    stream, claim, purchase = uuid7(), Claim("message/1", ""), key()
    begun = [fact() for _ in range(2)]
    group = [
        encoded([stored(fact(stream, 1, 0))]),
        encoded([stored(fact())], claims=[claim]),
        encoded([stored(fact(stream, 1, 1))]),
        encoded([stored(begun[0])], heads=[NewHead(purchase, begun[0].originator_id, 1, b"0")]),
        encoded([stored(fact()), stored(fact())], claims=[claim]),
        encoded([stored(begun[1])], heads=[NewHead(purchase, begun[1].originator_id, 1, b"1")]),
        encoded([stored(fact())]),
    ]
    writer = log.recorder._writer
    assert writer is not None
    verdicts = writer._append(group)  # one call, one transaction
    assert [verdict.position for verdict in verdicts] == [1, 2, 0, 3, 0, 0, 4]
    refusals = [verdict.conflict.what for verdict in verdicts if verdict.conflict is not None]
    assert refusals == ["version", "claim", "head"]
    assert log.last_position() == 4
    assert log.heads([purchase])[purchase].state == b"0"


def test_a_request_refused_in_its_group_takes_nothing_from_the_others(log: EventLog) -> None:
    taken, free = fact(), uuid7()
    log.append(Commit((taken,)))
    refused = encoded([stored(taken), stored(fact(free, 1, 1))])
    accepted = encoded([stored(fact(free, 1, 2))])
    outcomes = log.recorder.write([refused, accepted])
    verdicts = [o for o in outcomes if isinstance(o, CommitResult)]
    assert [verdict.conflict is None for verdict in verdicts] == [False, True]
    assert log.stream(free)[0].event == LotCounted(number=2)


def test_a_text_that_the_database_cannot_hold_is_refused_before_it_is_sent(log: EventLog) -> None:
    with pytest.raises(ValueError, match="NUL"):
        log.append(Commit((fact(),), claims=(Claim("nul\x00", ""),)))


def test_what_the_database_cannot_take_spoils_only_its_own_request(log: EventLog) -> None:
    long = Claim("".join(str(uuid7()) for _ in range(1000)), "")  # over the limit of an index row
    poison = encoded([stored(fact())], claims=[long])
    before, after = encoded([stored(fact())]), encoded([stored(fact())])
    outcomes = log.recorder.write([before, poison, after])
    assert outcomes[0] == CommitResult(1)
    assert isinstance(outcomes[1], psycopg.Error)
    assert outcomes[2] == CommitResult(2)


def test_a_second_writer_is_refused_and_told_who_writes(log: EventLog, dsn: str) -> None:
    with pytest.raises(NeedsPerson, match=f"writer pid {os.getpid()} on"):
        Writer(dsn, timeout=0.2)
    reader = EventLog(dsn, writes=False)
    log.append(Commit((fact(),)))
    assert reader.last_position() == 1
    reader.close()


def test_the_next_writer_may_begin_when_the_first_has_closed(dsn: str) -> None:
    EventLog(dsn).close()
    second = EventLog(dsn)
    assert second.append(Commit((fact(),))) == 1
    second.close()


def test_a_writer_that_lost_its_session_writes_no_more(log: EventLog, owner_dsn: str) -> None:
    log.append(Commit((fact(),)))
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'writer%' AND datname = current_database()"
        )
    with pytest.raises(WriterLost):
        log.check()
    with pytest.raises(WriterLost):
        log.append(Commit((fact(),)))
    assert log.last_position() == 1


def test_whoever_waits_is_woken_by_the_commit(log: EventLog) -> None:
    assert not log.wait(0, timeout=0.05)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.wait, 0, 5.0)
        log.append(Commit((fact(),)))
        assert waiting.result()


def test_locks_hold_sorted_keys_and_try_lock_does_not_wait(log: EventLog) -> None:
    with log.locks([key(UUID(int=2)), "message/1", key(UUID(int=1))]):
        assert log.try_lock("message/1") is None
        held = log.try_lock("message/2")
        assert held is not None
        with held:
            assert log.try_lock("message/2") is None
    free = log.try_lock("message/1")
    assert free is not None
    with free:
        pass


def test_a_key_is_held_together_by_many_and_alone_by_one(log: EventLog) -> None:
    order: list[str] = []

    def hold(name: str, *, together: bool) -> None:
        with log.locks([] if together else ["party"], ["party"] if together else []):
            order.append(name)

    with ThreadPoolExecutor(3) as pool:
        with log.locks([], together=["party"]):
            pool.submit(hold, "beside", together=True).result(5)
            alone = pool.submit(hold, "alone", together=False)
            deadline = time.monotonic() + 5
            while log.try_lock("party") is None and time.monotonic() < deadline:
                if log._locks._held["party"].waiting:
                    break
                time.sleep(0.01)
            after = pool.submit(hold, "after", together=True)
            assert not alone.done()
            assert not after.done()  # who wants it alone is not overtaken
        alone.result(5)
        after.result(5)
    assert order == ["beside", "alone", "after"]
    assert not log._locks._held
