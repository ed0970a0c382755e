"""The relay hands on what passes so that both sides and the kit read the same."""

import gzip

import httpx
from fastapi import FastAPI, Request, Response

from shared_contracts.conformance.relay import Relay
from tests.serving import serving

BODY = b"<TransferRecords/>" * 100


def test_an_answer_as_gzip_can_be_read_behind_the_relay() -> None:
    registry = FastAPI()

    @registry.post("/soap")
    async def answer(request: Request) -> Response:
        assert "gzip" in request.headers["accept-encoding"]
        coded = {"content-encoding": "gzip", "accept-encoding": "gzip"}
        return Response(gzip.compress(BODY), headers=coded)

    with serving(registry) as target, serving(Relay(target).app()) as address:
        came = httpx.post(f"{address}/soap", content=b"<Question/>", trust_env=False)
    assert came.content == BODY
    assert "accept-encoding" not in came.headers
