"""Whom a certificate names, in the layout of Kazakhstan's certificates (S216-A2.1.3)."""

from collections.abc import Iterable
from enum import StrEnum

from asn1crypto import x509

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.signing.report import Subject
from shared_contracts.signing.roles import (
    INDIVIDUAL,
    INFORMATION_SYSTEM,
    LEGAL_ENTITY,
    SYSTEM_OF_AN_INDIVIDUAL,
)
from shared_contracts.visible import visible

KEPT = 2048
"""How many certificates are kept read."""
DIGITS = 12
"""Length of an IIN and of a BIN."""

NOBODY = Subject(None, None, None, None, None, frozenset())
"""Whom a certificate names that cannot be read."""

_FIELDS = {
    "2.5.4.3": "common_name",
    "2.5.4.5": "serial_number",
    "2.5.4.10": "organisation",
    "2.5.4.11": "unit",
    "0.9.2342.19200300.100.1.1": "system_uid",
}


class Holder(StrEnum):
    """What kind of owner a certificate names."""

    SYSTEM = "SYSTEM"
    """An information system of an organisation or of an individual; it has a UID, and no IIN."""

    ORGANISATION = "ORGANISATION"
    """A person who signs for an organisation: an IIN, and the organisation's BIN."""

    ENTREPRENEUR = "ENTREPRENEUR"
    """An individual entrepreneur: an individual with the name of a business, without a BIN."""

    INDIVIDUAL = "INDIVIDUAL"
    """A natural person."""


def is_system(subject: Subject) -> bool:
    """Whether the owner is an information system; special kinds of them stand below its OID."""
    kinds = (INFORMATION_SYSTEM, SYSTEM_OF_AN_INDIVIDUAL)
    return any(role in kinds or role.startswith(f"{INFORMATION_SYSTEM}.") for role in subject.roles)


def holder_of(subject: Subject) -> Holder | None:
    """What kind of owner ``subject`` is; None if its roles and numbers do not say.

    An entrepreneur has the certificate of an individual; only the name of the business tells.
    """
    if is_system(subject):
        return Holder.SYSTEM
    if subject.bin and (LEGAL_ENTITY in subject.roles or INDIVIDUAL not in subject.roles):
        return Holder.ORGANISATION
    if subject.iin is None or LEGAL_ENTITY in subject.roles:
        return None
    return Holder.ENTREPRENEUR if subject.organisation else Holder.INDIVIDUAL


_known = BoundedCache[bytes, Subject](KEPT)


def subject_of(der: bytes, opened: x509.Certificate | None = None) -> Subject:
    """Whom a certificate (DER) names; ValueError if it cannot be read.

    ``opened`` is the same certificate, if it was opened before: opening it costs most.

    Attributes are found by OID, since their order differs between issues; roles stand in the
    extended key usage. The control digits of IIN and BIN are not judged here: the national
    authority's own test certificates fail them. Texts are as ``visible`` shows them.
    """
    known = _known.get(der)
    if known is not None:
        return known
    try:
        subject = _read(opened or x509.Certificate.load(der, strict=True))
    except (ValueError, TypeError, KeyError, RecursionError) as broken:
        raise ValueError(f"a certificate cannot be read: {broken}") from broken
    return _kept(der, subject)


def subject_named(der: bytes, name: x509.Name, purposes: frozenset[str]) -> Subject:
    """Whom a certificate (DER) names whose name and purposes (OIDs) were read before."""
    return _known.get(der) or _kept(der, _named(name, purposes))


def _kept(der: bytes, subject: Subject) -> Subject:
    _known.put(der, subject)
    return subject


def _read(certificate: x509.Certificate) -> Subject:
    usage = certificate.extended_key_usage_value
    return _named(certificate.subject, frozenset(purpose.dotted for purpose in usage or ()))


def _named(name: x509.Name, purposes: frozenset[str]) -> Subject:
    found = list(_attributes(name))
    return Subject(
        common_name=_only(found, "common_name"),
        iin=_number(found, "IIN", {"serial_number"}),
        bin=_number(found, "BIN", {"unit", "serial_number"}),
        organisation=_only(found, "organisation"),
        system_uid=_only(found, "system_uid"),
        roles=purposes,
    )


def _attributes(name: x509.Name) -> Iterable[tuple[str, str]]:
    for relative in name.chosen:
        for attribute in relative:
            field = _FIELDS.get(attribute["type"].dotted)
            if field is not None:
                yield field, visible(str(attribute["value"].native))


def _only(found: list[tuple[str, str]], field: str) -> str | None:
    """The value of a field; None if it has none, or several that differ."""
    values = {value for name, value in found if name == field}
    return values.pop() if len(values) == 1 else None


def _number(found: list[tuple[str, str]], kind: str, fields: set[str]) -> str | None:
    """The twelve digits that follow ``kind`` in one of ``fields``; None if there are several."""
    numbers = {
        value.removeprefix(kind)
        for name, value in found
        if name in fields and value.startswith(kind) and _is_number(value.removeprefix(kind))
    }
    return numbers.pop() if len(numbers) == 1 else None


def _is_number(text: str) -> bool:
    return len(text) == DIGITS and text.isascii() and text.isdecimal()
