"""The JSON interface of both systems: who may call, what goes in and comes out (S216-19)."""

import hmac
import html
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import unquote

import msgspec
import structlog
from eventsourcing.persistence import OperationalError
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect

from shared_contracts.astana_time import to_astana
from shared_contracts.errors import Absent, BadInput, Defect, Diagnosed, Temporary
from shared_contracts.event_log.acting import HEADER, LONGEST, REGISTRY, Acting, begin
from shared_contracts.event_log.writing.commit import Conflict, WriterLost
from shared_contracts.http.allowed_values import allowed_values
from shared_contracts.http.blank_texts import blank_texts
from shared_contracts.http.openapi import complete
from shared_contracts.http.unknown_fields import unknown_fields
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.line_limit import LineLimit
from shared_contracts.visible import visible

log = structlog.get_logger(__name__)

_lines = LineLimit()

T = TypeVar("T")


def application(title: str, lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    """An application of a system, described at ``/api/openapi.json``.

    Its version is that of the software. A path that is written otherwise than its route is not
    found: nobody is sent on to whatever host the request named. Each error is
    answered by its family.
    """
    app = FastAPI(
        title=title,
        version=version("tru-registry"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.add_exception_handler(Diagnosed, _diagnosed)
    app.add_exception_handler(OperationalError, _away)
    app.add_exception_handler(WriterLost, _away)
    return app


def bearer_token(data: Path) -> str:
    """The token of the data folder, made at set-up; only its owner may read it."""
    path = data / "token"
    if not path.exists() or not path.read_text().strip():  # empty: set-up was cut short
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def bearer(
    token: str, refused: Callable[[str], object] = lambda _address: None
) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets in who shows the token (RFC 6750).

    ``refused`` is told the address of who does not; it is called in the event loop.
    """

    async def check(request: Request) -> None:  # in the event loop, behind no thread
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.encode(), token.encode()):
            refused(request.client.host if request.client else "")
            raise HTTPException(
                401, "a bearer token is needed", headers={"WWW-Authenticate": "Bearer"}
            )

    return check


async def by_whom(request: Request) -> None:
    """A dependency that notes who acts; 422 for a name that is no line of text."""
    name = unquote(request.headers.get(HEADER, "")).strip() or UNNAMED
    if len(name) > LONGEST or not name.isprintable():
        raise BadInput(f"header {HEADER}: {name[:40]!r} is not a line of at most {LONGEST} letters")
    if name == REGISTRY:
        raise BadInput(f"header {HEADER}: {name} is who acts over SOAP: tell your own name")
    begin(Acting(actor=name, address=request.client.host if request.client else ""))


UNNAMED: Final = "TOKEN_HOLDER"
"""Who shows the token and no name."""


async def plain_text(request: Request) -> None:
    """A dependency that refuses, 422, control characters in any parameter of path or query.

    No field holds any, and PostgreSQL can store no NUL: here they are told by name.
    """
    for name, value in (*request.path_params.items(), *request.query_params.multi_items()):
        if not str(value).isprintable() and _CONTROL.search(str(value)):
            raise BadInput(_told_control(f"parameter {name!r}", str(value)))


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""In a text of several lines tabs and line ends may stand."""


def _told_control(where: str, value: str) -> str:
    return f"{where} holds a control character: {ascii(value)[:200]}; leave it out"


def _check_text(value: object, where: str = "$") -> None:
    """Refuse, 422, control characters in any text of a body, by its place."""
    match value:
        case str() if _CONTROL_IN_TEXT.search(value):
            raise BadInput(_told_control(f"the field {where}", value))
        case dict():
            for name, inner in value.items():
                _check_text(name, f"{where} (name)")
                _check_text(inner, f"{where}.{name}")
        case list():
            for number, inner in enumerate(value):
                _check_text(inner, f"{where}[{number}]")
        case _:
            pass


def answer(content: object, status: int = 200) -> Response:
    """``content`` as JSON: decimals as strings, moments as Astana's clocks show them (S216-13c)."""
    told = _in_astana(msgspec.to_builtins(content, builtin_types=(datetime,), str_keys=True))
    return Response(msgspec.json.encode(told), status_code=status, media_type="application/json")


def _in_astana(value: Any) -> Any:  # noqa: ANN401  # whatever JSON can say
    match value:
        case datetime():
            return to_astana(value)
        case dict():
            return {name: _in_astana(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_in_astana(inner) for inner in value]
        case _:
            return value


async def _diagnosed(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, Diagnosed):
        raise problem
    if isinstance(problem, Defect):
        log.error("defect", exc_info=problem)
    elif not isinstance(problem, Absent):
        _note(request, problem)
    response = answer({"detail": problem.as_json()}, problem.status)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _note(request: Request, problem: Diagnosed) -> None:
    """Write down who was refused and where: the cause may lie here and not in what was asked."""
    kind = type(problem).__name__
    line = _lines.admit(kind)
    if line is not None:
        *_, (frame, number) = traceback.walk_tb(problem.__traceback__)
        raced = isinstance(problem, Conflict)  # what is locked cannot be met by a caller's fault
        (log.warning if raced else log.info)(
            "refused",
            family=kind,
            request=f"{request.method} {request.url.path}"[:200],
            detail=str(problem)[:300],
            raised_at=f"{frame.f_globals['__name__']}:{number}",
            **line.fields,
        )


async def _away(request: Request, problem: Exception) -> Response:
    log.warning("the database did not answer", problem=repr(problem)[:300])
    return await _diagnosed(request, Temporary("the database does not answer; try again later"))


@contextmanager
def values_given() -> Iterator[None]:
    """``BadInput`` for a value that no document can hold: NaN, a moment without offset."""
    try:
        yield
    except Diagnosed:
        raise
    except ValueError as wrong:
        raise BadInput(str(wrong)) from wrong


async def body_of(request: Request) -> bytes:
    """The whole body, at most ``MESSAGE_BYTES`` bytes (413)."""
    chunks = bytearray()
    try:
        async for chunk in request.stream():
            chunks += chunk
            if len(chunks) > MESSAGE_BYTES:
                raise HTTPException(413, f"a body of more than {MESSAGE_BYTES} bytes")
    except ClientDisconnect:
        raise HTTPException(400, "the body did not come to its end") from None
    return bytes(chunks)


Data = Annotated[bytes, Depends(body_of)]
"""The body of a request, read before a thread works on it."""


def read_json(data: bytes, kind: type[T]) -> T:
    """What the body says as a ``kind``; 422 names the field, the rule and the value's place.

    A field that is not known is refused too: written wrong, it would count as left out.
    """
    try:
        told = msgspec.json.decode(data, type=kind)
        unknown = list(unknown_fields(msgspec.json.decode(data), told))
    except msgspec.ValidationError as problem:
        allowed = ", ".join(allowed_values(problem, kind))
        cure = f": give one of {allowed}" if allowed else ""
        raise BadInput(f"the body does not fit: {problem}{cure}") from problem
    except (msgspec.DecodeError, RecursionError) as problem:
        raise HTTPException(400, f"the body is not JSON: {problem}") from problem
    if unknown:
        names = ", ".join(visible(name)[:100] for name in unknown[:10])
        raise BadInput(f"the body has fields that are not known: {names}; leave them out")
    if blanks := ", ".join(f"`{one}`" for one in islice(blank_texts(told), 10)):
        raise BadInput(f"the body does not fit: nothing but blanks at {blanks}; say it in words")
    if b"\\" in data or b"\x7f" in data or b"\xc2" in data:  # else no text can hold one
        _check_text(msgspec.to_builtins(told))
    return told


def describe(app: FastAPI) -> None:
    """Serve the description of the interface at ``/api/docs``; nothing is fetched from outside."""
    complete(app, body_of, read_json)

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
