"""The description of a JSON interface, completed: who may call, what goes in, what may come back.

What is the same for every call is written here once, and cannot be forgotten at a new one.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

SCHEME: Final = "bearer"
"""Name of the security scheme: the token of the data folder (RFC 6750)."""

_ALWAYS = (401, 422, 503)
_WITH_BODY = (400, 409, 413)
_NAMED = (404,)
_COMPONENTS = "#/components/schemas/{name}"


def complete(app: FastAPI, body: Callable[..., object], read_json: Callable[..., object]) -> None:
    """Let the description of ``app`` tell of tokens, bodies and refusals.

    ``body`` is the dependency by which a call takes a body; ``read_json`` the function which reads
    JSON: the type that a call gives it is the type of its body.
    """
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = plain()
            for route in described_routes(app.routes):
                for method in route.methods or ():
                    call = described["paths"][route.path][method.lower()]
                    _complete(described, call, route, _body_of(route, body, read_json))
            schemes = described["components"].setdefault("securitySchemes", {})
            schemes[SCHEME] = {"type": "http", "scheme": "bearer"}
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def described_routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The calls which a description tells of, those of included routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            if route.include_in_schema:
                yield route
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from described_routes(included.routes)


def _complete(
    described: dict[str, Any], call: dict[str, Any], route: APIRoute, body: object
) -> None:
    call["security"] = [{SCHEME: []}]
    statuses = [*_ALWAYS, *(_NAMED if route.param_convertors else ())]
    if body is not None:
        statuses += _WITH_BODY
        call["requestBody"] = {"required": True, "content": _content(described, body)}
    elif "GET" not in (route.methods or ()):
        statuses.append(409)
    for status in statuses:
        refusal = {"application/json": {"schema": {"$ref": _COMPONENTS.format(name="Refusal")}}}
        told = {"description": HTTPStatus(status).phrase, "content": refusal}
        call["responses"][str(status)] = told
    components = described.setdefault("components", {}).setdefault("schemas", {})
    components.setdefault(
        "Refusal",
        {
            "type": "object",
            "properties": {"detail": {"description": "Field, rule, value and cure."}},
            "required": ["detail"],
        },
    )


def _body_of(
    route: APIRoute, body: Callable[..., object], read_json: Callable[..., object]
) -> type | bytes | None:
    """The type of a call's JSON body; ``b""`` where it takes other bytes, None for no body."""
    if all(one.call is not body for one in route.dependant.dependencies):
        return None
    names = iter(route.endpoint.__code__.co_names)
    known = inspect.getclosurevars(route.endpoint).globals
    if any(known.get(name) is read_json for name in names):
        read = known.get(next(names, ""))
        return read if isinstance(read, type) else dict
    return b""


def _content(described: dict[str, Any], body: object) -> dict[str, Any]:
    if not isinstance(body, type):
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    [schema], parts = msgspec.json.schema_components([body], ref_template=_COMPONENTS)
    described.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    return {"application/json": {"schema": schema}}
