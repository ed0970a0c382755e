"""Whom an installation trusts: authorities, where they answer, and within which bounds."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.signing.algorithms import SUITES
from shared_contracts.signing.validation.certificate_files import certificates_in
from shared_contracts.signing.validation.trust_rules import (
    LONGEST_FRESH,
    LONGEST_OLDEST,
    Addresses,
    OcspRules,
    QueryLimits,
    StampRules,
)

__all__ = [
    "PRODUCTION",
    "TEST_PKI",
    "Addresses",
    "OcspRules",
    "QueryLimits",
    "StampRules",
    "TrustProfile",
    "TrustProfileError",
    "ensure_fit_for",
    "load_profile",
]

PRODUCTION = "PRODUCTION"
TEST_PKI = "test-pki"
_SCHEMES = frozenset({"http", "https"})
_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
_OID = re.compile(r"[012](\.(0|[1-9][0-9]*))+")


class TrustProfileError(BadInput, ValueError):
    """A trust profile that cannot be used: field, rule, value and cure are in the message."""


@dataclass(frozen=True, slots=True)
class TrustProfile:
    """A trust profile: ``test-pki``, ``nuc-rk-test``, ``nuc-rk-prod``.

    Certificates are DER; ``addresses`` is by the DER of the issuer. ``policies`` are those of
    which a signer's certificate must bear one, ``purposes`` the extended key usages of which a
    person's must, ``algorithms`` the suites with which anything may be signed; none named, none
    asked.
    """

    name: str
    production: bool
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    addresses: Mapping[bytes, Addresses]
    policies: frozenset[str] = frozenset()
    shortest_rsa: int = 2048
    limits: QueryLimits = field(default_factory=QueryLimits)
    algorithms: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    ocsp: OcspRules = field(default_factory=OcspRules)
    stamps: StampRules = field(default_factory=StampRules)

    @property
    def authorities(self) -> frozenset[bytes]:
        """The certificates of all authorities that it names."""
        return frozenset((*self.anchors, *self.intermediates))


class _Revocation(msgspec.Struct, forbid_unknown_fields=True):
    issuer: str
    ocsp: list[str] = []
    crl: list[str] = []
    delta: list[str] = []


class _WrittenLimits(msgspec.Struct, forbid_unknown_fields=True):
    timeout_seconds: float = 5.0
    longest_answer_bytes: int = 32 * 1024 * 1024
    keep_seconds: int = 300
    kept: int = 10_000
    clock_tolerance_seconds: int = 60
    keep_list_seconds: int = 3600
    lists_kept: int = 8


class _Ocsp(msgspec.Struct, forbid_unknown_fields=True):
    nonce_required: bool = False
    fresh_seconds: int = LONGEST_FRESH
    oldest_seconds: int = LONGEST_OLDEST


class _Timestamps(msgspec.Struct, forbid_unknown_fields=True):
    policies: list[str] = []
    revocation: bool = True


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    anchors: list[str]
    production: bool = False
    intermediates: list[str] = []
    policies: list[str] = []
    shortest_rsa: int = 2048
    revocation: list[_Revocation] = []
    limits: _WrittenLimits = msgspec.field(default_factory=_WrittenLimits)
    algorithms: list[str] = []
    purposes: list[str] = []
    ocsp: _Ocsp = msgspec.field(default_factory=_Ocsp)
    timestamps: _Timestamps = msgspec.field(default_factory=_Timestamps)


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
        policies=_oids(path, "policies", written.policies),
        shortest_rsa=written.shortest_rsa,
        limits=_limits(path, written.limits),
        algorithms=_algorithms(path, written.algorithms),
        purposes=_oids(path, "purposes", written.purposes),
        ocsp=_ocsp(path, written.ocsp),
        stamps=StampRules(
            _oids(path, "timestamps.policies", written.timestamps.policies),
            written.timestamps.revocation,
        ),
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
    """The certificates of a PEM file, or the one of a DER file."""
    try:
        data = (path.parent / file).read_bytes()
    except OSError as missing:
        raise TrustProfileError(
            f"{path}: {name}: {file!r} cannot be read ({missing.strerror}); put the authority's"
            " certificate there (contracts trust import) or correct the name"
        ) from missing
    try:
        return certificates_in(data)
    except ValueError as wrong:
        raise TrustProfileError(
            f"{path}: {name}: {file!r} is no certificate in PEM or DER: {wrong}; import it anew"
        ) from wrong


def _addresses(path: Path, written: _Revocation) -> tuple[bytes, Addresses]:
    for name in ("ocsp", "crl", "delta"):
        for url in getattr(written, name):
            if not _is_address(url):
                raise TrustProfileError(
                    f"{path}: revocation.{name}: {url!r} is no http(s) address with a host and,"
                    " if any, a port from 1 to 65535; correct it"
                )
    if written.delta and not written.crl:
        raise TrustProfileError(
            f"{path}: revocation.delta: {written.delta[0]!r} changes a full list; name it in crl"
        )
    issuer = _load(path, "revocation.issuer", written.issuer)[0]
    return issuer, Addresses(tuple(written.ocsp), tuple(written.crl), tuple(written.delta))


def _is_address(url: str) -> bool:
    """Whether questions can be sent there: a scheme, a host in ASCII or IDNA, a port or none."""
    try:
        told = urlsplit(url)
        host, port = (told.hostname or "").encode("idna").decode("ascii"), told.port
    except ValueError:  # what is no host or no port; UnicodeError is one
        return False
    return told.scheme in _SCHEMES and bool(_HOST.fullmatch(host)) and port != 0


def _limits(path: Path, written: _WrittenLimits) -> QueryLimits:
    for name in written.__struct_fields__:
        value, may_be_zero = getattr(written, name), name.startswith("keep_")
        if value < 0 or (value == 0 and not may_be_zero):
            raise TrustProfileError(
                f"{path}: limits.{name}: must be positive, is {value}; remove it"
            )
    return QueryLimits(
        timeout=written.timeout_seconds,
        longest_answer=written.longest_answer_bytes,
        keep=timedelta(seconds=written.keep_seconds),
        kept=written.kept,
        clock_tolerance=timedelta(seconds=written.clock_tolerance_seconds),
        keep_list=timedelta(seconds=written.keep_list_seconds),
        lists_kept=written.lists_kept,
    )


def _ocsp(path: Path, written: _Ocsp) -> OcspRules:
    bounds = {"fresh_seconds": LONGEST_FRESH, "oldest_seconds": LONGEST_OLDEST}
    for name, most in bounds.items():
        value = getattr(written, name)
        if not 0 < value <= most:
            raise TrustProfileError(f"{path}: ocsp.{name}: from 1 to {most}, is {value}; remove it")
    return OcspRules(
        written.nonce_required,
        timedelta(seconds=written.fresh_seconds),
        timedelta(seconds=written.oldest_seconds),
    )


def _algorithms(path: Path, names: list[str]) -> frozenset[str]:
    known = {suite.name for suite in SUITES.values()}
    for name in names:
        if name not in known:
            raise TrustProfileError(
                f"{path}: algorithms: {name!r} is none of {', '.join(sorted(known))}; correct it"
            )
    return frozenset(names)


def _oids(path: Path, name: str, written: list[str]) -> frozenset[str]:
    for oid in written:
        if not _OID.fullmatch(oid):
            raise TrustProfileError(
                f"{path}: {name}: {oid!r} is no OID in dots, such as 1.2.398.3.3.2; correct it"
            )
    return frozenset(written)
