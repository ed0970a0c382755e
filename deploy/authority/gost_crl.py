"""CRLs of the GOST hierarchy: full ones, and the delta between two of them (RFC 5280, 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import crl

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_certificate import method, seal, utc_time
from deploy.authority.gost_extensions import key_identifier
from deploy.authority.gost_issue import AUTHORITY_BEFORE, issuer_of
from deploy.authority.revocations import Revoked, listed_revocations
from shared_contracts.astana_time import now

FULL_TERM = timedelta(hours=27)
DELTA_TERM = timedelta(hours=7, minutes=30)
"""Terms of the national authority's lists."""

AGE = timedelta(minutes=1)
"""How old a CRL is that is asked for now."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a CRL says: by whom, for how long, on whom; ``base`` makes it a delta CRL."""

    authority: str
    begins: datetime
    term: timedelta
    revoked: Mapping[int, Revoked]
    base: int | None = None


def gost_full_crl(folder: Path, authority: str, behaviour: ServiceBehaviour) -> bytes:
    """The DER of the full CRL of ``authority``.

    It names all that is revoked, by whomever issued: no two serial numbers are alike.
    """
    revoked = listed_revocations(folder)
    if behaviour is ServiceBehaviour.BEHIND:
        made = _made_at(folder)
        revoked = {serial: one for serial, one in revoked.items() if one.since <= made}
    return _sign(folder, _Content(authority, _moment(behaviour, FULL_TERM), FULL_TERM, revoked))


def gost_delta_crl(folder: Path, behaviour: ServiceBehaviour) -> bytes:
    """The DER of the issuing authority's delta CRL: what was revoked since all began."""
    made = _made_at(folder)
    fresh = {serial: one for serial, one in listed_revocations(folder).items() if one.since > made}
    begins = _moment(behaviour, DELTA_TERM)
    wanted = _Content("gost-issuing", begins, DELTA_TERM, fresh, _number(made - 2 * FULL_TERM))
    return _sign(folder, wanted)


def _moment(behaviour: ServiceBehaviour, term: timedelta) -> datetime:
    moment = now().replace(microsecond=0)
    return moment - (2 * term if behaviour is ServiceBehaviour.OUTDATED else AGE)


def _made_at(folder: Path) -> datetime:
    """When the authority was made; its deltas say what was revoked after that."""
    begun: datetime = load_certificate(folder / "gost-issuing.pem").not_valid_before
    return begun + AUTHORITY_BEFORE


def _number(moment: datetime) -> int:
    return int(moment.timestamp())


def _sign(folder: Path, wanted: _Content) -> bytes:
    signer = issuer_of(folder, wanted.authority)
    content = crl.TbsCertList(
        {
            "version": "v2",
            "signature": method(signer.key),
            "issuer": signer.name,
            "this_update": utc_time(wanted.begins),
            "next_update": utc_time(wanted.begins + wanted.term),
            "crl_extensions": _extensions(wanted, signer.spki),
        }
    )
    if wanted.revoked:
        content["revoked_certificates"] = [_entry(*one) for one in wanted.revoked.items()]
    made = crl.CertificateList(
        {
            "tbs_cert_list": content,
            "signature_algorithm": method(signer.key),
            "signature": seal(content.dump(), signer.key),
        }
    )
    der: bytes = made.dump()
    return der


def _extensions(wanted: _Content, spki: bytes) -> Sequence[crl.TBSCertListExtension]:
    known = [
        _extension("crl_number", _number(wanted.begins)),
        _extension("authority_key_identifier", {"key_identifier": key_identifier(spki)}),
    ]
    if wanted.base is not None:
        known.append(_extension("delta_crl_indicator", wanted.base, critical=True))
    return known


def _extension(name: str, value: object, *, critical: bool = False) -> crl.TBSCertListExtension:
    return crl.TBSCertListExtension({"extn_id": name, "critical": critical, "extn_value": value})


def _entry(serial: int, revoked: Revoked) -> crl.RevokedCertificate:
    reason = {"extn_id": "crl_reason", "critical": False, "extn_value": revoked.reason}
    return crl.RevokedCertificate(
        {
            "user_certificate": serial,
            "revocation_date": utc_time(revoked.since),
            "crl_entry_extensions": [reason],
        }
    )
