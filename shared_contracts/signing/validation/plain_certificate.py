"""Certificates that ask nothing of their path, read by ``cryptography`` in microseconds.

What is odd in any way is not read here (None): it goes the long way, by asn1crypto and pyHanko,
which also finds the reason of a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtensionOID, PublicKeyAlgorithmOID, SignatureAlgorithmOID

from shared_contracts.signing.algorithms import (
    AlgorithmSuite,
    PublicKey,
    suite_of,
)
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.gost.keys import GostPublicKey
from shared_contracts.signing.gost.oids import BY_KEY, BY_SIGNATURE
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.validation.der_reading import MALFORMED, element
from shared_contracts.signing.validation.well_made import LEAST_EXPONENT, LONGEST_SERIAL

PLAIN = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.EXTENDED_KEY_USAGE,
    }
)
"""Extensions that may be critical in a plain certificate."""
CONDITIONS = frozenset(
    {
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.INHIBIT_ANY_POLICY,
    }
)
"""Extensions that limit a path; a certificate with one of them is not plain."""
_CONDITIONS = frozenset(one.dotted_string for one in CONDITIONS)
MOST_POLICIES = 8
"""Policies that a plain certificate may name."""

_KEYS = frozenset(
    {
        PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5.dotted_string,
        PublicKeyAlgorithmOID.EC_PUBLIC_KEY.dotted_string,
        *BY_KEY,
    }
)
"""Algorithms of a plain certificate's key, by OID; RSASSA-PSS is none of them."""
_RSA = SignatureAlgorithmOID.RSA_WITH_SHA256.dotted_string
_ECDSA = SignatureAlgorithmOID.ECDSA_WITH_SHA256.dotted_string

BROKEN = (
    *MALFORMED,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
    SignatureRefused,
)
"""What is raised at a certificate or an answer that ``cryptography`` cannot read to its end."""


