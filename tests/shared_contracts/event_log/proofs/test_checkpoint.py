"""Checkpoints: signed notes that neither side can take back."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import Commit, EventLog
from shared_contracts.event_log.proofs.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    NoteKey,
    origin,
    parse,
    signed,
    verified,
)
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT, root
from tests.shared_contracts.event_log.facts import fact

NAME = origin("registry", "STAND")


class Key:
    """A throwaway P-256 key."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.spki = self.private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def note(self) -> NoteKey:
        return NoteKey(NAME, self.spki, lambda text: self.private.sign(text, ec.ECDSA(SHA256())))

    def is_signature(self, signature: bytes, text: bytes) -> bool:
        try:
            self.private.public_key().verify(signature, text, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def test_a_checkpoint_is_written_as_the_specification_says() -> None:
    key, checkpoint = Key(), Checkpoint(NAME, 17, sha256(b"root").digest())
    note = signed(checkpoint, key.note)
    body, signature = note.split("\n\n")
    lines = ["kz.tru-registry/registry/STAND", "17", b64encode(checkpoint.root).decode()]
    assert body.split("\n") == lines
    prefix = b64encode(sha256(key.spki).digest()[:3]).decode()
    assert signature.startswith(f"— {NAME} {prefix}")
    assert note.endswith("\n")


def test_a_checkpoint_holds_under_its_key_and_under_no_other() -> None:
    key, other = Key(), Key()
    note = signed(Checkpoint(NAME, 5, bytes(32)), key.note)
    assert verified(note, NAME, key.spki, key.is_signature) == parse(note)
    with pytest.raises(BadCheckpoint, match="no signature"):
        verified(note, NAME, other.spki, other.is_signature)
    with pytest.raises(BadCheckpoint, match="does not hold"):
        verified(note.replace("\n5\n", "\n6\n", 1), NAME, key.spki, key.is_signature)


AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
LINE = "kz.tru-registry/made-at "


def test_the_moment_is_signed_and_is_an_extension_line_after_the_root() -> None:
    key, plain = Key(), Checkpoint(NAME, 5, bytes(32))
    note = signed(plain.dated(AT + timedelta(milliseconds=700)), key.note)
    assert note.split("\n\n")[0] + "\n" == plain.text + f"{LINE}2026-09-01T10:00:00Z\n"
    read = verified(note, NAME, key.spki, key.is_signature)
    assert (read.made_at, read) == (AT, plain)
    with pytest.raises(BadCheckpoint, match="does not hold"):
        verified(note.replace("T10:", "T11:"), NAME, key.spki, key.is_signature)


def test_checkpoints_without_a_moment_and_with_lines_of_others_are_read_as_they_are() -> None:
    key = Key()
    old = signed(Checkpoint(NAME, 5, bytes(32)), key.note)
    other = Checkpoint(NAME, 5, bytes(32), ("another line", "made-at whenever"))
    for one, lines in ((old, ()), (signed(other, key.note), other.extensions)):
        read = verified(one, NAME, key.spki, key.is_signature)
        assert (read.made_at, read.extensions, read.text) == (
            None,
            lines,
            one.split("\n\n")[0] + "\n",
        )


@pytest.mark.parametrize(
    "lines",
    [
        (f"{LINE}yesterday",),
        (f"{LINE}2026-13-01T10:00:00Z",),
        (f"{LINE}2026-09-01T10:00:00+05:00",),
        (f"{LINE}2026-09-01T10:00:00Z",) * 2,
    ],
)
def test_a_moment_that_cannot_be_read_is_refused(lines: tuple[str, ...]) -> None:
    note = signed(Checkpoint(NAME, 5, bytes(32), lines), Key().note)
    with pytest.raises(BadCheckpoint, match="its moment must be one line"):
        parse(note)


def test_an_empty_line_after_the_root_is_refused() -> None:
    with pytest.raises(BadCheckpoint, match="is empty"):
        parse(signed(Checkpoint(NAME, 5, bytes(32), ("", "x")), Key().note))


def test_moments_of_one_log_do_not_go_back_where_its_clock_is_set_right(log: EventLog) -> None:
    at = [AT]
    checkpointer = Checkpointer(log, Key().note, lambda: at[0])
    found = [parse(checkpointer.latest()).made_at]
    for later in (2, 1.5, 2.5, -3):
        at[0] = AT + timedelta(hours=later)
        log.append(Commit((fact(),)))
        found.append(parse(checkpointer.make()).made_at)
    hours = [(one - AT) / timedelta(hours=1) if one else None for one in found]
    assert hours == [0, 2, 2, 2.5, -3], "by more than an hour it goes back, and is noticed"


def test_signatures_of_witnesses_are_passed_over() -> None:
    key = Key()
    note = signed(Checkpoint(NAME, 5, bytes(32)), key.note) + "— witness.example AAAAAAAA\n"
    assert verified(note, NAME, key.spki, key.is_signature).size == 5


@pytest.mark.parametrize(
    "note",
    [
        "",
        "origin\n1\nAAAA\n",
        "origin\n01\n" + b64encode(bytes(32)).decode() + "\n\n— k AAAA\n",
        "origin\n-1\n" + b64encode(bytes(32)).decode() + "\n\n— k AAAA\n",
        "origin\n1\nAAAA\n\n— k AAAA\n",
        "origin\n1\n!!\n\n— k AAAA\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(BadCheckpoint):
        parse(note)


def test_the_empty_log_has_a_checkpoint_and_the_next_ones_grow_from_it(log: EventLog) -> None:
    key = Key()
    checkpointer = Checkpointer(log, key.note)
    assert parse(checkpointer.latest()) == Checkpoint(NAME, 0, EMPTY_ROOT)

    for _ in range(3):
        log.append(Commit((fact(), fact(), fact())))
        made = verified(checkpointer.make(), NAME, key.spki, key.is_signature)
        hashes = [each.leaf for each in log.read(0)]
        assert made == Checkpoint(NAME, len(hashes), root(hashes))
    assert checkpointer.make() == checkpointer.latest()


def test_a_restarted_system_goes_on_from_the_kept_checkpoint(log: EventLog) -> None:
    key = Key()
    log.append(Commit((fact(),)))
    Checkpointer(log, key.note).make()
    log.append(Commit((fact(), fact())))
    made = parse(Checkpointer(log, key.note).make())
    assert made.root == root([each.leaf for each in log.read(0)])
