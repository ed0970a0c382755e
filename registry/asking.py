"""How a command asks the running Registry."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from registry.settings import RegistrySettings
from shared_contracts.http.connections.tls import local_context
from shared_contracts.http.remote import Remote
from shared_contracts.process.command_line import ending
from shared_contracts.process.configuration import read
from shared_contracts.process.waiting import waiting


def own_settings() -> RegistrySettings:
    """The settings of REGISTRY_…; ValueError names what is wrong."""
    return read(RegistrySettings, "REGISTRY", os.environ)


def quoted(code: str) -> str:
    """A code as a part of an address."""
    return quote(code, safe="")


@contextmanager
def asking() -> Iterator[Remote]:
    """The running Registry; what goes wrong meanwhile ends the command in words."""
    with ending(), waiting():
        settings = own_settings()
        tls = local_context(settings.public_address, settings.tls_certificate)
        yield Remote.of(settings.public_address, settings.data, "REGISTRY_DATA", tls)
