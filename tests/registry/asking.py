"""Whoever asks the Registry's web application, in process and without a socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from registry.web import web
from shared_contracts.http.api import bearer_token
from tests.story import Story


class Asker:
    """Asks with the bearer token of the data folder, unless told another."""

    def __init__(self, story: Story, runner: asyncio.Runner) -> None:
        self._runner = runner
        transport = httpx.ASGITransport(web(story.registry))
        token = bearer_token(story.registry.settings.data)
        self._client = httpx.AsyncClient(
            transport=transport,
            base_url="http://registry",
            headers={"Authorization": f"Bearer {token}"},
        )

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to one request."""
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **query: Any) -> Any:
        """What a path says, as JSON."""
        response = self("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def close(self) -> None:
        """Let go of the application."""
        self._runner.run(self._client.aclose())


@contextmanager
def asking(story: Story) -> Iterator[Asker]:
    """An asker for as long as it is needed."""
    with asyncio.Runner() as runner:
        asker = Asker(story, runner)
        yield asker
        asker.close()
