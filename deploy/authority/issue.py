"""Keys and certificates of the test authority's RSA and P-256 hierarchy, made by certomancer."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import random_serial_number

from deploy.authority.files import write_chain, write_key
from deploy.authority.identities import IDENTITIES, IssuedIdentity

POLICY = "1.2.398.3.3.2"
"""Certificate policy of the national authority's present certificates."""

STAMP_POLICY = "1.2.398.3.3.2.6"
"""Certificate policy of its time-stamping authorities."""

AUTHORITIES = {
    "root": {"common_name": "НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ", "country_name": "KZ"},
    "issuing": {"common_name": "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ", "country_name": "KZ"},
    "ocsp": {"common_name": "OCSP RESPONDER", "country_name": "KZ"},
    "tsa": {"common_name": "TIME-STAMPING AUTHORITY", "country_name": "KZ"},
    "foreign-ca": {"common_name": "БӨТЕН КУӘЛАНДЫРУШЫ ОРТАЛЫҚ", "country_name": "KZ"},
}
"""The authorities themselves, by the names of their files."""

HOLDERS = tuple(who for who in IDENTITIES if not who.has_gost_key)
"""The identities of this hierarchy."""


def issue(folder: Path, address: str, at: datetime) -> None:
    """Write keys and certificates of all authorities and identities into ``folder``.

    ``address`` is the URL under which OCSP answers and CRLs will be served.
    """
    _write_keys(folder)
    config = {
        "keysets": {"keys": {"keys": {name: {"path": f"{name}.key.pem"} for name in _names()}}},
        "pki-architectures": {"pki": _architecture(address, at)},
    }
    made = CertomancerConfig(config, str(folder)).get_pki_arch(ArchLabel("pki"))
    certificates = {name: made.get_cert(CertLabel(name)).dump() for name in _names()}
    for name in AUTHORITIES:
        write_chain(folder / f"{name}.pem", certificates[name])
    write_chain(folder / "ca.pem", certificates["root"])
    for who in HOLDERS:
        write_chain(folder / f"{who.name}.pem", certificates[who.name], certificates[who.issuer])


def _names() -> tuple[str, ...]:
    return (*AUTHORITIES, *(who.name for who in HOLDERS))


def _write_keys(folder: Path) -> None:
    """RSA for persons, as Kazakhstan's tools know it; P-256 for systems and the authority."""
    with_rsa = {"tsa", *(who.name for who in HOLDERS if who.key == "rsa")}
    for name in _names():
        key = (
            rsa.generate_private_key(65537, 2048)
            if name in with_rsa
            else ec.generate_private_key(ec.SECP256R1())
        )
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_key(folder / f"{name}.key.pem", text)


def _architecture(address: str, at: datetime) -> dict[str, Any]:
    people = {who.name: who.subject for who in HOLDERS}
    certificates = _authority_certificates(address, at) | {
        who.name: _certificate(who, address, at) for who in HOLDERS
    }
    return {"keyset": "keys", "entities": {**AUTHORITIES, **people}, "certs": certificates}


def _authority_certificates(address: str, at: datetime) -> dict[str, Any]:
    years = _validity(at - timedelta(days=1000), at + timedelta(days=3650))
    authority = [
        _extension("basic_constraints", {"ca": True}, critical=True),
        _usage("key_cert_sign", "crl_sign"),
        _policy(),
    ]
    responder = [
        _usage("digital_signature"),
        _extension("extended_key_usage", ["ocsp_signing"]),
        _extension("ocsp_no_check", None),
    ]
    revocation = [_crl_at(f"{address}/root.crl")]
    return {
        "root": _spec("root", years, authority[:2]),
        "foreign-ca": _spec("foreign-ca", years, authority[:2]),
        "issuing": _spec("root", years, [*authority, *revocation]),
        "ocsp": _spec("issuing", years, responder),
        "tsa": _spec("issuing", years, _stamping(address)),
    }


def _stamping(address: str) -> list[dict[str, Any]]:
    return [
        _usage("digital_signature"),
        _extension("extended_key_usage", ["time_stamping"], critical=True),
        _policy(STAMP_POLICY),
        _ocsp_at(f"{address}/ocsp"),
        _crl_at(f"{address}/issuing.crl"),
    ]


def _certificate(who: IssuedIdentity, address: str, at: datetime) -> dict[str, Any]:
    term = timedelta(days=1095 if who.system else 365)
    start = at - timedelta(days=1)
    if who.state == "expired":
        start = at - term - timedelta(days=30)
    extensions = [
        _usage(*who.usage),
        _extension("extended_key_usage", list(who.roles)),
        _policy(),
        _ocsp_at(f"{address}/ocsp"),
        _crl_at(f"{address}/{who.issuer}.crl"),
    ]
    return _spec(who.issuer, _validity(start, start + term), extensions)


def _spec(
    issuer: str, validity: Mapping[str, str], extensions: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "serial": random_serial_number(),
        "validity": dict(validity),
        "extensions": list(extensions),
    }


def _validity(start: datetime, end: datetime) -> dict[str, str]:
    return {"valid-from": start.isoformat(), "valid-to": end.isoformat()}


def _extension(name: str, value: object, *, critical: bool = False) -> dict[str, Any]:
    return {"id": name, "critical": critical, "value": value}


def _usage(*bits: str) -> dict[str, Any]:
    smart = {"schema": "key-usage", "params": list(bits)}
    return {"id": "key_usage", "critical": True, "smart-value": smart}


def _policy(policy: str = POLICY) -> dict[str, Any]:
    return _extension("certificate_policies", [{"policy_identifier": policy}])


def _ocsp_at(url: str) -> dict[str, Any]:
    description = {"access_method": "ocsp", "access_location": _uri(url)}
    return _extension("authority_information_access", [description])


def _crl_at(url: str) -> dict[str, Any]:
    point = x509.DistributionPointName(name="full_name", value=x509.GeneralNames([_uri(url)]))
    return _extension("crl_distribution_points", [{"distribution_point": point}])


def _uri(url: str) -> x509.GeneralName:
    return x509.GeneralName(name="uniform_resource_identifier", value=url)
