"""How a command asks the running Registry."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from registry.settings import Settings
from shared_contracts.command_line import ending
from shared_contracts.configuration import read
from shared_contracts.connections.tls import local_context
from shared_contracts.remote import Remote


def own_settings() -> Settings:
    """The settings of REGISTRY_…; ValueError names what is wrong."""
    return read(Settings, "REGISTRY", os.environ)


def quoted(code: str) -> str:
    """A code as a part of an address."""
    return quote(code, safe="")


@contextmanager
def asking() -> Iterator[Remote]:
    """The running Registry; what goes wrong meanwhile ends the command in words."""
    with ending():
        settings = own_settings()
        tls = local_context(settings.public_address, settings.tls_certificate)
        yield Remote.of(settings.public_address, settings.data, "REGISTRY_DATA", tls)
