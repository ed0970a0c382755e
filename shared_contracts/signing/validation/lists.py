"""Lists of revoked certificates, full and delta (RFC 5280, 5 and 6.3), of any size.

The national authority's full list has hundreds of thousands of entries: it is verified and
indexed once, and a serial number is then looked up in a dictionary.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl, x509
from cryptography.exceptions import InvalidSignature

from shared_contracts.astana_time import shown
from shared_contracts.errors import BadInput
from shared_contracts.signing.validation.der_reading import MALFORMED, index_serials, marked_entries
from shared_contracts.signing.validation.national import VALIDATOR, teach

KNOWN_CRITICAL = frozenset({"delta_crl_indicator", "issuing_distribution_point"})
"""Critical extensions of a list that are understood here."""

KNOWN_IN_ENTRIES = frozenset({"crl_reason", "invalidity_date"})
"""Critical extensions of an entry that are understood here (RFC 5280, 5.3)."""
_ODD = (
    re.compile(
        rb"\x01\x01[^\x00]\x04(?<!\x06\x03\x55\x1d[\x15\x18]\x01\x01.\x04)",
        re.DOTALL,
    ),
    re.compile(rb"\x06\x03\x55\x1d\x1d"),
)
"""What stands in an entry with another critical extension: TRUE before the octets of a value; and
in one with ``certificateIssuer``: its OID. By chance it stands in others too, which are read and
pass. Both begin with fixed octets, so that 20 MB are searched in hundredths of a second."""

REMOVED = "remove_from_crl"
LONGEST_ENTRY = 4096
"""Octets of an entry that are read at most."""


class ListFlaw(BadInput, ValueError):
    """A list that proves nothing: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RevokedList:
    """A list whose signature is proven: its DER, term, numbers, and where each entry begins.

    ``base`` is the number of the full list which a delta list changes, None for a full one.
    """

    der: bytes
    this_update: datetime
    next_update: datetime
    number: int | None
    base: int | None
    scope: crl.IssuingDistributionPoint | None
    entries: dict[int, int]


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """When a certificate was revoked, and why (RFC 5280, 5.3.1)."""

    revoked_at: datetime
    reason: str


def open_list(der: bytes, issuer: x509.Certificate) -> RevokedList:
    """Verify and index a list of ``issuer``'s own; ListFlaw if it is not one."""
    teach()
    try:
        listed = crl.CertificateList.load(der, strict=True)
        _check_origin(listed, issuer)
        return _indexed(der, listed)
    except (*MALFORMED, InvalidSignature) as wrong:
        raise ListFlaw(str(wrong) or type(wrong).__name__) from wrong


def _check_origin(listed: crl.CertificateList, issuer: x509.Certificate) -> None:
    """Signed by the issuer, whose key is for that; nothing critical in it is beyond us."""
    if listed.issuer != issuer.subject:
        raise ListFlaw("the list is not the issuer's own")
    if issuer.key_usage_value is not None and "crl_sign" not in issuer.key_usage_value.native:
        raise ListFlaw("the issuer's key is not for lists")
    if strange := listed.critical_extensions - KNOWN_CRITICAL:
        raise ListFlaw(f"critical extensions {', '.join(sorted(strange))}")
    inner = listed["tbs_cert_list"]["signature"]["algorithm"].dotted
    if inner != listed["signature_algorithm"]["algorithm"].dotted:
        raise ListFlaw("two signature algorithms")
    VALIDATOR.validate_signature(
        listed["signature"].native,
        listed["tbs_cert_list"].dump(),
        issuer.public_key,
        listed["signature_algorithm"],
    )


def _indexed(der: bytes, listed: crl.CertificateList) -> RevokedList:
    given = listed["tbs_cert_list"]
    until = given["next_update"].native
    if until is None:
        raise ListFlaw("the list names no end of its term")
    entries = given["revoked_certificates"].contents or b""
    start = der.index(entries)
    for mark in _ODD:
        for one in marked_entries(der, start, len(entries), mark):
            _check_entry(crl.RevokedCertificate.load(one, strict=True))
    number, base = listed.crl_number_value, listed.delta_crl_indicator_value
    return RevokedList(
        der,
        given["this_update"].native,
        until,
        None if number is None else number.native,
        None if base is None else base.native,
        listed.issuing_distribution_point_value,
        index_serials(der, start, len(entries)),
    )


