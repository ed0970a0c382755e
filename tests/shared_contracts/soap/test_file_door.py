"""Files come by PUT under their SHA-256, only if asked for, and only whole."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shared_contracts.files import FileStore
from tests.serving import Desk, registry_serving

BYTES = b"tender documentation" * 1000
NAME = hashlib.sha256(BYTES).hexdigest()
LIMIT = 100_000


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    with registry_serving(Desk(), tmp_path, wanted=lambda sha256: sha256 != "0" * 64) as address:
        yield address


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
    answer = put(base, "0" * 64, BYTES)
    assert (answer.status_code, "not asked for" in answer.text) == (403, True)


@pytest.mark.clause("S216-18.7")
def test_other_bytes_than_named_are_refused_and_both_hashes_told(base: str, tmp_path: Path) -> None:
    answer = put(base, NAME, b"other")
    assert answer.status_code == 422
    assert NAME in answer.text
    assert hashlib.sha256(b"other").hexdigest() in answer.text
    assert not FileStore(tmp_path).has(NAME)


def test_a_file_over_the_limit_is_refused_told_or_not(base: str) -> None:
    large = b"x" * (LIMIT + 1)
    name = hashlib.sha256(large).hexdigest()
    assert put(base, name, large).status_code == 413
    assert put(base, name, iter([large])).status_code == 413


@pytest.mark.parametrize("name", ["abc", NAME.upper(), "%2e%2e"])
def test_what_is_no_hash_is_named_so(base: str, name: str) -> None:
    assert put(base, name, BYTES).status_code in {404, 422}
    assert httpx.head(f"{base}/files/{name}", trust_env=False).status_code == 404


def test_compressed_files_are_not_taken(base: str) -> None:
    answer = put(base, NAME, BYTES, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, "gzip" in answer.text) == (415, True)


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
