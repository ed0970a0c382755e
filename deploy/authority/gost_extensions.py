"""Extensions of certificates as the national authority of Kazakhstan lays them out."""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from asn1crypto import core, x509

from deploy.authority.issue import POLICY

STORAGE = "1.2.398.3.3.5"
"""The national authority's extension that names where the key is kept."""

IN_A_FILE = "1.2.398.3.3.5.1.1"
"""The key is kept in a file (PKCS#12)."""

PRACTICE = "http://127.0.0.1/cps"
"""Where a practice statement would be; the test authority has none."""


class _Key(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped
    _fields: ClassVar[list[Any]] = [("algorithm", core.Any), ("public_key", core.OctetBitString)]


class _Places(core.SequenceOf):  # type: ignore[misc]  # asn1crypto is untyped
    _child_spec = core.ObjectIdentifier


def key_bits(spki: bytes) -> bytes:
    """The contents of the BIT STRING of a SubjectPublicKeyInfo, which key hashes are over."""
    bits: bytes = _Key.load(spki)["public_key"].native
    return bits


def key_identifier(spki: bytes) -> bytes:
    """SHA-1 of the public key (RFC 5280, 4.2.1.2); the serial number is made of it, too."""
    return hashlib.sha1(key_bits(spki), usedforsecurity=False).digest()


def basic_constraints() -> x509.Extension:
    """The certificate is one of an authority."""
    return _extension("basic_constraints", {"ca": True}, critical=True)


def key_usage(*bits: str) -> x509.Extension:
    """What the key may be used for."""
    return _extension("key_usage", set(bits), critical=True)


def extended_key_usage(oids: Sequence[str], *, critical: bool = False) -> x509.Extension:
    """Extended key usage: purposes, and roles."""
    return _extension("extended_key_usage", list(oids), critical=critical)


def certificate_policies(oid: str = POLICY) -> x509.Extension:
    """The certificate policy, with a practice statement."""
    statement = {"policy_qualifier_id": "certification_practice_statement", "qualifier": PRACTICE}
    given = {"policy_identifier": oid, "policy_qualifiers": [statement]}
    return _extension("certificate_policies", [given])


def authority_information_access(ocsp: str | None, issuer: str) -> x509.Extension:
    """Where OCSP answers, if it does, and where the issuer's certificate is had."""
    places = [("ocsp", ocsp), ("ca_issuers", issuer)]
    return _extension(
        "authority_information_access",
        [
            {"access_method": method, "access_location": _uri(url)}
            for method, url in places
            if url is not None
        ],
    )


def crl_distribution_points(url: str) -> x509.Extension:
    """Where the CRL is had."""
    return _extension("crl_distribution_points", [_point(url)])


def freshest_crl(url: str) -> x509.Extension:
    """Where the delta CRL is had."""
    return _extension("freshest_crl", [_point(url)])


def ocsp_no_check() -> x509.Extension:
    """A responder's certificate needs no check of its own (RFC 6960, 4.2.2.2.1)."""
    return _extension("ocsp_no_check", core.Null())


def subject_key_identifier(spki: bytes) -> x509.Extension:
    """Which key this is."""
    return _extension("key_identifier", key_identifier(spki))


def authority_key_identifier(spki: bytes) -> x509.Extension:
    """Which key signed."""
    return _extension("authority_key_identifier", {"key_identifier": key_identifier(spki)})


def key_storage() -> x509.Extension:
    """Where the key is kept."""
    value = core.ParsableOctetString(_Places([IN_A_FILE]).dump())
    return x509.Extension({"extn_id": STORAGE, "critical": False, "extn_value": value})


def _extension(name: str, value: object, *, critical: bool = False) -> x509.Extension:
    return x509.Extension({"extn_id": name, "critical": critical, "extn_value": value})


def _point(url: str) -> dict[str, x509.DistributionPointName]:
    names = x509.GeneralNames([_uri(url)])
    return {"distribution_point": x509.DistributionPointName(name="full_name", value=names)}


def _uri(url: str) -> x509.GeneralName:
    return x509.GeneralName(name="uniform_resource_identifier", value=url)
