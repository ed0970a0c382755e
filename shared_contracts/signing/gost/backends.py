"""Who computes GOST in this process: the fastest of those present that answer rightly."""

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module

import structlog

from shared_contracts.errors import NeedsPerson
from shared_contracts.signing.gost import self_test
from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.engine import EngineFailed
from shared_contracts.signing.gost.pure import PURE

VARIABLE = "TRU_GOST_BACKEND"
"""The environment variable that names the back end to use, and no other."""

log = structlog.get_logger(__name__)


class BackendUnavailable(NeedsPerson):
    """A back end cannot be used: its name and why."""


def _of(module: str) -> Callable[[], Backend]:
    def load() -> Backend:
        made: Backend = import_module(f"shared_contracts.signing.gost.{module}").backend()
        return made

    return load


_FASTEST_FIRST: dict[str, Callable[[], Backend]] = {
    "openssl": _of("openssl"),
    "gmpy2": _of("gmpy"),
    "pure": lambda: PURE,
}
NAMES = tuple(_FASTEST_FIRST)
"""The back ends there may be, fastest first."""


@cache
def chosen() -> Backend:
    """The back end of this process; BackendUnavailable if the one asked for is not to be had."""
    asked = os.environ.get(VARIABLE)
    if asked:
        return available(asked)
    for name in NAMES:
        try:
            return available(name)
        except BackendUnavailable as unavailable:
            log.info("gost back end not used", backend=name, reason=str(unavailable))
    raise BackendUnavailable("no back end answers rightly")


@cache
def available(name: str) -> Backend:
    """A back end by its name, tested; BackendUnavailable says why it cannot be used."""
    if name not in _FASTEST_FIRST:
        raise BackendUnavailable(f"{VARIABLE}={name!r}: choose one of {', '.join(NAMES)}")
    try:
        backend = _FASTEST_FIRST[name]()
    except (ImportError, EngineFailed) as absent:
        raise BackendUnavailable(f"{name}: {absent}") from absent
    wrong = self_test.failures(backend)
    if wrong:
        raise BackendUnavailable(f"{name}: wrong answer in the self test: {', '.join(wrong)}")
    return backend
