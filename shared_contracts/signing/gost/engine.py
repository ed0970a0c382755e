"""OpenSSL's GOST engine, called in process (Debian ``libengine-gost-openssl``, libcrypto 3).

The engine is loaded by its path and kept out of OpenSSL's list of engines. Its key methods are
registered only while a key is opened: as long as they are, OpenSSL would offer GOST cipher suites
in TLS. Errors are cleared from the thread's queue, where the ``ssl`` module would find them.
"""

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_size_t
from functools import cache
from pathlib import Path
from threading import Lock
from weakref import finalize

from shared_contracts.errors import NeedsPerson
from shared_contracts.signing.gost import libcrypto

ENGINES_DIR = 5
"""What ``OpenSSL_version`` is asked for to name the folder of engines."""


class EngineFailed(NeedsPerson):
    """The engine is absent, or did not do what it was asked."""


class OpenKey:
    """A key opened by the engine, for one purpose; used by one thread at a time."""

    def __init__(self, lib: ctypes.CDLL, pkey: int, context: int) -> None:
        self.context = context
        self.lock = Lock()
        finalize(self, lib.EVP_PKEY_free, pkey)
        finalize(self, lib.EVP_PKEY_CTX_free, context)


_LOADING = Lock()


def loaded() -> "Engine":
    """The engine of this process: it cannot be loaded twice; EngineFailed if there is none."""
    with _LOADING:
        return _only_engine()


@cache
def _only_engine() -> "Engine":
    return Engine()


class Engine:
    """The engine as OpenSSL sees it; EngineFailed if it cannot be loaded."""

    def __init__(self) -> None:
        try:
            self.lib = libcrypto.load()
        except (OSError, AttributeError) as absent:
            raise EngineFailed(str(absent)) from absent
        self._opening = Lock()
        try:
            self._engine = self._load()
            self._digests = {bits: self._digest_method(bits) for bits in (256, 512)}
        finally:
            self.lib.ERR_clear_error()

    def digest(self, bits: int, pieces: Iterable[bytes | memoryview]) -> bytes:
        """Streebog of ``bits``; EngineFailed if it cannot be had."""
        lib, out = self.lib, ctypes.create_string_buffer(bits // 8)
        running = lib.EVP_MD_CTX_new()
        try:
            self._must(lib.EVP_DigestInit_ex(running, self._digests[bits], self._engine))
            for piece in pieces:
                data = bytes(piece)
                self._must(lib.EVP_DigestUpdate(running, data, len(data)))
            self._must(lib.EVP_DigestFinal_ex(running, out, None))
        finally:
            lib.EVP_MD_CTX_free(running)
        return out.raw

    def open_public(self, der: bytes) -> OpenKey:
        """A public key in the order and with the OIDs of tc26, for verifying."""
        return self._open(der, "d2i_PUBKEY", "EVP_PKEY_verify_init")

    def open_private(self, der: bytes) -> OpenKey:
        """A private key in the order and with the OIDs of tc26, for signing."""
        return self._open(der, "d2i_AutoPrivateKey", "EVP_PKEY_sign_init")

    def verify(self, key: OpenKey, digest: bytes, value: bytes) -> bool:
        """Whether ``value``, s and then r, highest octets first, signs the digest."""
        with key.lock:
            said = self.lib.EVP_PKEY_verify(key.context, value, len(value), digest, len(digest))
        if said < 0:
            raise EngineFailed(self._error())
        self.lib.ERR_clear_error()
        return bool(said == 1)

    def sign(self, key: OpenKey, digest: bytes) -> bytes:
        """The signature, s and then r, highest octets first."""
        out, size = ctypes.create_string_buffer(2 * len(digest)), c_size_t(2 * len(digest))
        sign = self.lib.EVP_PKEY_sign
        with self._key_methods():
            self._must(sign(key.context, out, byref(size), digest, len(digest)))
        return out.raw

    def _load(self) -> int:
        folder = self.lib.OpenSSL_version(ENGINES_DIR).decode().partition('"')[2].rstrip('"')
        path = Path(folder) / "gost.so"
        if not path.is_file():
            raise EngineFailed(f"{path} is absent; Debian has it in libengine-gost-openssl")
        engine: int = self._must(self.lib.ENGINE_by_id(b"dynamic"))
        commands = (("SO_PATH", str(path)), ("ID", "gost"), ("LIST_ADD", "0"), ("LOAD", ""))
        for command, argument in commands:
            given = argument.encode() or None
            self._must(self.lib.ENGINE_ctrl_cmd_string(engine, command.encode(), given, 0))
        self._must(self.lib.ENGINE_init(engine))
        return engine

    def _digest_method(self, bits: int) -> int:
        number = self.lib.OBJ_sn2nid(f"md_gost12_{bits}".encode())
        return self._must(self.lib.ENGINE_get_digest(self._engine, number))

    def _open(self, der: bytes, read: str, begin: str) -> OpenKey:
        lib = self.lib
        with self._key_methods():
            pkey = self._must(getattr(lib, read)(None, byref(c_char_p(der)), len(der)))
            key = OpenKey(lib, pkey, lib.EVP_PKEY_CTX_new(pkey, self._engine))
            self._must(getattr(lib, begin)(key.context))
        return key

    @contextmanager
    def _key_methods(self) -> Iterator[None]:
        """The time in which OpenSSL knows what a GOST key is."""
        with self._opening:
            self._must(self.lib.ENGINE_register_pkey_asn1_meths(self._engine))
            try:
                yield
            finally:
                self.lib.ENGINE_unregister_pkey_asn1_meths(self._engine)
                self.lib.ERR_clear_error()

    def _must(self, said: int | None) -> int:
        """What OpenSSL answered; EngineFailed if it is a failure."""
        if said is None or said <= 0:
            raise EngineFailed(self._error())
        return said

    def _error(self) -> str:
        """What OpenSSL says went wrong last; nothing of it stays behind."""
        text = ctypes.create_string_buffer(256)
        self.lib.ERR_error_string_n(self.lib.ERR_peek_last_error(), text, len(text))
        self.lib.ERR_clear_error()
        return text.value.decode()