Extensions = Mapping[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]]
V = TypeVar("V", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Signed:
    """Octets, their signature, and the OID of its algorithm."""

    algorithm: str
    octets: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class PlainCertificate:
    """What is read of a plain certificate: names and extensions as they stand in it.

    ``subject`` and ``issuer`` are DER, ``usage`` the signer's bits of the key usage, ``purposes``
    and ``policies`` dotted OIDs.
    """

    der: bytes
    subject: bytes
    issuer: bytes
    issuer_key: bytes
    serial: int
    since: datetime
    until: datetime
    usage: frozenset[str]
    purposes: frozenset[str]
    policies: frozenset[str]
    signed: Signed
    key: PublicKey
    suite: AlgorithmSuite


def read_plain(der: bytes) -> PlainCertificate | None:
    """Read an end entity's certificate; None if it is not plain in every respect."""
    try:
        return _read(der)
    except BROKEN:
        return None


def _read(der: bytes) -> PlainCertificate | None:
    fields = _fields(der)
    if fields is None:
        return None
    found = x509.load_der_x509_certificate(der)
    extensions = {one.oid: one for one in found.extensions}
    is_plain = found.version is x509.Version.v3 and _is_end_entity(extensions)
    if not is_plain or found.public_key_algorithm_oid.dotted_string not in _KEYS:
        return None
    issuer_key, policies = _issuer_key(extensions), _policies(extensions)
    if issuer_key is None or len(policies) > MOST_POLICIES:
        return None
    opened = load_signing_certificate(der)
    return PlainCertificate(
        der=der,
        subject=fields.subject,
        issuer=fields.issuer,
        issuer_key=issuer_key,
        serial=found.serial_number,
        since=found.not_valid_before_utc,
        until=found.not_valid_after_utc,
        usage=_usage(extensions),
        purposes=_purposes(extensions),
        policies=frozenset(policies),
        signed=Signed(
            found.signature_algorithm_oid.dotted_string,
            found.tbs_certificate_bytes,
            found.signature,
        ),
        key=opened.key,
        suite=opened.suite,
    )


def _value(extensions: Extensions, oid: x509.ObjectIdentifier, kind: type[V]) -> V | None:
    found = extensions.get(oid)
    if found is None:
        return None
    if not isinstance(found.value, kind):
        raise TypeError(oid.dotted_string)
    return found.value


def _is_end_entity(extensions: Extensions) -> bool:
    """No authority, no conditions, and nothing critical that is not known."""
    basic = _value(extensions, ExtensionOID.BASIC_CONSTRAINTS, x509.BasicConstraints)
    return (
        not (basic is not None and basic.ca)
        and CONDITIONS.isdisjoint(extensions)
        and all(one.oid in PLAIN for one in extensions.values() if one.critical)
    )


def _issuer_key(extensions: Extensions) -> bytes | None:
    """The identifier of the issuer's key, where the extension names that alone."""
    found = _value(extensions, ExtensionOID.AUTHORITY_KEY_IDENTIFIER, x509.AuthorityKeyIdentifier)
    if found is None or found.authority_cert_serial_number is not None:
        return None
    return None if found.authority_cert_issuer else found.key_identifier or None


def _policies(extensions: Extensions) -> list[str]:
    found = _value(extensions, ExtensionOID.CERTIFICATE_POLICIES, x509.CertificatePolicies)
    return [one.policy_identifier.dotted_string for one in found or ()]


def _purposes(extensions: Extensions) -> frozenset[str]:
    found = _value(extensions, ExtensionOID.EXTENDED_KEY_USAGE, x509.ExtendedKeyUsage)
    return frozenset(one.dotted_string for one in found or ())


def _usage(extensions: Extensions) -> frozenset[str]:
    """For which of the two uses of a signer the key is."""
    found = _value(extensions, ExtensionOID.KEY_USAGE, x509.KeyUsage)
    if found is None:
        return frozenset()
    uses = (
        ("digital_signature", found.digital_signature),
        ("non_repudiation", found.content_commitment),
    )
    return frozenset(name for name, is_so in uses if is_so)


@dataclass(frozen=True, slots=True)
class _Fields:
    """Names of a certificate, DER as they stand in it."""

    issuer: bytes
    subject: bytes


def _fields(der: bytes) -> _Fields | None:
    """The names in a certificate that is well made as far as can be told before it is loaded.

    The serial number is positive and of 20 octets at most, both signature algorithms are the same,
    and the issuer is another (RFC 5280, 4.1). ``cryptography`` warns of lengths in names, which the
    national authority exceeds, so it is not asked about them.
    """
    begin, _ = element(der, 0)
    at, tbs_end = element(der, begin)
    parts = []  # version, serialNumber, signature, issuer, validity, subject
    for _part in range(6):
        _, end = element(der, at)
        parts.append(der[at:end])
        at = end
    _, serial, algorithm, issuer, _, subject = parts
    number = serial[element(serial, 0)[0] :]
    outer = der[tbs_end : element(der, tbs_end)[1]]
    is_numbered = len(number) <= LONGEST_SERIAL and int.from_bytes(number, signed=True) > 0
    if not is_numbered or outer != algorithm or issuer == subject:
        return None
    return _Fields(issuer, subject)


def has_conditions(certificate: asn1_x509.Certificate) -> bool:
    """Whether a certificate limits names or policies of those below it."""
    extensions = certificate["tbs_certificate"]["extensions"]
    return any(one["extn_id"].dotted in _CONDITIONS for one in extensions)


def is_strong(certificate: PlainCertificate, shortest_rsa: int) -> bool:
    """Whether the key is one that may sign, where RSA has at least so many bits."""
    key = certificate.key
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= shortest_rsa and key.public_numbers().e >= LEAST_EXPONENT
    return True


def verified(signed: Signed, key: PublicKey) -> bool:
    """Whether octets were signed by the owner of a key, with SHA-256 or GOST.

    False also where the algorithm is not the key's own, or is none of these.
    """
    try:
        if isinstance(key, rsa.RSAPublicKey) and signed.algorithm == _RSA:
            key.verify(signed.value, signed.octets, PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and signed.algorithm == _ECDSA:
            key.verify(signed.value, signed.octets, ec.ECDSA(SHA256()))
        elif isinstance(key, GostPublicKey):
            oids = BY_SIGNATURE.get(signed.algorithm)
            known = oids is not None and oids.bits == key.bits
            return known and suite_of(key).verify(key, signed.octets, signed.value)
        else:
            return False
    except InvalidSignature:
        return False
    return True
