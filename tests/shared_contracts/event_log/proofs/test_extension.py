"""A log that is told anew must begin with the one that was known, and its moments go on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from shared_contracts.event_log.proofs.checkpoint import Checkpoint, signed
from shared_contracts.event_log.proofs.extension import AGE, Extension, extension, not_of_now
from shared_contracts.event_log.proofs.merkle import root
from shared_contracts.event_log.proofs.proof import ConsistencyProof
from shared_contracts.event_log.proofs.watched_log import SeenCheckpoint
from tests.clauses import clause
from tests.shared_contracts.event_log.proofs.test_checkpoint import NAME, Key

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
KNOWN = Checkpoint(NAME, 1, root([bytes(32)])).dated(AT)
GROWN = Checkpoint(NAME, 2, root([bytes(32), bytes(32)]))


def found(known: Checkpoint, told: Checkpoint) -> Extension:
    """What is said of the two; the proof is right."""
    hashes = (bytes(32),) if told.size > known.size else ()
    return extension(known, told, ConsistencyProof(1, hashes, signed(told, Key().note)).text)


@clause("S216-12a", "S216-13b")
@pytest.mark.parametrize("told", [GROWN, KNOWN])
def test_a_checkpoint_older_than_the_one_that_was_seen_is_told(told: Checkpoint) -> None:
    assert found(KNOWN, told.dated(AT + HOUR)) is Extension.EXTENDS
    assert found(KNOWN, told.dated(AT)) is Extension.EXTENDS
    assert found(KNOWN, told.dated(AT - timedelta(seconds=1))) is Extension.BACKDATED
    assert found(KNOWN, replace(told, extensions=())) is Extension.BACKDATED
    assert found(replace(KNOWN, extensions=()), told.dated(AT)) is Extension.EXTENDS


def test_what_is_not_the_same_log_is_told_before_its_moment() -> None:
    other = Checkpoint(NAME, 2, bytes(32)).dated(AT - HOUR)
    assert found(KNOWN, other) is Extension.REWRITTEN
    assert found(GROWN.dated(AT), KNOWN.dated(AT - HOUR)) is Extension.SHORTER


@clause("S216-12a", "S216-13b")
def test_an_old_checkpoint_shown_as_the_newest_is_noticed_by_its_age() -> None:
    for fits in (AT, AT + AGE, AT - AGE):
        assert not_of_now(KNOWN, fits) is None
    assert "5 hours ago" in (not_of_now(KNOWN, AT + 5 * HOUR) or "")
    assert "5 hours ahead" in (not_of_now(KNOWN, AT - 5 * HOUR) or "")
    assert not_of_now(replace(KNOWN, extensions=()), AT + 500 * HOUR) is None, "none, none judged"


def test_what_was_kept_before_checkpoints_bore_a_moment_is_read_as_it_is() -> None:
    kept = b'{"origin":"kz.tru-registry/registry/STAND","size":1,"root":"' + b"00" * 32 + b'"}'
    read = msgspec.json.decode(kept, type=SeenCheckpoint)
    assert (read.checkpoint.made_at, msgspec.json.encode(read)) == (None, kept)
    assert SeenCheckpoint.of(KNOWN).checkpoint.made_at == AT
