"""A certificate of the GOST hierarchy: what is in it, and the authority's signature on it.

Certomancer knows no GOST; this is all that a small authority needs instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, core, keys, x509

from deploy.authority import gost_extensions as extensions
from shared_contracts.signing.algorithms import GOST_256, GOST_512
from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.gost.oids import BY_BITS

SUITES = {512: GOST_512, 256: GOST_256}

SERIAL_BITS = 159
"""Serial numbers are positive and fit into 20 octets."""

_PRINTABLE = frozenset({"country_name", "serial_number"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whoever signs certificates and lists: a name, a private key, and the public one as DER."""

    name: x509.Name
    key: GostPrivateKey
    spki: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """A certificate to be made: for whom, for which key (DER), valid between which moments."""

    subject: x509.Name
    spki: bytes
    begins: datetime
    ends: datetime
    extensions: Sequence[x509.Extension]


def name(attributes: Mapping[str, str]) -> x509.Name:
    """A distinguished name, in the order given; one attribute in each part."""
    parts = [
        x509.RelativeDistinguishedName([{"type": kind, "value": _text(kind, value)}])
        for kind, value in attributes.items()
    ]
    return x509.Name(name="", value=x509.RDNSequence(parts))


def seal(content: bytes, key: GostPrivateKey) -> bytes:
    """The signature of ``content``, in Kazakhstan's byte order. For test keys only."""
    suite = SUITES[key.bits]
    if suite.sign is None:
        raise ValueError(f"{suite.name} only verifies")
    return suite.sign(key, content)


def method(key: GostPrivateKey) -> algos.SignedDigestAlgorithm:
    """The signature algorithm that ``key`` signs with."""
    oid = BY_BITS[key.bits].signature
    return algos.SignedDigestAlgorithm({"algorithm": oid, "parameters": core.Null()})


def serial_number(spki: bytes) -> int:
    """The serial number of the certificate for a key, as the national authority makes it."""
    return int.from_bytes(extensions.key_identifier(spki)) & ((1 << SERIAL_BITS) - 1)


def certify(order: Order, issuer: Issuer) -> bytes:
    """The DER of the certificate that ``issuer`` gives."""
    content = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial_number(order.spki),
            "signature": method(issuer.key),
            "issuer": issuer.name,
            "validity": {"not_before": utc_time(order.begins), "not_after": utc_time(order.ends)},
            "subject": order.subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(order.spki),
            "extensions": [
                *order.extensions,
                extensions.subject_key_identifier(order.spki),
                extensions.authority_key_identifier(issuer.spki),
            ],
        }
    )
    made = x509.Certificate(
        {
            "tbs_certificate": content,
            "signature_algorithm": method(issuer.key),
            "signature_value": seal(content.dump(), issuer.key),
        }
    )
    der: bytes = made.dump()
    return der


def utc_time(moment: datetime) -> x509.Time:
    """A moment as certificates and CRLs state it: UTCTime until 2049 (RFC 5280, 4.1.2.5)."""
    return x509.Time(name="utc_time", value=moment.replace(microsecond=0))


def _text(kind: str, value: str) -> x509.DirectoryString:
    form = "printable_string" if kind in _PRINTABLE else "utf8_string"
    return x509.DirectoryString(name=form, value=value)
