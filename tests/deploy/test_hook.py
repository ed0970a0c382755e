"""The hook of the stand tells what a request lacks, and does nothing for it."""

from collections.abc import Iterator

import httpx
import pytest

from deploy.hook import NEEDED, hook_app
from deploy.transmitting import StandSez
from shared_contracts.http.remote import Remote
from tests.serving import serving

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("stand")
    (folder / "token").write_text("secret")
    remote = Remote.of(NOBODY, folder)
    app = hook_app(remote, StandSez(remote, folder))
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no JSON"),
        (b"action=audit", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no object of JSON"),
        (b'"audit"', "no object of JSON"),
        (b"{}", "lacks the field 'action'"),
        (b'{"action": ["audit"]}', """'action' is ["audit"], not a string: give a string"""),
        (b'{"action": "audit", "sez_code": "SEZ01", "endpoint": "http://x/"}', "'content'"),
        (b'{"action": "log", "sez_code": null, "endpoint": "http://x/"}', "'sez_code'"),
        (b'{"action": "deliver", "ticket_id": 5}', "'ticket_id' is 5, not a string"),
        (b'{"action": "transmit", "object_type": "PROGRAMME", "years": "x"}', "a whole number"),
        (b'{"action": "transmit", "object_type": "PROGRAMME", "years": true}', "a whole number"),
    ],
)
def test_a_request_that_does_not_fit_is_answered_with_400_and_told_why(
    hook: httpx.Client, body: bytes, told: str
) -> None:
    refused = hook.post("/", content=body)
    assert refused.status_code == 400
    assert told in refused.json()["detail"]


@pytest.mark.parametrize(
    ("action", "field"), [(action, field) for action in NEEDED for field in NEEDED[action]]
)
def test_each_field_that_an_action_needs_is_named_where_it_is_left_out(
    hook: httpx.Client, action: str, field: str
) -> None:
    others = dict.fromkeys(NEEDED[action].keys() - {field}, "x")
    refused = hook.post("/", json={"action": action, **others})
    assert (refused.status_code, repr(field) in refused.json()["detail"]) == (400, True)


def test_an_action_that_is_not_known_is_still_told_apart(hook: httpx.Client) -> None:
    refused = hook.post("/", json={"action": "dance"})
    told = refused.json()["detail"]
    assert (refused.status_code, "transmit" in told) == (501, True)
    assert told.startswith("the field 'action' is 'dance': give one of ")


def test_a_request_that_fits_is_acted_upon(hook: httpx.Client) -> None:
    assert hook.post("/", json={"action": "deliver", "ticket_id": "1"}).status_code == 503
