"""Certificates of authorities as an operator obtains them, opened before anyone trusts them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import algos, pem, x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from shared_contracts.astana_time import shown
from shared_contracts.explaining.wording import Unusable, cause
from shared_contracts.signing.algorithms import ECDSA_P256_SHA256, HALF
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.validation.der_reading import serial_text

GROUP = 8
"""How many hexadecimal digits of a fingerprint stand together, so that a person can compare."""


@dataclass(frozen=True, slots=True)
class AuthorityCertificate:
    """An authority's certificate: its DER, the names in it, its term, its fingerprint.

    ``serial`` is upper hex, ``fingerprint`` the SHA-256 of the DER in lower hex.
    """

    der: bytes
    common_name: str
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    fingerprint: str

    @property
    def is_self_signed(self) -> bool:
        """Whether subject and issuer are one: a root."""
        opened = x509.Certificate.load(self.der)
        return bool(opened.subject == opened.issuer)


def read_authorities(paths: Iterable[Path], at: datetime) -> tuple[AuthorityCertificate, ...]:
    """The authorities whose certificates stand in PEM or DER files, each in force at ``at``.

    Raises Unusable for what cannot be read, is no authority's, out of force or given twice.
    """
    found: dict[bytes, AuthorityCertificate] = {}
    for path in paths:
        for der in _certificates(path):
            authority = _opened(path, der)
            _check(authority, at)
            if der in found:
                raise Unusable("DUPLICATE", authority.common_name, path)
            found[der] = authority
    return tuple(found.values())


def describe(der: bytes) -> AuthorityCertificate:
    """What a certificate that is known to be readable tells."""
    opened = x509.Certificate.load(der, strict=True)
    return AuthorityCertificate(
        der=der,
        common_name=str(opened.subject.native.get("common_name", opened.subject.human_friendly)),
        subject=opened.subject.human_friendly,
        issuer=opened.issuer.human_friendly,
        serial=serial_text(opened.serial_number),
        not_before=opened.not_valid_before,
        not_after=opened.not_valid_after,
        fingerprint=hashlib.sha256(der).hexdigest(),
    )


def is_issued_by(child: AuthorityCertificate, issuer: AuthorityCertificate) -> bool:
    """Whether ``issuer`` bears the name that ``child`` tells, and its key signed ``child``."""
    opened = x509.Certificate.load(child.der)
    if opened.issuer != x509.Certificate.load(issuer.der).subject:
        return False
    signer = load_signing_certificate(issuer.der)
    value = opened.signature
    if signer.suite is ECDSA_P256_SHA256:
        value = _raw(value)
    return signer.suite.verify(signer.key, opened["tbs_certificate"].dump(), value)


def readable(fingerprint: str) -> str:
    """A fingerprint in groups."""
    return " ".join(fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP))


def _certificates(path: Path) -> Iterator[bytes]:
    """The DER of each certificate in a file."""
    try:
        data = path.read_bytes()
        if pem.detect(data):
            yield from (der for _, _, der in pem.unarmor(data, multiple=True))
        else:
            yield data
    except (OSError, ValueError) as wrong:
        raise Unusable("CERTIFICATE", path, cause(wrong)) from wrong


def _opened(path: Path, der: bytes) -> AuthorityCertificate:
    try:
        return describe(der)
    except (ValueError, TypeError, KeyError) as broken:
        raise Unusable("CERTIFICATE", path, broken) from broken


def _check(authority: AuthorityCertificate, at: datetime) -> None:
    """An authority's, in force, with an admitted key, and whole as far as it says so itself."""
    opened = x509.Certificate.load(authority.der)
    usage = opened.key_usage_value
    if not opened.ca or usage is None or "key_cert_sign" not in usage.native:
        raise Unusable("NOT_AUTHORITY", authority.common_name)
    if not authority.not_before <= at <= authority.not_after:
        term = f"{shown(authority.not_before)}/{shown(authority.not_after)}"
        raise Unusable("EXPIRED", authority.common_name, term)
    try:
        load_signing_certificate(authority.der)
    except SignatureRefused as refused:
        raise Unusable("ALGORITHM", authority.common_name, refused) from refused
    if authority.is_self_signed and not is_issued_by(authority, authority):
        raise Unusable("BROKEN", authority.common_name)


def _raw(value: bytes) -> bytes:
    """An ECDSA value of a certificate (DER) as XML signatures write it; empty if it is none."""
    try:
        r, s = decode_dss_signature(algos.DSASignature.load(value, strict=True).dump())
        return r.to_bytes(HALF) + s.to_bytes(HALF)
    except (ValueError, OverflowError):
        return b""
