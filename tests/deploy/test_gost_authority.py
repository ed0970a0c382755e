"""The GOST hierarchy answers as the national authority's services do."""

import hashlib
from datetime import UTC, datetime

import httpx
import pytest
from asn1crypto import crl, ocsp, x509

from deploy.authority import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_crl import gost_delta_crl, gost_full_crl
from deploy.authority.gost_extensions import key_bits, key_identifier
from shared_contracts.signing.certificates import load_signing_certificate, spki
from tests.clauses import clause
from tests.pki import Pki

GOST = "1.2.398.3.10.1.1.2.3.2"
NONCE = b"\4\x10" + bytes(range(16))
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def file(pki: Pki, name: str) -> x509.Certificate:
    return load_certificate(pki.authority.folder / f"{name}.pem")


def is_signed_by(content: bytes, value: bytes, signer: x509.Certificate) -> bool:
    opened = load_signing_certificate(signer.dump())
    return opened.suite.verify(opened.key, content, value)


def request(pki: Pki, name: str, algorithm: str = "sha256", issuer: str = "gost-issuing") -> bytes:
    above = file(pki, issuer)
    about = {
        "hash_algorithm": {"algorithm": algorithm},
        "issuer_name_hash": hashlib.new(algorithm, above.subject.dump()).digest(),
        "issuer_key_hash": hashlib.new(algorithm, key_bits(spki(above.dump()))).digest(),
        "serial_number": file(pki, name).serial_number,
    }
    nonce = {"extn_id": "nonce", "critical": False, "extn_value": NONCE[2:]}
    content = {"request_list": [{"req_cert": about}], "request_extensions": [nonce]}
    der: bytes = ocsp.OCSPRequest({"tbs_request": content}).dump()
    return der


def asked(pki: Pki, question: bytes) -> ocsp.OCSPResponse:
    answer = httpx.post(f"http://127.0.0.1:{pki.server.port}/gost/ocsp", content=question)
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    return ocsp.OCSPResponse.load(answer.content, strict=True)


def test_every_certificate_is_signed_by_its_issuer(pki: Pki) -> None:
    pairs = [
        ("gost-root", "gost-root"),
        ("gost-issuing", "gost-root"),
        ("gost-ocsp", "gost-issuing"),
        ("gost-tsa", "gost-issuing"),
        ("customer2-head", "gost-issuing"),
        ("customer2-256", "gost-issuing"),
        ("stranger-gost", "gost-foreign"),
    ]
    for name, issuer in pairs:
        made = file(pki, name)
        content, value = made["tbs_certificate"].dump(), made["signature_value"].native
        assert is_signed_by(content, value, file(pki, issuer))
        assert not is_signed_by(content + b"x", value, file(pki, issuer))


def test_a_leaf_has_what_the_national_authority_puts_in(pki: Pki) -> None:
    certificate = file(pki, "customer2-head")
    kinds = [one["extn_id"].native for one in certificate["tbs_certificate"]["extensions"]]
    assert kinds == [
        "extended_key_usage",
        "certificate_policies",
        "authority_information_access",
        "crl_distribution_points",
        "freshest_crl",
        "key_usage",
        "1.2.398.3.3.5",
        "key_identifier",
        "authority_key_identifier",
    ]
    assert certificate.critical_extensions == {"key_usage"}
    assert certificate["signature_algorithm"].dump().hex() == "300e060a2a830e030a01010203020500"
    assert list(certificate.subject.native) == [
        "common_name",
        "surname",
        "serial_number",
        "country_name",
        "organization_name",
        "organizational_unit_name",
        "given_name",
    ]


def test_a_serial_number_is_made_of_the_key(pki: Pki) -> None:
    certificate = file(pki, "person-gost")
    identifier = int.from_bytes(key_identifier(spki(certificate.dump())))
    assert certificate.serial_number == identifier % 2**159
    assert certificate.key_identifier == key_identifier(spki(certificate.dump()))


def test_the_stamping_authority_does_nothing_else(pki: Pki) -> None:
    for name in ("gost-tsa", "tsa"):
        certificate = file(pki, name)
        assert certificate.extended_key_usage_value.native == ["time_stamping"]
        assert "extended_key_usage" in certificate.critical_extensions
        (policy,) = certificate.certificate_policies_value
        assert policy["policy_identifier"].dotted == "1.2.398.3.3.2.6"


