"""The names of Kazakhstan's GOST algorithms as numbers, and how their octets are ordered.

=====================  ==========================================================
public key             BIT STRING of OCTET STRING: x, then y, each lowest octet first
private key            OCTET STRING of OCTET STRING: d, lowest octet first
digest                 lowest octet first, as a number too
signature              r, then s, each lowest octet first; the same in certificates, CRLs,
                       OCSP responses, time stamps and XML (elsewhere: s, then r, highest first)
=====================  ==========================================================

Source: the national authority's list of OIDs, and certificates it issued.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Oids:
    """The OIDs which go with keys of one length; ``tc26_...`` are those of the Russian standards.

    The numbers behind both are the same (RFC 7836, RFC 6986).
    """

    bits: int
    key: str
    parameters: str
    digest: str
    signature: str
    tc26_key: str
    tc26_parameters: str
    tc26_digest: str


OIDS_512 = Oids(
    bits=512,
    key="1.2.398.3.10.1.1.2.2",
    parameters="1.2.398.3.10.1.1.2.2.1",
    digest="1.2.398.3.10.1.3.3",
    signature="1.2.398.3.10.1.1.2.3.2",
    tc26_key="1.2.643.7.1.1.1.2",
    tc26_parameters="1.2.643.7.1.2.1.2.1",
    tc26_digest="1.2.643.7.1.1.2.3",
)
OIDS_256 = Oids(
    bits=256,
    key="1.2.398.3.10.1.1.2.1",
    parameters="1.2.398.3.10.1.1.2.1.1",
    digest="1.2.398.3.10.1.3.2",
    signature="1.2.398.3.10.1.1.2.3.1",
    tc26_key="1.2.643.7.1.1.1.1",
    tc26_parameters="1.2.643.7.1.2.1.1.1",
    tc26_digest="1.2.643.7.1.1.2.2",
)

BY_BITS = {oids.bits: oids for oids in (OIDS_512, OIDS_256)}
"""The OIDs by the length of the key."""

BY_KEY = {oids.key: oids for oids in (OIDS_512, OIDS_256)}
"""The OIDs by that of the key in a certificate."""

BY_SIGNATURE = {oids.signature: oids for oids in (OIDS_512, OIDS_256)}
"""The OIDs by that of the signature algorithm of a certificate, CRL or response."""

BY_DIGEST = {oids.digest: oids for oids in (OIDS_512, OIDS_256)}
"""The OIDs by that of the digest algorithm."""

KEY_2004 = "1.2.398.3.10.1.1.1.1"
SIGNATURE_2004 = "1.2.398.3.10.1.1.1.2"
DIGEST_2004 = "1.2.398.3.10.1.3.1"
"""GOST 34.310-2004 with GOST 34.311-95: known, and refused as obsolete."""