def _check_entry(entry: crl.RevokedCertificate) -> None:
    """An entry that is not understood makes the whole list useless (RFC 5280, 5.3)."""
    if strange := entry.critical_extensions - KNOWN_IN_ENTRIES:
        raise ListFlaw(f"critical extensions of an entry: {', '.join(sorted(strange))}")
    if entry.certificate_issuer_value is not None:
        raise ListFlaw("an entry is about a certificate of another authority")


def check_term(listed: RevokedList, at: datetime, tolerance: timedelta) -> None:
    """The list is in force at ``at``; ListFlaw if not."""
    if at > listed.next_update + tolerance:
        raise ListFlaw(f"the list was in force until {shown(listed.next_update)}")
    if at + tolerance < listed.this_update:
        raise ListFlaw(f"the list is in force from {shown(listed.this_update)}")


def check_scope(listed: RevokedList, certificate: x509.Certificate) -> None:
    """The list would name the certificate if it were revoked; ListFlaw if it need not."""
    if certificate.not_valid_after < listed.this_update:
        raise ListFlaw("lists need not name certificates whose term has ended")
    scope = listed.scope
    if scope is None:
        return
    if scope["indirect_crl"].native or scope["only_contains_attribute_certs"].native:
        raise ListFlaw("the list is about others' certificates")
    if scope["only_some_reasons"].native is not None:
        raise ListFlaw("the list is about some reasons only")
    authority = bool(certificate.ca)
    if scope["only_contains_ca_certs" if not authority else "only_contains_user_certs"].native:
        raise ListFlaw("the list is about another kind of certificates")
    _check_point(scope, certificate)


def _check_point(scope: crl.IssuingDistributionPoint, certificate: x509.Certificate) -> None:
    """A list for one distribution point is for certificates that name this point."""
    here = scope["distribution_point"]
    if here.native is None:
        return
    points = certificate.crl_distribution_points_value or ()
    named = [point["distribution_point"] for point in points]
    if here.name != "full_name" or not any(_meet(here, one) for one in named):
        raise ListFlaw("the list is for another distribution point")


def _meet(here: x509.DistributionPointName, there: x509.DistributionPointName) -> bool:
    if there.native is None or there.name != "full_name":
        return False
    mine = {one.dump() for one in here.chosen}
    return any(one.dump() in mine for one in there.chosen)


def check_full(full: RevokedList) -> None:
    """The list is a full one; ListFlaw if it only changes another."""
    if full.base is not None:
        raise ListFlaw("a delta list in the place of a full one")


def check_delta(full: RevokedList, delta: RevokedList) -> None:
    """The delta list changes this full one (RFC 5280, 5.2.4); ListFlaw if not."""
    check_full(full)
    if delta.base is None or delta.number is None or full.number is None:
        raise ListFlaw("no numbers to tell which full list the delta changes")
    if not delta.base <= full.number <= delta.number:
        raise ListFlaw(
            f"the delta {delta.number} changes {delta.base} and later, not {full.number}"
        )
    if _written(full.scope) != _written(delta.scope):
        raise ListFlaw("the delta list has another scope")


def _written(scope: crl.IssuingDistributionPoint | None) -> bytes | None:
    return None if scope is None else bytes(scope.dump())


def find(serial: int, full: RevokedList, delta: RevokedList | None = None) -> RevokedEntry | None:
    """The entry about a serial number, the delta's before the full list's; None if not revoked."""
    for listed in (delta, full):
        offset = listed.entries.get(serial) if listed else None
        if listed and offset is not None:
            entry = _read(listed.der, offset)
            return None if entry.reason == REMOVED and listed is delta else entry
    return None


def _read(der: bytes, offset: int) -> RevokedEntry:
    """The entry at ``offset``; ListFlaw if it cannot be read, which does not make it good."""
    try:
        entry = crl.RevokedCertificate.load(der[offset : offset + LONGEST_ENTRY])
        reason = entry.crl_reason_value
        told = "unspecified" if reason is None else reason.native
        return RevokedEntry(_since(entry), told)
    except MALFORMED as broken:
        raise ListFlaw(f"the entry of the certificate is broken: {broken}") from broken


def _since(entry: crl.RevokedCertificate) -> datetime:
    """From when on the certificate is not believed: it may be known to be earlier (5.3.2)."""
    revoked: datetime = entry["revocation_date"].native
    invalid = entry.invalidity_date_value
    return revoked if invalid is None else min(revoked, invalid.native)
