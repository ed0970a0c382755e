"""OCSP answers of the GOST hierarchy, as the national authority's service gives them (RFC 6960).

A delegated responder, the nonce echoed, no nextUpdate, and extended revoke: a certificate that was
never issued is answered as revoked in 1970.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import core, ocsp, x509

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_certificate import Issuer, method, seal
from deploy.authority.gost_extensions import key_bits
from deploy.authority.gost_issue import issued, issuer_of
from deploy.authority.revocations import Revoked, read_revocations
from shared_contracts.astana_time import now

NEVER = Revoked(datetime(1970, 1, 1, tzinfo=UTC), "certificate_hold")
"""How extended revoke tells of a certificate that was never issued (RFC 6960, 2.2)."""

LATE = timedelta(days=2)
"""How old the answers of the behaviour OUTDATED are."""

HASHES = ("sha1", "sha256")
"""With which a certificate may be asked about; the national service takes both."""


def gost_ocsp_answer(folder: Path, request: bytes, behaviour: ServiceBehaviour) -> bytes:
    """The DER of an OCSP response to the DER of a request; ValueError if it is none."""
    asked = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
    if behaviour is ServiceBehaviour.TRY_LATER:
        return _without_answer("try_later")
    questions = [one["req_cert"] for one in asked["request_list"]]
    issuing = issuer_of(folder, "gost-issuing")
    if not questions or not all(_is_ours(one, issuing) for one in questions):
        return _without_answer("unauthorized")
    moment = (now() - (LATE if behaviour is ServiceBehaviour.OUTDATED else timedelta())).replace(
        microsecond=0
    )
    answers = [_answer(folder, one, moment, behaviour) for one in questions]
    return _signed(folder, answers, asked["request_extensions"], behaviour)


def _without_answer(status: str) -> bytes:
    der: bytes = ocsp.OCSPResponse({"response_status": status}).dump()
    return der


def _is_ours(question: ocsp.CertId, issuing: Issuer) -> bool:
    """Whether a certificate of the issuing authority is asked about."""
    algorithm = question["hash_algorithm"]["algorithm"].native
    if algorithm not in HASHES:
        return False
    named = hashlib.new(algorithm, issuing.name.dump()).digest()
    keyed = hashlib.new(algorithm, key_bits(issuing.spki)).digest()
    given = (question["issuer_name_hash"].native, question["issuer_key_hash"].native)
    return given == (named, keyed)


def _answer(
    folder: Path, question: ocsp.CertId, moment: datetime, behaviour: ServiceBehaviour
) -> ocsp.SingleResponse:
    serial = question["serial_number"].native
    return ocsp.SingleResponse(
        {
            "cert_id": question,
            "cert_status": _status(folder, serial, behaviour),
            "this_update": moment,
        }
    )


def _status(folder: Path, serial: int, behaviour: ServiceBehaviour) -> ocsp.CertStatus:
    if behaviour is ServiceBehaviour.UNKNOWN:
        return ocsp.CertStatus(name="unknown", value=core.Null())
    revoked = read_revocations(folder).get(serial)
    if serial not in issued(folder):
        revoked = NEVER
    if revoked is None:
        return ocsp.CertStatus(name="good", value=core.Null())
    info = {"revocation_time": revoked.since, "revocation_reason": revoked.reason}
    return ocsp.CertStatus(name="revoked", value=ocsp.RevokedInfo(info))


def _signed(
    folder: Path,
    answers: list[ocsp.SingleResponse],
    asked: ocsp.TBSRequestExtensions,
    behaviour: ServiceBehaviour,
) -> bytes:
    signer, certificates = _signer(folder, behaviour)
    content = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId(name="by_name", value=signer.name),
            "produced_at": answers[0]["this_update"],
            "responses": answers,
            "response_extensions": [*_nonce(asked), _extension("extended_revoke", core.Null())],
        }
    )
    signed = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": content,
            "signature_algorithm": method(signer.key),
            "signature": seal(content.dump(), signer.key),
            "certs": certificates,
        }
    )
    return _successful(signed)


def _successful(signed: ocsp.BasicOCSPResponse) -> bytes:
    content = {
        "response_type": "basic_ocsp_response",
        "response": core.ParsableOctetString(signed.dump()),
    }
    answer = {"response_status": "successful", "response_bytes": content}
    der: bytes = ocsp.OCSPResponse(answer).dump()
    return der


def _signer(folder: Path, behaviour: ServiceBehaviour) -> tuple[Issuer, list[x509.Certificate]]:
    """Who signs the response, and the certificate that it brings along."""
    if behaviour is ServiceBehaviour.BY_AUTHORITY:
        return issuer_of(folder, "gost-issuing"), []
    return issuer_of(folder, "gost-ocsp"), [load_certificate(folder / "gost-ocsp.pem")]


def _nonce(asked: ocsp.TBSRequestExtensions) -> list[ocsp.ResponseDataExtension]:
    return [
        _extension("nonce", one["extn_value"].parsed)
        for one in asked
        if one["extn_id"].native == "nonce"
    ]


def _extension(name: str, value: core.Asn1Value) -> ocsp.ResponseDataExtension:
    return ocsp.ResponseDataExtension({"extn_id": name, "critical": False, "extn_value": value})
