"""What RFC 5280 forbids in a certificate, and readers would take in different ways."""

from collections.abc import Sequence

from asn1crypto import keys, x509

from shared_contracts.signing.algorithms import ECDSA_P256_SHA256, RSA_SHA256
from shared_contracts.signing.gost.oids import BY_KEY

LONGEST_SERIAL = 20
"""Octets of a serial number at most (RFC 5280, 4.1.2.2)."""
LEAST_EXPONENT = 65537
"""Least public exponent of RSA (FIPS 186-5, 5.1 wants more than 2^16)."""
ANY_PURPOSE = "2.5.29.37.0"
"""anyExtendedKeyUsage (RFC 5280, 4.2.1.12)."""
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
"""Curves on which authorities and responders may sign, as P-256 and stronger ones of NIST."""


def flaw_of(certificate: x509.Certificate) -> str | None:
    """Why a certificate is not made as RFC 5280 (4.1, 4.2) says; None if it is."""
    content = certificate["tbs_certificate"]
    found = [one["extn_id"].dotted for one in content["extensions"] or ()]
    if len(found) != len(set(found)):
        return "an extension stands twice"
    if found and content["version"].native != "v3":
        return "extensions in a certificate that is not of version 3"
    if content["signature"].dump() != certificate["signature_algorithm"].dump():
        return "two signature algorithms"
    serial = content["serial_number"].contents
    if certificate.serial_number <= 0 or len(serial) > LONGEST_SERIAL:
        return "a serial number that is not positive or has more than 20 octets"
    return None


def key_flaw(
    certificate: x509.Certificate, shortest_rsa: int, admitted: frozenset[str] = frozenset()
) -> str | None:
    """Why a key signs nothing that is believed; None if it may. GOST keys have fixed curves.

    ``admitted`` holds the suites of which the key must be one; none named, all admitted.
    """
    key = certificate.public_key
    if flaw := _weakness(key, shortest_rsa):
        return flaw
    if admitted and _suite(key) not in admitted:
        return f"a key for {_suite(key) or 'no suite that is known'}, which is not admitted"
    return None


def _weakness(key: keys.PublicKeyInfo, shortest_rsa: int) -> str | None:
    match key.algorithm:
        case "rsassa_pss":
            return "a key for RSASSA-PSS alone"
        case "rsa" if key.bit_size < shortest_rsa:
            return f"RSA of {key.bit_size} bits, at least {shortest_rsa} are wanted"
        case "rsa" if key["public_key"].parsed["public_exponent"].native < LEAST_EXPONENT:
            return f"RSA with an exponent below {LEAST_EXPONENT}"
        case "ec" if key.curve[1] not in CURVES:
            return f"the curve {key.curve[1]}"
        case _:
            return None


def _suite(key: keys.PublicKeyInfo) -> str | None:
    """The suite that a key is for, as ``suite_of`` tells it of signers; None if there is none."""
    match key.algorithm:
        case "rsa":
            return RSA_SHA256.name
        case "ec":
            return ECDSA_P256_SHA256.name if key.curve[1] == "secp256r1" else None
        case _:
            oids = BY_KEY.get(key["algorithm"]["algorithm"].dotted)
            return f"GOST-{oids.bits}" if oids else None


def foreign_authority(certificates: Sequence[x509.Certificate]) -> str | None:
    """An authority between leaf and anchor that is for other purposes than the leaf's."""
    wanted = purposes_of(certificates[0])
    for authority in certificates[1:-1]:
        given = purposes_of(authority)
        if not serves_purposes(given, wanted):
            told = ", ".join(one.native for one in authority.extended_key_usage_value)
            return f"the authority {authority.subject.human_friendly} is for {told}"
    return None


def serves_purposes(given: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether an authority with these purposes may certify a key for those wanted, by OID."""
    return not given or not given.isdisjoint({*wanted, ANY_PURPOSE})


def purposes_of(certificate: x509.Certificate) -> frozenset[str]:
    """The extended key usages of a certificate, as dotted OIDs; none, if it names none."""
    return frozenset(one.dotted for one in certificate.extended_key_usage_value or ())