def test_every_address_in_a_certificate_answers(pki: Pki) -> None:
    at = f"http://127.0.0.1:{pki.server.port}/gost"
    made = file(pki, "customer2-head")
    assert made.ocsp_urls == [f"{at}/ocsp"]
    access = made.authority_information_access_value
    places = [one["access_location"].native for one in access]
    assert places == [f"{at}/ocsp", f"{at}/issuing.cer"]
    served = x509.Certificate.load(httpx.get(places[1]).content, strict=True)
    assert served.dump() == file(pki, "gost-issuing").dump()
    (full,), (delta,) = made.crl_distribution_points, made.delta_crl_distribution_points
    assert (full.url, delta.url) == (f"{at}/issuing.crl", f"{at}/delta.crl")
    for url in (full.url, delta.url, f"{at}/root.crl"):
        crl.CertificateList.load(httpx.get(url).content, strict=True)


@clause("S216-A2.1.3")
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("customer2-head", "good"),
        ("gost-tsa", "good"),
        ("customer2-revoked", "revoked"),
        ("customer2-unlisted", "revoked"),
    ],
)
def test_the_responder_takes_both_hashes(pki: Pki, name: str, status: str, algorithm: str) -> None:
    (single,) = asked(pki, request(pki, name, algorithm)).response_data["responses"]
    assert single["cert_status"].name == status


def test_the_responder_answers_in_the_national_form(pki: Pki) -> None:
    response = asked(pki, request(pki, "customer2-head"))
    content = response.response_data
    extensions = {
        one["extn_id"].native: one["extn_value"] for one in content["response_extensions"]
    }
    assert extensions["nonce"].contents == NONCE
    assert extensions["extended_revoke"].contents == b"\5\0"
    assert content["responder_id"].name == "by_name"
    assert content["responses"][0]["next_update"].native is None
    (responder,) = response.basic_ocsp_response["certs"]
    assert responder.ocsp_no_check_value is not None
    assert responder.extended_key_usage_value.native == ["ocsp_signing"]
    signed = response.basic_ocsp_response["signature"].native
    assert is_signed_by(content.dump(), signed, responder)


def test_what_was_never_issued_is_revoked_since_the_beginning_of_time(pki: Pki) -> None:
    (single,) = asked(pki, request(pki, "customer2-never-issued")).response_data["responses"]
    told = single["cert_status"].chosen
    assert told["revocation_time"].native == NEVER
    assert told["revocation_reason"].native == "certificate_hold"


def test_another_authoritys_certificate_is_no_business_of_the_responder(pki: Pki) -> None:
    question = request(pki, "stranger-gost", issuer="gost-foreign")
    assert asked(pki, question)["response_status"].native == "unauthorized"


def test_the_responder_can_ask_to_come_later(pki: Pki) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.TRY_LATER):
        response = asked(pki, request(pki, "customer2-head"))
    assert response["response_status"].native == "try_later"


def test_the_authority_can_sign_the_answer_itself(pki: Pki) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.BY_AUTHORITY):
        signed = asked(pki, request(pki, "customer2-head")).basic_ocsp_response
    content, value = signed["tbs_response_data"].dump(), signed["signature"].native
    assert is_signed_by(content, value, file(pki, "gost-issuing"))


def listed(pki: Pki, der: bytes) -> tuple[crl.CertificateList, set[int]]:
    made = crl.CertificateList.load(der, strict=True)
    content = made["tbs_cert_list"]
    assert is_signed_by(content.dump(), made["signature"].native, file(pki, "gost-issuing"))
    revoked = content["revoked_certificates"]
    return made, {one["user_certificate"].native for one in revoked}


def test_a_full_list_names_the_revoked_but_not_the_unlisted(pki: Pki) -> None:
    made, numbers = listed(
        pki, gost_full_crl(pki.authority.folder, "gost-issuing", ServiceBehaviour.ANSWERING)
    )
    assert file(pki, "customer2-revoked").serial_number in numbers
    assert file(pki, "customer2-unlisted").serial_number not in numbers
    assert made.delta_crl_indicator_value is None


def test_a_delta_names_what_a_list_left_behind_does_not(pki: Pki) -> None:
    number = file(pki, "customer2-signer").serial_number
    with pki.revoked("customer2-signer"):
        full, before = listed(
            pki, gost_full_crl(pki.authority.folder, "gost-issuing", ServiceBehaviour.BEHIND)
        )
        delta, after = listed(pki, gost_delta_crl(pki.authority.folder, ServiceBehaviour.ANSWERING))
    assert (number in before, number in after) == (False, True)
    assert "delta_crl_indicator" in delta.critical_extensions
    assert delta.delta_crl_indicator_value.native <= full.crl_number_value.native
