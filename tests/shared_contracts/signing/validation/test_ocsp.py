"""An answer about a certificate proves something only if everything about it is right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from asn1crypto import core, ocsp, x509

from deploy.authority.files import load_certificate
from deploy.authority.gost_certificate import Order, certify, method, name, seal
from deploy.authority.gost_issue import issuer_of
from shared_contracts.astana_time import now
from shared_contracts.signing.gost.keys import generate, to_spki
from shared_contracts.signing.report import RevocationStatus
from shared_contracts.signing.trust import TrustProfile, load_profile
from shared_contracts.signing.validation.chain import validate_chain
from shared_contracts.signing.validation.ocsp import (
    OcspFlaw,
    OcspStatus,
    request_for,
    understand,
)
from shared_contracts.signing.validation.responder_cache import Circumstances, good_news
from tests.pki import Pki

NONCE = bytes(range(16))
DAY = timedelta(days=1)


def extension(kind: str, value: object) -> x509.Extension:
    return x509.Extension({"extn_id": kind, "critical": False, "extn_value": value})


SIGNS = extension("key_usage", {"digital_signature"})
ANSWERS = extension("extended_key_usage", ["ocsp_signing"])
UNCHECKED = extension("ocsp_no_check", core.Null())
RESPONDER = (SIGNS, ANSWERS, UNCHECKED)

Change = Callable[[dict[str, Any]], None]


class Desk:
    """The place of the responder, and whoever would like to sit there."""

    def __init__(self, pki: Pki) -> None:
        self.folder = pki.authority.folder
        self.profile: TrustProfile = load_profile(pki.trust)
        self.at = now().replace(microsecond=0)
        self.leaf = x509.Certificate.load(pki.signer("customer2-head").certificates[0])
        self.issuer = load_certificate(self.folder / "gost-issuing.pem")
        self.path = validate_chain(self.profile, self.leaf, (), self.at).path
        self.key = issuer_of(self.folder, "gost-ocsp").key
        self.certificate = load_certificate(self.folder / "gost-ocsp.pem")

    def single(self) -> dict[str, Any]:
        request, _ = request_for(self.leaf, self.issuer)
        asked = ocsp.OCSPRequest.load(request)["tbs_request"]["request_list"]
        status = ocsp.CertStatus(name="good", value=core.Null())
        about = asked[0]["req_cert"]
        return {"cert_id": about, "cert_status": status, "this_update": self.at}

    def data(self) -> dict[str, Any]:
        nonce = {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(NONCE)}
        return {
            "responder_id": ocsp.ResponderId(name="by_name", value=self.certificate.subject),
            "produced_at": self.at,
            "responses": [self.single()],
            "response_extensions": [nonce],
        }

    def sealed(self, data: dict[str, Any]) -> bytes:
        content = ocsp.ResponseData(data)
        signed = {
            "tbs_response_data": content,
            "signature_algorithm": method(self.key),
            "signature": seal(content.dump(), self.key),
            "certs": [self.certificate],
        }
        return self.wrapped(ocsp.BasicOCSPResponse(signed))

    @staticmethod
    def wrapped(signed: ocsp.BasicOCSPResponse) -> bytes:
        given = core.ParsableOctetString(signed.dump())
        content = {"response_type": "basic_ocsp_response", "response": given}
        whole = {"response_status": "successful", "response_bytes": content}
        return bytes(ocsp.OCSPResponse(whole).dump())

    def understood(self, der: bytes) -> OcspStatus:
        return understand(der, self.leaf, self.circumstances())

    def circumstances(self) -> Circumstances:
        return Circumstances(self.profile, self.issuer, self.path, self.at, NONCE)

    def seated(self, by: str, extensions: Any) -> None:
        """Somebody else, certified by an authority of this name, takes the place."""
        issuer, self.key = issuer_of(self.folder, by), generate(512)
        spki = to_spki(self.key.public_key())
        who = name({"common_name": "RESPONDER"})
        order = Order(who, spki, self.at - DAY, self.at + DAY, extensions)
        self.certificate = x509.Certificate.load(certify(order, issuer))


@pytest.fixture
def desk(pki: Pki) -> Desk:
    return Desk(pki)


def _about(field: str, value: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        about = data["responses"][0]["cert_id"].copy()
        about[field] = value(about[field].native)
        data["responses"][0]["cert_id"] = about

    return change


def _moved(field: str, by: timedelta) -> Change:
    def change(data: dict[str, Any]) -> None:
        place = data if field == "produced_at" else data["responses"][0]
        place[field] = data["produced_at"] + by

    return change


def _critical(place: str) -> Change:
    strange = {"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\5\0"}

    def change(data: dict[str, Any]) -> None:
        if place == "response":
            data["response_extensions"].append(strange)
        else:
            data["responses"][0]["single_extensions"] = [strange]

    return change


def _twice(data: dict[str, Any]) -> None:
    data["responses"] = data["responses"] * 2


def _nobody(data: dict[str, Any]) -> None:
    data["responses"] = []


def _nonce(data: dict[str, Any]) -> None:
    data["response_extensions"][0]["extn_value"] = core.OctetString(NONCE[::-1])


def _by_md5(data: dict[str, Any]) -> None:
    about = data["responses"][0]["cert_id"].copy()
    about["hash_algorithm"] = {"algorithm": "md5"}
    data["responses"][0]["cert_id"] = about


WRONG: dict[str, tuple[Change, str]] = {
    "another serial number": (_about("serial_number", lambda one: one + 1), "serial number"),
    "another issuer's name": (_about("issuer_name_hash", lambda one: one[::-1]), "name hash"),
    "another issuer's key": (_about("issuer_key_hash", lambda one: one[::-1]), "key hash"),
    "named by MD5": (_by_md5, "md5"),
    "two answers": (_twice, "one certificate"),
    "no answer": (_nobody, "one certificate"),
    "another nonce": (_nonce, "another question"),
    "too old": (_moved("this_update", timedelta(minutes=-32)), "too old"),
    "an end that has passed": (_moved("next_update", timedelta(minutes=-2)), "not recent enough"),
    "not yet": (_moved("this_update", timedelta(minutes=2)), "too recent"),
    "made in a time to come": (_moved("produced_at", timedelta(minutes=2)), "time to come"),
    "something critical about it": (_critical("response"), "critical extensions 1.2.3.4"),
    "something critical in it": (_critical("single"), "critical extensions 1.2.3.4"),
}


def test_an_answer_that_is_right_is_understood(desk: Desk) -> None:
    assert desk.understood(desk.sealed(desk.data())).status is RevocationStatus.GOOD


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_with_something_wrong_proves_nothing_though_it_is_signed(
    desk: Desk, wrong: str
) -> None:
    change, told = WRONG[wrong]
    data = desk.data()
    change(data)
    with pytest.raises(OcspFlaw, match=told):
        desk.understood(desk.sealed(data))


def test_a_responder_that_the_issuer_named_is_believed(desk: Desk) -> None:
    desk.seated("gost-issuing", RESPONDER)
    assert desk.understood(desk.sealed(desk.data())).status is RevocationStatus.GOOD


@pytest.mark.parametrize(
    ("by", "extensions"),
    [
        ("gost-issuing", (SIGNS, UNCHECKED)),
        ("gost-issuing", (SIGNS, extension("extended_key_usage", ["client_auth"]), UNCHECKED)),
        ("gost-issuing", (SIGNS, ANSWERS)),
        ("gost-root", RESPONDER),
    ],
    ids=["no purpose", "another purpose", "itself not proven", "named by the root"],
)
def test_whoever_is_no_responder_of_the_issuer_answers_nothing(
    desk: Desk, by: str, extensions: Any
) -> None:
    desk.seated(by, extensions)
    with pytest.raises(OcspFlaw, match=r"unauthorized|could not be validated"):
        desk.understood(desk.sealed(desk.data()))


def test_a_responder_whose_term_has_ended_answers_nothing(desk: Desk) -> None:
    desk.at -= 3 * DAY
    desk.seated("gost-issuing", RESPONDER)
    desk.at += 3 * DAY
    with pytest.raises(OcspFlaw, match="could not be validated"):
        desk.understood(desk.sealed(desk.data()))


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """The place of a responder that was proven, so that its next answer goes the short way."""
    answer = desk.sealed(desk.data())
    desk.understood(answer)
    assert good_news(answer, desk.leaf, desk.circumstances()) is not None
    return desk


def test_a_kept_responder_is_believed_for_what_its_own_key_signed_alone(kept: Desk) -> None:
    kept.key = generate(512)
    forged = kept.sealed(kept.data())
    assert good_news(forged, kept.leaf, kept.circumstances()) is None
    with pytest.raises(OcspFlaw):
        kept.understood(forged)


def test_a_kept_responder_is_believed_under_its_own_name_alone(kept: Desk) -> None:
    data = kept.data()
    data["responder_id"] = ocsp.ResponderId(name="by_name", value=kept.issuer.subject)
    answer = kept.sealed(data)
    assert good_news(answer, kept.leaf, kept.circumstances()) is None
    data["responder_id"] = ocsp.ResponderId(name="by_key", value=kept.issuer.public_key.sha1)
    answer = kept.sealed(data)
    assert good_news(answer, kept.leaf, kept.circumstances()) is None


def test_a_kept_responder_is_believed_within_its_term_alone(desk: Desk) -> None:
    desk.seated("gost-issuing", RESPONDER)
    desk.understood(desk.sealed(desk.data()))
    desk.at += timedelta(hours=23)
    assert good_news(desk.sealed(desk.data()), desk.leaf, desk.circumstances()) is not None
    desk.at += timedelta(hours=2)
    assert good_news(desk.sealed(desk.data()), desk.leaf, desk.circumstances()) is None


def test_an_answer_is_not_taken_for_one_about_another_certificate(pki: Pki, desk: Desk) -> None:
    der = desk.sealed(desk.data())
    desk.leaf = x509.Certificate.load(pki.signer("customer2-signer").certificates[0])
    desk.path = validate_chain(desk.profile, desk.leaf, (), desk.at).path
    with pytest.raises(OcspFlaw, match="serial number"):
        desk.understood(der)


def test_a_nonce_may_be_required(desk: Desk) -> None:
    data = desk.data()
    data["response_extensions"] = []
    der = desk.sealed(data)
    assert desk.understood(der).status is RevocationStatus.GOOD
    rules = replace(desk.profile.ocsp, nonce_required=True)
    desk.profile = replace(desk.profile, ocsp=rules)
    with pytest.raises(OcspFlaw, match="no nonce"):
        desk.understood(der)


def test_an_old_answer_is_not_believed_though_it_names_an_end_to_come(desk: Desk) -> None:
    data = desk.data()
    data["responses"][0] |= {"this_update": desk.at - 11 * DAY, "next_update": desk.at + 365 * DAY}
    with pytest.raises(OcspFlaw, match="too old"):
        desk.understood(desk.sealed(data))
    data["responses"][0]["this_update"] = desk.at - 9 * DAY
    assert desk.understood(desk.sealed(data)).status is RevocationStatus.GOOD


def test_a_profile_may_bound_the_age_of_an_answer_that_names_an_end(desk: Desk) -> None:
    data = desk.data()
    data["responses"][0] |= {"this_update": desk.at - 2 * DAY, "next_update": desk.at + DAY}
    der = desk.sealed(data)
    assert desk.understood(der).status is RevocationStatus.GOOD
    desk.profile = replace(desk.profile, ocsp=replace(desk.profile.ocsp, oldest=DAY))
    with pytest.raises(OcspFlaw, match="too old"):
        desk.understood(der)


def test_a_request_names_the_certificate_by_sha_256_and_bears_the_nonce(pki: Pki) -> None:
    seat = Desk(pki)
    der, nonce = request_for(seat.leaf, seat.issuer)
    request = ocsp.OCSPRequest.load(der, strict=True)
    [asked] = request["tbs_request"]["request_list"]
    about = asked["req_cert"]
    assert about["hash_algorithm"]["algorithm"].native == "sha256"
    assert about["issuer_name_hash"].native == sha256(seat.issuer.subject.dump()).digest()
    assert about["issuer_key_hash"].native == seat.issuer.public_key.sha256
    assert about["serial_number"].native == seat.leaf.serial_number
    assert (request.nonce_value.native, request.critical_extensions) == (nonce, set())
    assert len(nonce) == 16
    assert request_for(seat.leaf, seat.issuer)[1] != nonce
