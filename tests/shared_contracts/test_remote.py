"""Commands ask the running process; when they cannot they say what to do."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request, Response

from shared_contracts.api import Data, answer, bearer, bearer_token
from shared_contracts.remote import Remote, RemoteError
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

    with serving(app) as address:
        yield Remote.of(address + "/", tmp_path)


def test_questions_carry_the_token_and_only_what_was_given(remote: Remote) -> None:
    assert remote.get("/back", after=5, sez=None) == {"query": {"after": "5"}, "body": ""}
    assert remote.post("/back", {"number": 5})["body"] == '{"number":5}'
    assert b"<a/>" in remote.post_bytes("/back", b"<a/>", edition="x")
    assert b'"after":"1"' in remote.post_bytes("/back", {"n": 1}, after=1)
    assert remote.get_bytes("/back").startswith(b"{")


def test_a_refusal_is_told_with_its_status_and_text(remote: Remote) -> None:
    with pytest.raises(RemoteError, match=r"HTTP 404: .*Not Found"):
        remote.get("/nowhere")
    with pytest.raises(RemoteError, match=r"HTTP 409: .*abc 3"):
        remote.put_file(b"123", "abc")


def test_a_system_that_does_not_run_is_named_by_its_address(tmp_path: Path) -> None:
    bearer_token(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(RemoteError, match=rf"{address} does not answer"):
        Remote.of(address, tmp_path).get("/back")


def test_where_no_system_ever_ran_the_cure_is_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match=r"no token at .*: start the system first"):
        Remote.of("http://127.0.0.1:1", tmp_path / "absent")
