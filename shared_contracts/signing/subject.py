"""Whom a certificate names, in the layout of Kazakhstan's certificates (S216-A2.1.3)."""

from collections.abc import Iterable

from asn1crypto import x509

from shared_contracts.signing.report import Subject

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


def subject_of(der: bytes) -> Subject:
    """Whom a certificate (DER) names; ValueError if it cannot be read.

    Attributes are found by OID, since their order differs between issues; roles stand in the
    extended key usage. The control digits of IIN and BIN are not judged here: the national
    authority's own test certificates fail them.
    """
    certificate = x509.Certificate.load(der, strict=True)
    found = dict(_attributes(certificate.subject))
    serial, unit = found.get("serial_number"), found.get("unit")
    usage = certificate.extended_key_usage_value
    return Subject(
        common_name=found.get("common_name"),
        iin=_number("IIN", serial),
        bin=_number("BIN", unit) or _number("BIN", serial),
        organisation=found.get("organisation"),
        system_uid=found.get("system_uid"),
        roles=frozenset(purpose.dotted for purpose in usage or ()),
    )


def _attributes(name: x509.Name) -> Iterable[tuple[str, str]]:
    for relative in name.chosen:
        for attribute in relative:
            field = _FIELDS.get(attribute["type"].dotted)
            if field is not None:
                yield field, str(attribute["value"].native)


def _number(kind: str, text: str | None) -> str | None:
    """The twelve digits that follow ``kind``, if ``text`` is exactly that."""
    digits = (text or "").removeprefix(kind)
    is_number = text is not None and text.startswith(kind) and digits.isascii()
    return digits if is_number and len(digits) == DIGITS and digits.isdecimal() else None
