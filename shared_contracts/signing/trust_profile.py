"""Whom an installation trusts: authorities, where they answer, and within which bounds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

PRODUCTION = "PRODUCTION"
TEST_PKI = "test-pki"
_SCHEMES = frozenset({"http", "https"})


class TrustProfileError(ValueError):
    """A trust profile that cannot be used: field, rule, value and cure are in the message."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the status of certificates of one issuer is asked for, in this order."""

    ocsp: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of asking: ``timeout`` in seconds, ``longest_answer`` in bytes.

    ``keep`` is how long a good answer may be used again at most, ``kept`` how many of them;
    ``clock_tolerance`` is how far the authority's clock may be ahead of ours.
    """

    timeout: float = 5.0
    longest_answer: int = 32 * 1024 * 1024
    keep: timedelta = timedelta(minutes=5)
    kept: int = 10_000
    clock_tolerance: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TrustProfile:
    """A trust profile: ``test-pki``, ``nuc-rk-test``, ``nuc-rk-prod``.

    Certificates are DER; ``addresses`` is by the DER of the issuer. ``policies`` are those of
    which a signer's certificate must bear one; none named, none asked.
    """

    name: str
    production: bool
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    addresses: Mapping[bytes, Addresses]
    policies: frozenset[str] = frozenset()
    shortest_rsa: int = 2048
    limits: Limits = field(default_factory=Limits)


class _Revocation(msgspec.Struct, forbid_unknown_fields=True):
    issuer: str
    ocsp: list[str] = []
    crl: list[str] = []


class _Limits(msgspec.Struct, forbid_unknown_fields=True):
    timeout_seconds: float = 5.0
    longest_answer_bytes: int = 32 * 1024 * 1024
    keep_seconds: int = 300
    kept: int = 10_000
    clock_tolerance_seconds: int = 60


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    anchors: list[str]
    production: bool = False
    intermediates: list[str] = []
    policies: list[str] = []
    shortest_rsa: int = 2048
    revocation: list[_Revocation] = []
    limits: _Limits = msgspec.field(default_factory=_Limits)


def load_profile(path: Path) -> TrustProfile:
    """Read a profile from its TOML file; certificates are PEM files named relative to it.

    Raises TrustProfileError.
    """
    try:
        written = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Written)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise TrustProfileError(f"{path}: {wrong}; correct the file or name another") from wrong
    if written.production and written.name == TEST_PKI:
        raise TrustProfileError(
            f"{path}: production: {TEST_PKI} is never for production; remove it"
        )
    return TrustProfile(
        name=written.name,
        production=written.production,
        anchors=_certificates(path, "anchors", written.anchors),
        intermediates=_certificates(path, "intermediates", written.intermediates),
        addresses=dict(_addresses(path, one) for one in written.revocation),
        policies=frozenset(written.policies),
        shortest_rsa=written.shortest_rsa,
        limits=_limits(path, written.limits),
    )


def ensure_fit_for(profile: TrustProfile, environment: str) -> None:
    """Refuse to serve production with a profile that is not for it (wire.md 11).

    Raises TrustProfileError.
    """
    if environment == PRODUCTION and not profile.production:
        raise TrustProfileError(
            f"environment: {PRODUCTION} with the trust profile {profile.name!r}, which is for"
            " tests: configure a profile with production = true, or the environment STAND"
        )


def _certificates(path: Path, name: str, files: list[str]) -> tuple[bytes, ...]:
    if name == "anchors" and not files:
        raise TrustProfileError(f"{path}: anchors: at least one; name the root's PEM file")
    return tuple(der for file in files for der in _load(path, name, file))


def _load(path: Path, name: str, file: str) -> list[bytes]:
    try:
        chain = x509.load_pem_x509_certificates((path.parent / file).read_bytes())
    except (OSError, ValueError) as wrong:
        raise TrustProfileError(f"{path}: {name}: {file!r} is no PEM file: {wrong}") from wrong
    return [one.public_bytes(Encoding.DER) for one in chain]


def _addresses(path: Path, written: _Revocation) -> tuple[bytes, Addresses]:
    for url in (*written.ocsp, *written.crl):
        if urlsplit(url).scheme not in _SCHEMES or not urlsplit(url).hostname:
            raise TrustProfileError(f"{path}: revocation: {url!r} is no http(s) address")
    issuer = _load(path, "revocation.issuer", written.issuer)[0]
    return issuer, Addresses(tuple(written.ocsp), tuple(written.crl))


def _limits(path: Path, written: _Limits) -> Limits:
    for name in written.__struct_fields__:
        if getattr(written, name) < 0 or (getattr(written, name) == 0 and name != "keep_seconds"):
            raise TrustProfileError(f"{path}: limits.{name}: must be positive; remove it")
    return Limits(
        timeout=written.timeout_seconds,
        longest_answer=written.longest_answer_bytes,
        keep=timedelta(seconds=written.keep_seconds),
        kept=written.kept,
        clock_tolerance=timedelta(seconds=written.clock_tolerance_seconds),
    )
