"""The hook of the stand: has our Registry and our SEZ act for a conformance kit.

``python -m deploy.hook`` serves it on loopback; ``docs/conformance.md`` lists the actions.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from deploy.authority.people import SOLID_AUTHORITY
from deploy.transmitting import StandSez
from shared_contracts.errors import Diagnosed
from shared_contracts.http.remote import Remote

RECORDED = ("environment", "registered_at")
"""What the Registry itself adds to an entry of its register."""

Action = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes the fields of a request beside its action; gives the fields of the answer."""


def hook_app(registry: Remote | None = None, sez: StandSez | None = None) -> FastAPI:
    """The hook of the systems that are given."""
    actions: dict[str, Action] = {}
    if registry is not None:
        actions |= registry_actions(registry)
    if sez is not None:
        actions |= {"transmit": sez.transmit, "time": sez.compare_clocks}
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def act(request: Request) -> JSONResponse:
        asked = await request.json()
        action = actions.get(asked.pop("action", ""))
        if action is None:
            return JSONResponse({"detail": f"actions: {', '.join(actions)}"}, 501)
        try:
            return JSONResponse(dict(await run_in_threadpool(action, asked)))
        except Diagnosed as problem:
            return JSONResponse({"detail": str(problem)}, problem.status)

    return app


def registry_actions(registry: Remote) -> dict[str, Action]:
    """What our Registry does for a kit."""

    def checkpoint(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
        registry.post_bytes("/api/v1/checkpoint")
        return {}

    def audit(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        code = asked["sez_code"]
        entry = registry.get(f"/api/v1/systems/{code}")
        kept = {name: told for name, told in entry.items() if name not in RECORDED}
        registry.post("/api/v1/systems", kept | {"endpoint": asked["endpoint"]})
        order = {
            "sez_code": code,
            "contents": [asked["content"]],
            "ground": "Проверка соответствия",
            "ordered_by": "Сәрсенова А.",
            "authority_bin": SOLID_AUTHORITY.bin,
        }
        registry.post("/api/v1/audits", order)
        return {}

    return {"checkpoint": checkpoint, "audit": audit}


def main() -> None:
    """Serve the hook of a stand on loopback."""
    parser = argparse.ArgumentParser(prog="python -m deploy.hook")
    parser.add_argument("--port", type=int, default=8403)
    parser.add_argument("--stand", type=Path, default=Path(".run"))
    parser.add_argument("--registry", default="http://127.0.0.1:8401")
    parser.add_argument("--sez", default="http://127.0.0.1:8402")
    given = parser.parse_args()
    app = hook_app(
        Remote.of(given.registry, given.stand / "registry"),
        StandSez(Remote.of(given.sez, given.stand / "sez"), given.stand / "users"),
    )
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
