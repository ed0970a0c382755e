"""Files lie under the SHA-256 of their bytes: whole, on disk, or not at all."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_contracts import astana_time
from shared_contracts.files import ABANDONED, FileStore, NotAHash, TooLarge, WrongHash

BYTES = b"tender documentation"
NAME = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileStore:
    return FileStore(tmp_path_factory.mktemp("files"))


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def put(store: FileStore, name: str, *chunks: bytes, limit: int = 1000) -> bool:
    return asyncio.run(store.put(name, stream(*chunks), limit))


def left(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.clause("S216-18.5")
def test_a_file_is_kept_under_its_hash_and_read_back(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert not store.has(NAME)
    assert put(store, NAME, BYTES[:5], b"", BYTES[5:])
    assert store.has(NAME)
    with store.open(NAME) as file:
        assert file.read() == BYTES
    assert (store.size(NAME), store.path(NAME)) == (len(BYTES), tmp_path / NAME[:2] / NAME)


def test_a_file_that_is_here_is_not_new(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert [put(store, NAME, BYTES), put(FileStore(tmp_path), NAME, BYTES)] == [True, False]
    assert left(tmp_path) == [store.path(NAME)]


@pytest.mark.clause("S216-18.7")
def test_bytes_of_another_hash_are_named_and_not_kept(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(WrongHash) as caught:
        put(store, NAME, b"something else")
    found = hashlib.sha256(b"something else").hexdigest()
    assert (caught.value.named, caught.value.found) == (NAME, found)
    assert left(tmp_path) == []


def test_a_file_over_the_limit_is_not_kept(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert put(store, NAME, BYTES, limit=len(BYTES))
    with pytest.raises(TooLarge):
        put(store, "0" * 64, BYTES, limit=len(BYTES) - 1)
    assert left(tmp_path) == [store.path(NAME)]


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield BYTES
        raise ConnectionResetError

    store = FileStore(tmp_path)
    with pytest.raises(ConnectionResetError):
        asyncio.run(store.put(NAME, broken()))
    assert left(tmp_path) == []


def touch(path: Path) -> None:
    """Have a file written now by the clock of the tests, which may be shifted."""
    moment = astana_time.now().timestamp()
    os.utime(path, (moment, moment))


def test_only_what_was_abandoned_is_swept_away(tmp_path: Path) -> None:
    FileStore(tmp_path)
    old, young = tmp_path / "incoming" / "old", tmp_path / "incoming" / "young"
    for path in (old, young):
        path.write_bytes(b"x")
        touch(path)
    before = (astana_time.now() - ABANDONED).timestamp() - 1
    os.utime(old, (before, before))
    FileStore(tmp_path)
    assert left(tmp_path) == [young]


@given(
    st.one_of(st.text(), st.sampled_from(["../etc/passwd", NAME.upper(), NAME + "\n", "/" + NAME]))
)
def test_what_is_no_hash_is_no_name(store: FileStore, name: str) -> None:
    with pytest.raises(NotAHash):
        store.path(name)


def test_the_same_file_sent_twice_at_once_is_kept_once(tmp_path: Path) -> None:
    async def both(store: FileStore) -> list[bool]:
        return await asyncio.gather(*(store.put(NAME, stream(BYTES)) for _ in range(8)))

    store = FileStore(tmp_path)
    assert True in asyncio.run(both(store))
    assert left(tmp_path) == [store.path(NAME)]


def test_the_one_process_that_writes_removes_what_another_left_behind(tmp_path: Path) -> None:
    left = FileStore(tmp_path).incoming / "left"
    left.write_bytes(b"half")
    touch(left)
    assert FileStore(tmp_path).incoming.joinpath("left").exists()  # it may be under way
    FileStore.alone(tmp_path)
    assert not left.exists()


def test_other_users_cannot_come_to_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir(mode=0o755)  # as an older program left it
    FileStore(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
