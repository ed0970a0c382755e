"""A process of one's own: what bounds it, and what travels to it."""

from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest

from shared_contracts.process.child import (
    READY,
    begin,
    check_memory,
    end,
    hold_to,
    plain,
    resident,
)

MIB = 1024 * 1024
ROOM = 64 * MIB


def take_room(pipe: Connection, _folder: Path, bound: int) -> None:
    """Say whether so much room is given; the rest of the process has its own."""
    hold_to(bound, 5)
    pipe.send_bytes(READY)
    pipe.recv_bytes()
    try:
        taken = bytearray(ROOM)
    except MemoryError:
        pipe.send_bytes(b"none")
    else:
        pipe.send_bytes(f"{len(taken)}".encode())


@pytest.mark.parametrize(("bound", "said"), [(1024 * MIB, b"67108864"), (ROOM, b"none")])
def test_a_process_gets_no_more_memory_than_it_is_held_to(
    tmp_path: Path, bound: int, said: bytes
) -> None:
    worker = begin(tmp_path, partial(take_room, bound=bound))
    try:
        worker.pipe.send_bytes(b"go")
        assert worker.pipe.poll(20)
        assert worker.pipe.recv_bytes() == said
    finally:
        end(worker)


def test_more_resident_memory_than_there_may_be_is_told() -> None:
    check_memory(resident() + ROOM)
    with pytest.raises(MemoryError):
        check_memory(resident() // 2)


def test_a_frozen_mapping_travels_and_anything_else_that_is_not_known_does_not() -> None:
    encoder = msgspec.msgpack.Encoder(enc_hook=plain)
    assert msgspec.msgpack.decode(encoder.encode(MappingProxyType({"a": 1}))) == {"a": 1}
    with pytest.raises(TypeError, match="object does not travel between processes"):
        encoder.encode(object())
