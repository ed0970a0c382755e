"""The hook of the stand: has our Registry and our SEZ act for a conformance kit.

``python -m deploy.hook`` serves it on loopback; ``docs/conformance.md`` lists the actions.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from deploy import ports
from deploy.authority.people import SOLID_AUTHORITY
from deploy.stand import DemoStand
from deploy.transmitting import StandSez
from shared_contracts.errors import BadInput, Diagnosed, RefusedByRule
from shared_contracts.http.remote import Remote

RECORDED = ("environment", "registered_at")
"""What the Registry itself adds to an entry of its register."""

_SYSTEM = {"sez_code": str, "endpoint": str}
NEEDED: Mapping[str, Mapping[str, type]] = {
    "address": _SYSTEM,
    "audit": _SYSTEM | {"content": str},
    "notice": _SYSTEM,
    "log": _SYSTEM,
    "deliver": {"ticket_id": str},
    "transmit": {"object_type": str},
}
"""The fields that a request of an action must have beside it, with their types."""

PERHAPS: Mapping[str, type] = {"depth": str, "object_types": list, "years": int}
"""The fields that a request may have; null counts as left out."""

SHOWN = 100
"""Most characters of a value that an answer repeats."""

_JSON = {str: "a string", list: "a list", int: "a whole number"}

Action = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes the fields of a request beside its action; gives the fields of the answer."""


def hook_app(registry: Remote | None = None, sez: StandSez | None = None) -> FastAPI:
    """The hook of the systems that are given."""
    actions: dict[str, Action] = {}
    if registry is not None:
        actions |= StandRegistry(registry).actions
    if sez is not None:
        actions |= {"transmit": sez.transmit, "time": sez.compare_clocks}
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def act(request: Request) -> JSONResponse:
        try:
            asked = read_request(await request.body())
        except BadInput as flaw:
            return JSONResponse({"detail": str(flaw)}, 400)
        action = actions.get(asked["action"])
        if action is None:
            told = f"the field 'action' is {asked['action'][:SHOWN]!r}: give one of "
            return JSONResponse({"detail": f"{told}{', '.join(actions)}"}, 501)
        try:
            return JSONResponse(dict(await run_in_threadpool(action, asked)))
        except Diagnosed as problem:
            return JSONResponse({"detail": str(problem)}, problem.status)

    return app


def read_request(body: bytes) -> dict[str, Any]:
    """The fields of a request; ``BadInput`` names what it lacks, or that it is no JSON."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as flaw:
        raise BadInput(f"the body is no JSON: {flaw}") from flaw
    if not isinstance(asked, dict):
        raise BadInput('the body is no object of JSON: send {"action": NAME, ...}')
    _check("action", asked.get("action"), str)
    given = {name: value for name, value in asked.items() if value is not None}
    for name, kind in NEEDED.get(given["action"], {}).items():
        _check(name, given.get(name), kind)
    for name in PERHAPS.keys() & given.keys():
        _check(name, given[name], PERHAPS[name])
    return given


def _check(name: str, value: object, kind: type) -> None:
    if value is None:
        raise BadInput(f"the body lacks the field {name!r}: give {_JSON[kind]}")
    if not isinstance(value, kind) or isinstance(value, bool):
        told = json.dumps(value, ensure_ascii=False)[:SHOWN]
        raise BadInput(f"the field {name!r} is {told}, not {_JSON[kind]}: give {_JSON[kind]}")


@dataclass(frozen=True, slots=True)
class StandRegistry:
    """Our Registry, which a kit has act."""

    registry: Remote

    @property
    def actions(self) -> dict[str, Action]:
        """What it does, by the name of the action."""
        return {
            "checkpoint": self._checkpoint,
            "address": self._address,
            "audit": self._audit,
            "notice": self._notice,
            "deliver": self._deliver,
            "log": self._log,
        }

    def _checkpoint(self, _asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self.registry.post_bytes("/api/v1/checkpoint")
        return {}

    def _address(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        entry = self.registry.get(f"/api/v1/systems/{asked['sez_code']}")
        if entry.get("endpoint") != asked["endpoint"]:
            kept = {name: told for name, told in entry.items() if name not in RECORDED}
            self.registry.post("/api/v1/systems", kept | {"endpoint": asked["endpoint"]})
        return {}

    def _audit(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._address(asked)
        order = {
            "sez_code": asked["sez_code"],
            "contents": [asked["content"]],
            "depth": asked.get("depth"),
            "object_types": asked.get("object_types", []),
            "ground": "Проверка соответствия",
            "ordered_by": "Сәрсенова А.",
            "authority_bin": SOLID_AUTHORITY.bin,
        }
        self.registry.post("/api/v1/audits", order)
        return {}

    def _notice(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._address(asked)
        words = {"kk": "Сынақ хабарламасы", "ru": "Проверочное уведомление"}
        wanted = {"kind": "INFO", "subject": words, "body": words, "systems": [asked["sez_code"]]}
        [formed] = self.registry.post("/api/v1/notices", wanted)
        self._at_once(f"/api/v1/notices/{asked['sez_code']}/{formed['notice_id']}/retry")
        return {}

    def _deliver(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._at_once(f"/api/v1/tickets/{asked['ticket_id']}/push")
        return {}

    def _log(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._address(asked)
        self.registry.post(f"/api/v1/sez-logs/{asked['sez_code']}")
        return {}

    def _at_once(self, path: str) -> None:
        with suppress(RefusedByRule):  # it was done already
            self.registry.post(path)


def main() -> None:
    """Serve the hook of a stand on loopback."""
    parser = argparse.ArgumentParser(prog="python -m deploy.hook")
    parser.add_argument("--port", type=int, default=8403)
    parser.add_argument("--stand", type=Path, default=Path(".run"))
    parser.add_argument("--registry", help="its address, unless that of the stand")
    parser.add_argument("--sez", help="its address, unless that of the stand")
    given = parser.parse_args()
    stand = DemoStand(given.stand, ports.kept(given.stand))
    app = hook_app(
        Remote.of(given.registry or stand.registry_address, given.stand / "registry"),
        StandSez(
            Remote.of(given.sez or stand.sez_address, given.stand / "sez"), given.stand / "users"
        ),
    )
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
