"""Keys and certificates of the test authority's GOST hierarchy, made anew."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from deploy.authority import gost_extensions as extensions
from deploy.authority.files import load_certificate, load_gost_key, write_chain, write_gost_key
from deploy.authority.gost_certificate import Issuer, Order, certify, name
from deploy.authority.identities import IDENTITIES, IssuedIdentity
from deploy.authority.issue import STAMP_POLICY
from shared_contracts.signing.certificates import spki
from shared_contracts.signing.gost.keys import generate, to_spki

ISSUED = "gost-issued.json"
"""File of the serial numbers that the authority knows of."""

BITS = {"gost-512": 512, "gost-256": 256}

HOLDERS = tuple(who for who in IDENTITIES if who.has_gost_key)
"""The identities of this hierarchy."""

NAMES = {
    "gost-root": {"common_name": "НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ (GOST)", "country_name": "KZ"},
    "gost-issuing": {"common_name": "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", "country_name": "KZ"},
    "gost-ocsp": {
        "common_name": "OCSP",
        "country_name": "KZ",
        "organization_name": "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ",
    },
    "gost-tsa": {
        "common_name": "TIME-STAMPING AUTHORITY",
        "country_name": "KZ",
        "organization_name": "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ",
    },
    "gost-foreign": {"common_name": "БӨТЕН КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", "country_name": "KZ"},
}
"""The authorities themselves, by the names of their files."""

AUTHORITY_BEFORE = timedelta(days=1000)
"""How long before the day on which it is made the hierarchy begins to be valid."""

ROOTS = ("gost-root", "gost-foreign")


@dataclass(frozen=True, slots=True)
class HierarchyPlace:
    """Where the hierarchy is made, under which address it will answer, and when."""

    folder: Path
    address: str
    at: datetime


def issue_gost(place: HierarchyPlace) -> None:
    """Write keys and certificates of the GOST authorities and identities into the folder.

    ``address`` is the URL under which OCSP answers, lists and time stamps will be served.
    """
    offices = {authority: _founded(place.folder, authority) for authority in NAMES}
    for authority, founded in offices.items():
        issuer = founded if authority in ROOTS else offices[_issuer_of(authority)]
        _issue_authority(place, authority, founded, issuer)
    known = [load_certificate(place.folder / f"{one}.pem") for one in ("gost-ocsp", "gost-tsa")]
    for who in HOLDERS:
        made = _issue_identity(place, who, offices[who.issuer])
        if who.state != "never-issued":
            known.append(made)
    numbers = [str(one.serial_number) for one in known]
    (place.folder / ISSUED).write_text(json.dumps(numbers))


def issued(folder: Path) -> frozenset[int]:
    """The serial numbers of all certificates that the issuing authority knows of."""
    return frozenset(map(int, json.loads((folder / ISSUED).read_bytes())))


def issuer_of(folder: Path, authority: str) -> Issuer:
    """An authority of the hierarchy with its key, by the name of its files."""
    certificate = load_certificate(folder / f"{authority}.pem")
    key = load_gost_key(folder / f"{authority}.key.pem")
    return Issuer(certificate.subject, key, spki(certificate.dump()))


def _founded(folder: Path, authority: str) -> Issuer:
    key = generate(512)
    write_gost_key(folder / f"{authority}.key.pem", key)
    return Issuer(name(NAMES[authority]), key, to_spki(key.public_key()))


def _issue_authority(
    place: HierarchyPlace, authority: str, founded: Issuer, issuer: Issuer
) -> None:
    order = Order(
        subject=founded.name,
        spki=founded.spki,
        begins=place.at - AUTHORITY_BEFORE,
        ends=place.at + timedelta(days=3650),
        extensions=_authority_extensions(place, authority),
    )
    write_chain(place.folder / f"{authority}.pem", certify(order, issuer))


def _issuer_of(authority: str) -> str:
    return "gost-root" if authority == "gost-issuing" else "gost-issuing"


def _authority_extensions(place: HierarchyPlace, authority: str) -> Sequence[x509.Extension]:
    signing = (extensions.basic_constraints(), extensions.key_usage("key_cert_sign", "crl_sign"))
    match authority:
        case "gost-issuing":
            return (
                *signing,
                extensions.certificate_policies(),
                extensions.authority_information_access(None, f"{place.address}/gost/root.cer"),
                extensions.crl_distribution_points(f"{place.address}/gost/root.crl"),
            )
        case "gost-ocsp":
            return (
                extensions.key_usage("digital_signature"),
                extensions.ocsp_no_check(),
                extensions.extended_key_usage(["ocsp_signing"]),
                extensions.key_storage(),
            )
        case "gost-tsa":
            return (
                extensions.extended_key_usage(["time_stamping"], critical=True),
                extensions.certificate_policies(STAMP_POLICY),
                *_where(place),
                extensions.key_usage("digital_signature"),
                extensions.key_storage(),
            )
        case _:
            return signing


def _issue_identity(place: HierarchyPlace, who: IssuedIdentity, issuer: Issuer) -> x509.Certificate:
    key = generate(BITS[who.key])
    write_gost_key(place.folder / f"{who.name}.key.pem", key)
    begins, ends = _term(who, place.at)
    order = Order(
        subject=name(who.subject),
        spki=to_spki(key.public_key()),
        begins=begins,
        ends=ends,
        extensions=(
            extensions.extended_key_usage(who.roles),
            extensions.certificate_policies(),
            *_where(place),
            extensions.key_usage(*who.usage),
            extensions.key_storage(),
        ),
    )
    der = certify(order, issuer)
    above = load_certificate(place.folder / f"{who.issuer}.pem").dump()
    write_chain(place.folder / f"{who.name}.pem", der, above)
    return x509.Certificate.load(der)


def _where(place: HierarchyPlace) -> Sequence[x509.Extension]:
    """Where a certificate of the issuing authority can be checked."""
    gost = f"{place.address}/gost"
    return (
        extensions.authority_information_access(f"{gost}/ocsp", f"{gost}/issuing.cer"),
        extensions.crl_distribution_points(f"{gost}/issuing.crl"),
        extensions.freshest_crl(f"{gost}/delta.crl"),
    )


def _term(who: IssuedIdentity, at: datetime) -> tuple[datetime, datetime]:
    """A year for persons, three for systems; what is expired ended thirty days ago."""
    term = timedelta(days=1095 if who.system else 365)
    begins = at - (term + timedelta(days=30) if who.state == "expired" else timedelta(days=1))
    return begins, begins + term
