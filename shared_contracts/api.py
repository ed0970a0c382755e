"""The JSON interface of both systems: who may call, what goes in and comes out (S216-19)."""

import hmac
import html
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from shared_contracts.limits import MESSAGE_BYTES

T = TypeVar("T")


def bearer_token(data: Path) -> str:
    """The token of the data folder, made at set-up; only its owner may read it."""
    path = data / "token"
    if not path.exists() or not path.read_text().strip():  # empty: set-up was cut short
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def bearer(token: str) -> Callable[[Request], None]:
    """A dependency that lets in who shows the token (RFC 6750)."""

    def check(request: Request) -> None:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.encode(), token.encode()):
            raise HTTPException(
                401, "a bearer token is needed", headers={"WWW-Authenticate": "Bearer"}
            )

    return check


def answer(content: object, status: int = 200) -> Response:
    """``content`` as JSON: decimals as strings, moments with their offset."""
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")


async def body_of(request: Request) -> bytes:
    """The whole body, at most ``MESSAGE_BYTES`` bytes (413)."""
    chunks: list[bytes] = []
    async for chunk in request.stream():
        chunks.append(chunk)
        if sum(map(len, chunks)) > MESSAGE_BYTES:
            raise HTTPException(413, f"a body of more than {MESSAGE_BYTES} bytes")
    return b"".join(chunks)


Data = Annotated[bytes, Depends(body_of)]
"""The body of a request, read before a thread works on it."""


def said(data: bytes, kind: type[T]) -> T:
    """What the body says as a ``kind``; 422 names the field, the rule and the value's place."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as problem:
        raise HTTPException(422, f"the body does not fit: {problem}") from problem
    except (msgspec.DecodeError, RecursionError) as problem:
        raise HTTPException(400, f"the body is not JSON: {problem}") from problem


def describe(app: FastAPI) -> None:
    """Serve the description of the interface at ``/api/docs``; nothing is fetched from outside."""

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> Response:
        rows = "".join(_row(*entry) for entry in _operations(app.openapi()))
        title = html.escape(app.title)
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<main><h1>{title}</h1><p>Machine-readable: "
            '<a href="/api/openapi.json">/api/openapi.json</a>. Calls carry '
            "<code>Authorization: Bearer …</code>.</p>"
            "<table><thead><tr><th>Method<th>Path<th>What it does</thead>"
            f"<tbody>{rows}</tbody></table></main></html>"
        )
        policy = {"Content-Security-Policy": "default-src 'none'"}
        return HTMLResponse(page, headers=policy)


def _operations(description: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (method.upper(), path, operation.get("description") or operation.get("summary", ""))
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]


def _row(method: str, path: str, text: str) -> str:
    cells = (html.escape(cell) for cell in (method, path, text))
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells)
