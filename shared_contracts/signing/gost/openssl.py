"""GOST 34.10-2015 and Streebog by OpenSSL's engine; what it cannot answer, Python answers."""

from collections.abc import Iterable
from functools import lru_cache

import structlog

from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.engine import Engine, EngineFailed, OpenKey, loaded
from shared_contracts.signing.gost.key_encoding import pkcs8, spki, tc26
from shared_contracts.signing.gost.keys import GostPrivateKey, GostPublicKey
from shared_contracts.signing.gost.pure import PURE
from shared_contracts.signing.gost.signature import KEPT, check_length, halves

log = structlog.get_logger(__name__)


def backend() -> Backend:
    """The engine, loaded; EngineFailed if there is none."""
    engine = _Converted(loaded())
    return Backend("openssl", engine.digest, engine.verify, engine.sign)


class _Converted:
    """The engine, asked in Kazakhstan's byte order: its own is the reverse."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._public = lru_cache(maxsize=KEPT)(self._open_public)
        self._private = lru_cache(maxsize=KEPT)(self._open_private)

    def digest(self, bits: int, pieces: Iterable[bytes | memoryview]) -> bytes:
        try:
            return self._engine.digest(bits, pieces)
        except EngineFailed as failure:
            log.warning("gost engine failed", call="digest", reason=str(failure))
            return PURE.digest(bits, pieces)

    def verify(self, key: GostPublicKey, digest: bytes, value: bytes) -> bool:
        if halves(key, digest, value) is None:
            return False
        try:
            return self._engine.verify(self._public(key), digest, value[::-1])
        except EngineFailed as failure:
            log.warning("gost engine failed", call="verify", reason=str(failure))
            return PURE.verify(key, digest, value)

    def sign(self, key: GostPrivateKey, digest: bytes) -> bytes:
        check_length(key, digest)
        try:
            return self._engine.sign(self._private(key), digest)[::-1]
        except EngineFailed as failure:
            log.warning("gost engine failed", call="sign", reason=str(failure))
            return PURE.sign(key, digest)

    def _open_public(self, key: GostPublicKey) -> OpenKey:
        return self._engine.open_public(spki(tc26(key.bits), key.octets))

    def _open_private(self, key: GostPrivateKey) -> OpenKey:
        return self._engine.open_private(pkcs8(tc26(key.bits), key.octets))
