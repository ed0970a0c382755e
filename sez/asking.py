"""How the command ``sez`` asks the running SEZ."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sez.settings import SezSettings
from shared_contracts.http.connections.tls import local_context
from shared_contracts.http.remote import NotFound, Remote
from shared_contracts.process.command_line import ending
from shared_contracts.process.configuration import read
from shared_contracts.process.waiting import waiting


def settings() -> SezSettings:
    """The settings of SEZ_…; ``ValueError`` says which does not fit."""
    return read(SezSettings, "SEZ", os.environ)


@contextmanager
def remote() -> Iterator[Remote]:
    """The running SEZ; what goes wrong meanwhile ends the command in words."""
    with ending(), waiting():
        own = settings()
        tls = local_context(own.public_address, own.tls_certificate)
        yield Remote.of(own.public_address, own.data, "SEZ_DATA", tls)


def quoted(code: str) -> str:
    """A code as a part of a path."""
    return quote(code, safe="")


def post_example(asked_of: Remote, what: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Have an example made; ``NotFound`` where the SEZ is none of a stand."""
    try:
        made: dict[str, Any] = asked_of.post(f"/api/v1/examples/{what}", asked)
    except NotFound as absent:
        raise NotFound("this SEZ makes no examples: they belong to a stand") from absent
    return made
