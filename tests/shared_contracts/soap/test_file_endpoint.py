"""Files come by PUT under their SHA-256, only if asked for, and only whole."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from shared_contracts.faults import Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.messages.receipt import FaultDetail
from shared_contracts.soap.uploads import Pace, Upload, Uploads
from shared_contracts.xml import codec, schema
from tests.serving import Desk, registry_serving

BYTES = b"tender documentation" * 1000
NAME = hashlib.sha256(BYTES).hexdigest()
LIMIT = 100_000


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    with registry_serving(Desk(), tmp_path, wanted=lambda sha256: sha256 != "0" * 64) as address:
        yield address


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal; it is worded in three languages."""
    element = schema.parse(answer.content)
    assert schema.validate(element, "X-1") == []
    detail = codec.read(element, FaultDetail)
    assert all((detail.text.kk, detail.text.ru, detail.text.en, detail.cure.kk))
    return answer.status_code, detail.code


def put(base: str, name: str, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    url = f"{base}/files/{name}"
    return httpx.put(url, content=content, headers=headers, timeout=10, trust_env=False)


@pytest.mark.clause("S216-18.5")
def test_a_file_that_was_asked_for_is_kept_and_then_known(base: str, tmp_path: Path) -> None:
    url = f"{base}/files/{NAME}"
    assert httpx.head(url, trust_env=False).status_code == 404
    assert put(base, NAME, BYTES).status_code == 201
    assert FileStore(tmp_path).path(NAME).read_bytes() == BYTES
    known = httpx.head(url, trust_env=False)
    assert (known.status_code, known.headers["content-length"]) == (200, str(len(BYTES)))
    assert put(base, NAME, BYTES).status_code == 200


def test_a_file_that_nobody_asked_for_is_not_taken(base: str) -> None:
    assert told(put(base, "0" * 64, BYTES)) == (403, "FILE_NOT_ASKED")


def test_what_is_kept_is_told_to_nobody_who_was_not_asked_for_it(base: str, tmp_path: Path) -> None:
    nothing = FileStore(tmp_path).path("0" * 64)
    nothing.parent.mkdir()
    nothing.write_bytes(b"kept")
    assert httpx.head(f"{base}/files/{'0' * 64}", trust_env=False).status_code == 404
    assert told(put(base, "0" * 64, BYTES)) == (403, "FILE_NOT_ASKED")


@pytest.mark.clause("S216-18.7")
def test_other_bytes_than_named_are_refused_and_both_hashes_told(base: str, tmp_path: Path) -> None:
    answer = put(base, NAME, b"other")
    assert told(answer) == (422, "FILE_HASH_WRONG")
    assert not FileStore(tmp_path).has(NAME)


def test_a_file_over_the_limit_is_refused_told_or_not(base: str) -> None:
    large = b"x" * (LIMIT + 1)
    name = hashlib.sha256(large).hexdigest()
    assert told(put(base, name, large)) == (413, "FILE_TOO_LARGE")
    assert told(put(base, name, iter([large]))) == (413, "FILE_TOO_LARGE")


@pytest.mark.parametrize("name", ["abc", NAME.upper(), "%2e%2e"])
def test_what_is_no_hash_is_named_so(base: str, name: str) -> None:
    assert put(base, name, BYTES).status_code in {404, 422}
    assert httpx.head(f"{base}/files/{name}", trust_env=False).status_code == 404


def test_compressed_files_are_not_taken(base: str) -> None:
    answer = put(base, NAME, BYTES, **{"Content-Encoding": "gzip"})
    assert told(answer) == (415, "BODY_ENCODED")


def test_an_upload_that_drips_is_ended_all_the_same(base: str, tmp_path: Path) -> None:
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"PUT /files/{NAME} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BYTES)}\r\n\r\n"
        connection.sendall(head.encode())
        connection.settimeout(0.1)
        heard = b""
        while not heard:
            connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                heard = connection.recv(65536)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_uploads_of_one_file_at_once_are_few_and_the_sender_who_goes_on_gets_through(
    tmp_path: Path,
) -> None:
    async def run() -> list[str]:
        uploads, pace, events = Uploads(tmp_path, per_file=2, spare=0), Pace(), []

        async def silent() -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.sleep(60)

        async def hold(upload: Upload) -> None:
            try:
                async for _ in upload.chunks(silent()):
                    pass
            except Unprocessed as ended:
                events.append(str(ended))

        held = [asyncio.create_task(hold(uploads.begin(NAME, 10, pace))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unprocessed, match="IN_PROGRESS"):
            uploads.begin(NAME, 10, pace)
        slow, fast = uploads.under_way
        slow.since, fast.since, fast.size = slow.since - 6, fast.since - 6, 10_000
        uploads.begin(NAME, 10, pace)
        await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        assert (slow in uploads.under_way, fast in uploads.under_way) == (False, True)
        for task in held:
            task.cancel()
        return events

    assert asyncio.run(run()) == ["BUSY: another upload went before after 1 bytes"]


def test_all_uploads_together_are_few(tmp_path: Path) -> None:
    async def run() -> None:
        uploads = Uploads(tmp_path, at_once=3, spare=0)
        for number in range(3):
            uploads.begin(f"{number:064}", 10, Pace())
        with pytest.raises(Unprocessed, match="BUSY"):
            uploads.begin(NAME, 10, Pace())

    asyncio.run(run())


def test_a_file_for_which_the_disk_has_no_room_is_told_so(tmp_path: Path) -> None:
    async def run() -> None:
        Uploads(tmp_path, spare=2**62).begin(NAME, 1, Pace())

    with pytest.raises(Unprocessed, match="NO_SPACE"):
        asyncio.run(run())


def test_an_upload_that_stalls_is_ended_and_leaves_nothing(base: str, tmp_path: Path) -> None:
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"PUT /files/{NAME} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"
        connection.sendall(head.encode())
        heard = connection.recv(65536)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_upload_that_breaks_off_leaves_nothing(base: str, tmp_path: Path) -> None:
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"PUT /files/{NAME} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"
        connection.sendall(head.encode())
    assert put(base, NAME, BYTES).status_code == 201
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [NAME]
