"""What a description must tell of each call, held against the code that answers it."""

import ast
import inspect
import sys
from types import ModuleType
from typing import Any

from fastapi import FastAPI

from shared_contracts.http.openapi import described_routes


def raised_in(module: ModuleType) -> set[str]:
    """The statuses which a module raises or answers by a number of its own."""
    calls = ast.walk(ast.parse(inspect.getsource(module)))
    numbers = [
        argument.value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        for argument in call.args[:2]
        if call.func.id in {"HTTPException", "answer", "_shown"}
        and isinstance(argument, ast.Constant)
        and isinstance(argument.value, int)
    ]
    return set(map(str, numbers))


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
