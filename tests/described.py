"""What a description must tell of each call, held against the code that answers it."""

import ast
import inspect
import sys
from types import ModuleType
from typing import Any

from fastapi import FastAPI

from shared_contracts.errors import FAMILIES
from shared_contracts.http.openapi import described_routes


def raised_in(module: ModuleType) -> set[str]:
    """The statuses which a module answers by a number of its own, or by raising a family."""
    calls = [
        (call.func.id, call.args)
        for call in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    ]
    numbers = [
        argument.value
        for name, arguments in calls
        for argument in arguments[:2]
        if name in {"HTTPException", "answer", "_shown"}
        and isinstance(argument, ast.Constant)
        and isinstance(argument.value, int)
    ]
    families = [family.status for family in FAMILIES if family.__name__ in dict(calls)]
    return set(map(str, (*numbers, *families)))


def shortcomings(app: FastAPI) -> list[str]:
    """What the description of an application leaves untold; nothing is right."""
    described = app.openapi()
    told: dict[str, set[str]] = {}
    found = []
    for route in described_routes(app.routes):
        for method in route.methods or ():
            call = described["paths"][route.path][method.lower()]
            found += [f"{method} {route.path}: {lack}" for lack in _lacking(call, method)]
            told.setdefault(route.endpoint.__module__, set()).update(call["responses"])
    for name, statuses in told.items():
        untold = raised_in(sys.modules[name]) - statuses
        found += [f"{name}: {status} is told by no call" for status in sorted(untold)]
    return found if told else ["no call at all"]


def _lacking(call: dict[str, Any], method: str) -> list[str]:
    lacks = []
    if call.get("security") != [{"bearer": []}]:
        lacks.append("who may call")
    if not {"401", "422", "503"} <= set(call["responses"]):
        lacks.append("refusals")
    if method == "PUT" and "requestBody" not in call:
        lacks.append("the body")
    return lacks
