"""The JSON interface: who is let in, what goes in and comes out (S216-19)."""

import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import Depends, Response
from structlog.testing import capture_logs

from shared_contracts import line_limit
from shared_contracts.errors import Absent, BadInput, RefusedByRule
from shared_contracts.event_log.log import Conflict
from shared_contracts.http.api import (
    Data,
    answer,
    application,
    bearer,
    bearer_token,
    describe,
    plain_text,
    read_json,
)
from shared_contracts.limits import MESSAGE_BYTES
from tests.samples import AT
from tests.serving import serving


class Colour(StrEnum):
    """A closed list."""

    GREEN = "GREEN"
    BLUE = "BLUE"


class Wish(msgspec.Struct):
    """What a caller may say."""

    number: int
    day: date | None = None
    words: dict[str, list[str]] = {}
    colour: Colour | None = None


@pytest.fixture(scope="module")
def program() -> Iterator[httpx.Client]:
    """A caller of an interface with one route behind the token ``secret``."""
    app = application("<Wishes>")

    @app.post("/api/wishes", dependencies=[Depends(bearer("secret"))])
    def take(data: Data) -> Response:
        """Take a wish & keep it."""
        wish = read_json(data, Wish)
        return answer({"number": Decimal(wish.number), "at": AT, "day": wish.day}, 201)

    @app.get("/api/wishes/{name}", dependencies=[Depends(plain_text)])
    def one(name: str, of: str = "") -> Response:
        """One wish."""
        return answer([name, of])

    describe(app)
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        client.headers["authorization"] = "Bearer secret"
        yield client


def refusals(raised: Exception, times: int = 1) -> list[Any]:
    """What the journal says of a request that ended by an error deep inside."""
    app = application("Refusing")

    @app.get("/api/answer")
    def one() -> Response:
        raise raised

    with capture_logs() as lines, serving(app) as address:
        for _ in range(times):
            httpx.get(f"{address}/api/answer", trust_env=False)
    return lines


class FlawOfOurOwn(BadInput):
    """What a part finds in what another part of this system gave it."""


def test_what_was_refused_stands_in_the_journal_with_the_place_that_refused_it() -> None:
    (line,) = refusals(FlawOfOurOwn("the list has no number\n" + "x" * 1000))
    assert (line["event"], line["log_level"], line["family"]) == ("refused", "info", "FlawOfOurOwn")
    assert line["request"] == "GET /api/answer"
    assert line["raised_at"].startswith(f"{__name__}:")
    assert len(line["detail"]) == 300
    (raced,) = refusals(Conflict("head", "SEZ01"))
    assert (raced["log_level"], raced["detail"]) == ("warning", "head conflict: SEZ01")
    assert refusals(Absent("no such purchase")) == []


class OftenRefused(RefusedByRule):
    """A kind of its own, whose lines no other test counts."""


def test_refusals_cannot_fill_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_limit, "LINES", 2)
    assert len(refusals(OftenRefused("there is no draft"), 5)) == 2
    monkeypatch.setattr(line_limit, "SECONDS", 0)
    (line,) = refusals(OftenRefused("there is no draft"))
    assert line["left_out_before"] == 3


def test_amounts_go_out_as_strings_and_moments_with_their_offset(program: httpx.Client) -> None:
    told = program.post("/api/wishes", json={"number": 5, "day": "2026-11-24"})
    assert (told.status_code, told.headers["content-type"]) == (201, "application/json")
    assert told.json() == {
        "number": "5",
        "at": "2026-11-23T10:00:00+05:00",
        "day": "2026-11-24",
    }


@pytest.mark.clause("S216-19")
@pytest.mark.parametrize(
    "shown", ["", "Bearer", "secret", "Bearer secre", "Bearer secrets", "Basic secret"]
)
def test_only_who_shows_the_token_is_let_in(program: httpx.Client, shown: str) -> None:
    told = program.post("/api/wishes", json={"number": 5}, headers={"authorization": shown})
    assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")


