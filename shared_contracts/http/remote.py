"""Commands speak to the running process over its JSON interface (one writer per store)."""

import getpass
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from shared_contracts.errors import Absent, Defect, Diagnosed, RefusedByRule, Temporary
from shared_contracts.event_log.acting import HEADER, LONGEST
from shared_contracts.http.arriving import arriving
from shared_contracts.http.deadline import machine_trust, transport, within


class RemoteError(RefusedByRule):
    """The process refused; the text says what and how to mend it.

    ``findings`` are what it told of broken rules, with their texts in kk, ru and en.
    """

    findings: Sequence[Mapping[str, Any]] = ()

    def findings_in(self, language: str) -> Iterator[str]:
        """The findings in ``language``, each with its place and its cure."""
        return (_finding(one, language) for one in self.findings)


class NotFound(Absent):
    """The process has no such thing."""


class ProcessUnreachable(Temporary):
    """The process does not answer, or the system behind it does not."""


SECONDS = 60.0
"""Longest wait for an answer."""

FORMING = 600.0
"""Longest wait for the first byte of what has to be formed."""

WORKING = 1900.0
"""Longest wait for the answer about a large document, which has half an hour."""

FETCHING = 600.0
"""Longest time from the first byte of what was formed to its last."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A running system: its address, the token of its data folder, and how TLS is judged there."""

    address: str
    token: str
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(
        cls,
        address: str,
        data: Path,
        setting: str = "its setting",
        tls: ssl.SSLContext | None = None,
    ) -> "Remote":
        """The system at ``address`` whose data lie in ``data``; ``setting`` names that folder.

        ``tls`` says whose certificates are believed there, where not the public ones alone.
        Raises ``ProcessUnreachable`` where no token can be read.
        """
        path = data / "token"
        try:
            return cls(address.rstrip("/"), path.read_text().strip(), tls)
        except OSError as missing:
            raise ProcessUnreachable(
                f"no token at {path}: start the system first, or name its data folder by {setting}"
            ) from missing

    def get(self, path: str, **query: Any) -> Any:
        """What the interface answers to GET, read from JSON."""
        given = {name: value for name, value in query.items() if value is not None}
        return json.loads(self._call("GET", path, params=given))

    def get_bytes(self, path: str) -> bytes:
        """What the interface answers to GET, as it is."""
        return self._call("GET", path)

    def post(self, path: str, content: Any = None, **query: Any) -> Any:
        """What the interface answers to POST of JSON, read from JSON."""
        return json.loads(self._call("POST", path, json=content, params=query))

    def post_bytes(self, path: str, content: Any = None, **query: Any) -> bytes:
        """What the interface answers to POST, as it is; bytes are sent as they are."""
        if isinstance(content, bytes):
            return self._call("POST", path, content=content, params=query)
        return self._call("POST", path, json=content, params=query)

    def download(self, path: str, target: Path) -> int:
        """Have the answer to POST written to ``target``, piece by piece; its size in bytes.

        The file is whole or is not there, also where this program is killed.
        """
        with arriving(target) as file:
            self._stream(path, file)
        return target.stat().st_size

    def _headers(self) -> dict[str, str]:
        """The token, and the login of who calls, which the log of events tells."""
        return {"Authorization": f"Bearer {self.token}", HEADER: quote(_login())}

    def _stream(self, path: str, file: BinaryIO) -> None:
        headers = self._headers()
        try:
            with httpx.Client(transport=transport(self.tls), timeout=FORMING) as client:
                request = client.build_request("POST", self.address + path, headers=headers)
                with within(FORMING):
                    response = client.send(request, stream=True)
                if response.is_error:
                    with within(SECONDS):
                        response.read()
                    raise _refusal(response)
                self._fetch(response, file)
        except httpx.HTTPError as problem:
            raise ProcessUnreachable(f"{self.address} does not answer: {problem}") from problem

    def _fetch(self, response: httpx.Response, file: BinaryIO) -> None:
        """Each piece comes within ``SECONDS``, all within ``FETCHING``."""
        pieces, end = response.iter_bytes(), monotonic() + FETCHING
        try:
            while True:
                with within(min(SECONDS, end - monotonic())):
                    piece = next(pieces, None)
                if piece is None:
                    return
                file.write(piece)
        except httpx.HTTPError as problem:
            told = f"{self.address} sends no more of the file: {problem}"
            raise ProcessUnreachable(told) from problem

    def put_file(self, content: bytes | BinaryIO, sha256: str, under: str = "/files") -> None:
        """Upload a file under its SHA-256; an open one is read piece by piece."""
        self._call("PUT", f"{under}/{sha256}", content=content)

    def post_long(self, path: str) -> Any:
        """What the interface answers to POST of what takes long, read from JSON."""
        return json.loads(self._call("POST", path, WORKING))

    def _call(self, method: str, path: str, seconds: float = SECONDS, **request: Any) -> bytes:
        headers = self._headers()
        try:
            response = httpx.request(
                method,
                self.address + path,
                headers=headers,
                timeout=seconds,
                trust_env=False,
                verify=self.tls or machine_trust(),
                **request,
            )
        except httpx.HTTPError as problem:
            raise ProcessUnreachable(f"{self.address} does not answer: {problem}") from problem
        if response.is_error:
            raise _refusal(response)
        return response.content


def _login() -> str:
    """The login of this process; empty where the machine knows none."""
    try:
        return getpass.getuser()[:LONGEST]
    except (KeyError, OSError, ImportError):
        return ""


_KINDS: dict[int, type[Diagnosed]] = {
    404: NotFound,
    500: Defect,
    502: ProcessUnreachable,
    503: ProcessUnreachable,
}


def _refusal(response: httpx.Response) -> Diagnosed:
    """What a status that is no success says, in a sentence."""
    try:
        detail = json.loads(response.content)["detail"]
    except (ValueError, TypeError, KeyError):
        detail = response.text.strip() or response.reason_phrase
    told = f"{_sentence(detail)} (HTTP {response.status_code})"
    if (kind := _KINDS.get(response.status_code)) is not None:
        return kind(told)
    refused = RemoteError(told)
    refused.findings = detail.get("findings", ()) if isinstance(detail, dict) else ()
    return refused


def _sentence(detail: Any) -> str:
    """The words of a refusal: a text, findings with their cures, or fields that do not fit."""
    if isinstance(detail, list):
        return "; ".join(map(_sentence, detail))
    if not isinstance(detail, dict):
        return str(detail)
    if "loc" in detail:  # a field of the request, as FastAPI tells it
        place = ".".join(map(str, detail["loc"][1:]))
        return f"{place}: {detail.get('msg', '')}, given {detail.get('input')!r}"
    if "findings" in detail:
        findings = map(_sentence, detail["findings"])
        return "\n".join((str(detail.get("refused", "")), *findings))
    if "rule_id" in detail:
        return _finding(detail, "en")
    return json.dumps(detail, ensure_ascii=False)


def _finding(finding: Mapping[str, Any], language: str) -> str:
    text, cure = (finding.get(name) or {} for name in ("text", "cure"))
    place = f"{finding.get('rule_id', '')} {finding.get('path', '')}".strip()
    return f"{place}: {text.get(language, '')} {cure.get(language, '')}".rstrip()
