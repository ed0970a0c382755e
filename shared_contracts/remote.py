"""Commands speak to the running process over its JSON interface (one writer per store)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


class RemoteError(Exception):
    """The process refused or did not answer; the text says what and how to mend it."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A running system: its address and the token of its data folder."""

    address: str
    token: str

    @classmethod
    def of(cls, address: str, data: Path) -> "Remote":
        """The system at ``address`` whose data lie in ``data`` (``RemoteError`` without token)."""
        path = data / "token"
        try:
            return cls(address.rstrip("/"), path.read_text().strip())
        except OSError as missing:
            raise RemoteError(f"no token at {path}: start the system first") from missing

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

    def put_file(self, content: bytes, sha256: str) -> None:
        """Upload a file under its SHA-256."""
        self._call("PUT", f"/files/{sha256}", content=content)

    def _call(self, method: str, path: str, **request: Any) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            response = httpx.request(
                method, self.address + path, headers=headers, timeout=60, trust_env=False, **request
            )
        except httpx.HTTPError as problem:
            raise RemoteError(f"{self.address} does not answer: {problem}") from problem
        if response.is_error:
            raise RemoteError(f"HTTP {response.status_code}: {response.text}")
        return response.content