def test_the_scheme_may_be_written_in_any_case(program: httpx.Client) -> None:
    headers = {"authorization": "bearer secret"}
    assert program.post("/api/wishes", json={"number": 5}, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b'{"number": "five"}', 422, "Expected `int`, got `str` - at `$.number`"),
        (b'{"day": "2026-11-24"}', 422, "missing required field `number`"),
        (b'{"number": 5, "day": "24.11.2026"}', 422, "Invalid RFC3339"),
        (
            b'{"number": 5, "colour": "RED"}',
            422,
            "Invalid enum value 'RED' - at `$.colour`: give one of GREEN, BLUE",
        ),
        (b"[]", 422, "Expected `object`"),
        (
            rb'{"number": 5, "words": {"a": ["b", "c\u0000d"]}}',
            422,
            r"$.words.a[1] holds a control",
        ),
        (rb'{"number": 5, "words": {"\u0007": []}}', 422, "$.words (name) holds a control"),
        (b'{"number": 5, "words": {"a": ["\x7f"]}}', 422, r"'\x7f'; leave it out"),
        (b'{"number": 5, "words": {"a": ["\xc2\x85"]}}', 422, r"'\x85'; leave it out"),
        (b"", 400, "not JSON"),
        (b"number=5", 400, "not JSON"),
        (b"\xff", 400, "not JSON"),
        (b'{"number": 5, "more": ' + b"[" * 100_000, 400, "not JSON"),
        (b" " * (MESSAGE_BYTES + 1), 413, f"more than {MESSAGE_BYTES} bytes"),
    ],
)
def test_a_body_that_does_not_fit_is_told_where(
    program: httpx.Client, body: bytes, status: int, told: str
) -> None:
    refused = program.post("/api/wishes", content=body)
    assert refused.status_code == status
    assert told in refused.json()["detail"]


@pytest.mark.parametrize("sign", ["%00", "a%00b", "%0a", "%0D", "%1b[31m", "%7F", "%C2%85"])
def test_a_control_character_in_a_parameter_is_told_by_its_name(
    program: httpx.Client, sign: str
) -> None:
    in_path = program.get(f"/api/wishes/{sign}")
    in_query = program.get(f"/api/wishes/x?of={sign}")
    assert (in_path.status_code, in_query.status_code) == (422, 422)
    assert "'name' holds a control character" in in_path.json()["detail"]
    assert "'of' holds a control character" in in_query.json()["detail"]


def test_other_signs_and_lines_of_a_text_are_taken(program: httpx.Client) -> None:
    words = {"a": ["ҚАЗАҚ \u00a0", "two\r\n\tlines \\ \u202f"]}
    assert program.post("/api/wishes", json={"number": 5, "words": words}).status_code == 201
    assert program.get("/api/wishes/ҚАЗАҚ \u00a0").json() == ["ҚАЗАҚ \u00a0", ""]


def test_the_description_names_every_call_and_fetches_nothing(program: httpx.Client) -> None:
    page = program.get("/api/docs")
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert "<td>POST<td>/api/wishes<td>Take a wish &amp; keep it." in page.text
    assert "&lt;Wishes&gt;" in page.text
    assert "://" not in page.text


def test_the_description_tells_the_version_of_the_software(program: httpx.Client) -> None:
    told = program.get("/api/openapi.json").json()["info"]["version"]
    assert told == version("tru-registry")


@pytest.mark.parametrize("path", ["/api/wishes/", "/api//wishes", "/api/docs/"])
def test_nobody_is_sent_to_the_host_that_a_request_named(program: httpx.Client, path: str) -> None:
    told = program.post(path, headers={"Host": "evil.example"})
    assert (told.status_code, "location" in told.headers) == (404, False)


@pytest.mark.clause("S216-19")
def test_a_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    token = bearer_token(tmp_path / "data")
    assert len(token) >= 43
    assert bearer_token(tmp_path / "data") == token
    mode = (tmp_path / "data" / "token").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.clause("S216-19")
def test_a_token_that_was_never_written_to_its_end_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0o600)
    assert bearer_token(tmp_path)


@pytest.mark.clause("S216-13c")
def test_every_moment_is_told_as_the_clocks_of_astana_show_it() -> None:
    moment = datetime(2026, 11, 24, 10, 28, 55, tzinfo=UTC)
    told = answer({"at": moment, "rows": [Came(moment, {moment.date(): (moment, None)})]})
    shown = "2026-11-24T15:28:55+05:00"
    assert msgspec.json.decode(told.body) == {
        "at": shown,
        "rows": [{"at": shown, "days": {"2026-11-24": [shown, None]}}],
    }


class Came(msgspec.Struct):
    """A row with moments in it."""

    at: datetime
    days: dict[date, tuple[datetime | None, ...]]
