"""Commands ask the running process; when they cannot they say what to do."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request, Response

from shared_contracts.errors import Defect
from shared_contracts.http import remote as remotes
from shared_contracts.http.api import Data, answer, bearer, bearer_token
from shared_contracts.http.remote import NotFound, ProcessUnreachable, Remote, RemoteError
from tests.serving import serving


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    """A running system that gives back what it is sent."""
    app = FastAPI(dependencies=[Depends(bearer(bearer_token(tmp_path)))])

    @app.api_route("/back", methods=["GET", "POST"])
    def back(request: Request, data: Data) -> Response:
        return answer({"query": dict(request.query_params), "body": data.decode()})

    @app.put("/files/{sha256}")
    def keep(sha256: str, data: Data) -> Response:
        raise HTTPException(409, f"{sha256} {len(data)}")

    @app.get("/counted")
    def counted(count: int) -> Response:
        return answer(count)

    @app.get("/findings")
    def findings() -> Response:
        text, cure = {"en": "It is empty."}, {"en": "Fill it in."}
        one = {"rule_id": "F-X-1", "path": "/Purchase/Name", "text": text, "cure": cure}
        raise HTTPException(422, {"refused": "not voided", "findings": [one]})

    @app.get("/away")
    def away(status: int) -> Response:
        raise HTTPException(status, "away")

    with serving(app) as address:
        yield Remote.of(address + "/", tmp_path)


def test_questions_carry_the_token_and_only_what_was_given(remote: Remote) -> None:
    assert remote.get("/back", after=5, sez=None) == {"query": {"after": "5"}, "body": ""}
    assert remote.post("/back", {"number": 5})["body"] == '{"number":5}'
    assert b"<a/>" in remote.post_bytes("/back", b"<a/>", edition="x")
    assert b'"after":"1"' in remote.post_bytes("/back", {"n": 1}, after=1)
    assert remote.get_bytes("/back").startswith(b"{")


def test_a_refusal_is_told_with_its_text_and_status(remote: Remote) -> None:
    with pytest.raises(NotFound, match=r"^Not Found \(HTTP 404\)$"):
        remote.get("/nowhere")
    with pytest.raises(RemoteError, match=r"^abc 3 \(HTTP 409\)$"):
        remote.put_file(b"123", "abc")


def test_a_field_that_does_not_fit_is_told_by_name_with_its_value(remote: Remote) -> None:
    with pytest.raises(RemoteError, match=r"^count: Input should be a valid integer.* given 'x'"):
        remote.get("/counted", count="x")


def test_findings_are_told_with_their_text_and_cure(remote: Remote) -> None:
    with pytest.raises(RemoteError) as told:
        remote.get("/findings")
    assert str(told.value).splitlines() == [
        "not voided",
        "F-X-1 /Purchase/Name: It is empty. Fill it in. (HTTP 422)",
    ]


@pytest.mark.parametrize("status", [502, 503])
def test_a_system_that_cannot_answer_now_counts_as_unreachable(remote: Remote, status: int) -> None:
    with pytest.raises(ProcessUnreachable, match=rf"away \(HTTP {status}\)"):
        remote.get("/away", status=status)


def test_a_defect_of_the_system_is_none_of_its_refusals(remote: Remote) -> None:
    with pytest.raises(Defect, match=r"away \(HTTP 500\)"):
        remote.get("/away", status=500)


def test_a_system_that_does_not_run_is_named_by_its_address(tmp_path: Path) -> None:
    bearer_token(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(ProcessUnreachable, match=rf"{address} does not answer"):
        Remote.of(address, tmp_path).get("/back")


def test_where_no_system_ever_ran_the_cure_is_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(
        ProcessUnreachable, match=r"no token at .*: start the system .* by SEZ_DATA"
    ):
        Remote.of("http://127.0.0.1:1", tmp_path / "absent", "SEZ_DATA")


def _stalling(sent: bytes, pause: float, listening: socket.socket) -> None:
    """Answer one request with the beginning of a file, then ``sent`` again and again, forever."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun")
        with suppress(OSError):
            while True:
                sleep(pause)
                connection.sendall(sent)


@pytest.mark.parametrize(("sent", "pause"), [(b"", 0.1), (b".", 0.05)], ids=["silent", "slow"])
def test_a_download_that_stalls_ends_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes, pause: float
) -> None:
    monkeypatch.setattr(remotes, "SECONDS", 0.5)
    monkeypatch.setattr(remotes, "FETCHING", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_stalling, args=(sent, pause, listening), daemon=True).start()
        asked = Remote(f"http://127.0.0.1:{listening.getsockname()[1]}", "token")
        begun = monotonic()
        with pytest.raises(ProcessUnreachable, match="sends no more of the file"):
            asked.download("/x", tmp_path / "file")
    assert monotonic() - begun < 10
    assert list(tmp_path.iterdir()) == []
