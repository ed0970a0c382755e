"""Certificates that RFC 5280 forbids and keys that are too weak are refused anywhere."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import core, ocsp, x509

from deploy.authority.gost_certificate import Order, name
from deploy.authority.gost_certificate import certify as certify_gost
from deploy.authority.gost_issue import issuer_of
from shared_contracts.signing.report import RevocationStatus
from shared_contracts.signing.validation.chain import ChainFlaw, validate_chain
from shared_contracts.signing.validation.ocsp import OcspFlaw
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.validation import makers
from tests.shared_contracts.signing.validation.makers import AT, Line, Surgery, key, profile_of
from tests.shared_contracts.signing.validation.test_ocsp import RESPONDER, Desk

P256 = "ECDSA-P256-SHA256"


def refused(line: Line, *algorithms: str, shortest: int = 2048) -> str:
    """Why the chain of a line is not admitted; empty if it is."""
    root, authority, leaf = line.made()
    profile = profile_of(root, *algorithms, shortest=shortest)
    try:
        validate_chain(profile, leaf, (authority.dump(),), AT)
    except ChainFlaw as flaw:
        return flaw.detail
    return ""


def placed(place: str, kind: str) -> Line:
    """A line with a key of a kind in one place."""
    kinds = {one: kind if one == place else "P-256" for one in ("root", "authority", "leaf")}
    return Line(kinds["root"], kinds["authority"], kinds["leaf"])


def _serial(number: int) -> Surgery:
    def change(content: x509.TbsCertificate) -> None:
        content["serial_number"] = number

    return change


def _version_1(content: x509.TbsCertificate) -> None:
    content["version"] = "v1"


def _other_algorithm(content: x509.TbsCertificate) -> None:
    content["signature"] = {"algorithm": "sha256_rsa"}


def _pss(content: x509.TbsCertificate) -> None:
    content["subject_public_key_info"]["algorithm"] = {"algorithm": "rsassa_pss"}


FORBIDDEN = {
    "another algorithm within": (_other_algorithm, "two signature algorithms"),
    "version 1 with extensions": (_version_1, "not of version 3"),
    "serial number 0": (_serial(0), "serial number"),
    "negative serial number": (_serial(-5), "serial number"),
    "serial number of 21 octets": (_serial(1 << 160), "serial number"),
    "serial number of 60 octets": (_serial(1 << 478), "serial number"),
}


@clause("S216-A2.1.3")
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_certificate_that_the_standard_forbids_is_refused(name: str) -> None:
    surgery, told = FORBIDDEN[name]
    assert told in refused(Line(surgery=surgery))


def test_an_authority_that_the_standard_forbids_is_refused_too() -> None:
    assert "serial number" in refused(Line(inner=_serial(-5)))


@pytest.mark.parametrize("number", [1, (1 << 159) - 1])
def test_a_serial_number_that_is_positive_and_of_20_octets_is_admitted(number: int) -> None:
    assert refused(Line(surgery=_serial(number))) == ""


@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "RSA-2048"])
@pytest.mark.parametrize("place", ["root", "authority", "leaf"])
def test_a_chain_of_usual_keys_is_admitted(kind: str, place: str) -> None:
    assert refused(placed(place, kind)) == ""


@clause("S216-A2.1.3")
@pytest.mark.parametrize("place", ["root", "authority", "leaf"])
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("P-192", "the curve secp192r1"),
        ("P-224", "the curve secp224r1"),
        ("secp256k1", "the curve secp256k1"),
        ("RSA-2048-3", "exponent below 65537"),
    ],
)
def test_a_key_that_is_too_weak_is_refused_anywhere_in_a_chain(
    place: str, kind: str, told: str
) -> None:
    assert told in refused(placed(place, kind))


@pytest.mark.parametrize("place", ["root", "authority", "leaf"])
def test_the_shortest_rsa_of_a_profile_binds_every_key_of_a_chain(place: str) -> None:
    line = placed(place, "RSA-2048")
    assert "RSA of 2048 bits" in refused(line, shortest=3072)


def test_a_key_for_pss_alone_signs_nothing_here() -> None:
    assert "RSASSA-PSS" in refused(Line(leaf="RSA-2048", surgery=_pss))


@pytest.mark.parametrize("place", ["root", "authority", "leaf"])
@pytest.mark.parametrize("kind", ["P-384", "P-521", "RSA-2048"])
def test_the_algorithms_of_a_profile_bind_every_key_of_a_chain(place: str, kind: str) -> None:
    line = placed(place, kind)
    assert "not admitted" in refused(line, P256)
    assert refused(Line(), P256) == ""


@pytest.mark.parametrize(
    ("purposes", "admitted"),
    [
        (("server_auth",), False),
        (("server_auth", "code_signing"), False),
        (("any_extended_key_usage",), True),
        ((), True),
    ],
)
def test_an_authority_for_something_else_certifies_no_signer(
    purposes: tuple[str, ...],
    admitted: bool,  # noqa: FBT001  # a column
) -> None:
    assert (refused(Line(purposes=purposes)) == "") is admitted


def answered(desk: Desk, kind: str) -> bytes:
    """A good answer by a responder whom the issuer named, with a key of a kind."""
    own = key(kind)
    order = Order(
        name({"common_name": "RESPONDER"}),
        makers.public(own).dump(),
        desk.at - timedelta(days=1),
        desk.at + timedelta(days=1),
        RESPONDER,
    )
    desk.certificate = x509.Certificate.load(
        certify_gost(order, issuer_of(desk.folder, "gost-issuing"))
    )
    content = ocsp.ResponseData(desk.data())
    signed: dict[str, Any] = {
        "tbs_response_data": content,
        "signature_algorithm": makers.method(own),
        "signature": core.OctetBitString(makers.sign(content.dump(), own)),
        "certs": [desk.certificate],
    }
    return desk.wrapped(ocsp.BasicOCSPResponse(signed))


@pytest.mark.parametrize("kind", ["P-256", "P-384", "RSA-2048"])
def test_a_responder_with_a_usual_key_is_believed(pki: Pki, kind: str) -> None:
    desk = Desk(pki)
    assert desk.understood(answered(desk, kind)).status is RevocationStatus.GOOD


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("RSA-1024", "RSA of 1024 bits"),
        ("RSA-2048-3", "exponent"),
        ("P-192", "the curve secp192r1"),
        ("secp256k1", "the curve secp256k1"),
    ],
)
def test_a_responder_with_a_weak_key_answers_nothing(pki: Pki, kind: str, told: str) -> None:
    desk = Desk(pki)
    with pytest.raises(OcspFlaw, match=f"its responder: .*{told}"):
        desk.understood(answered(desk, kind))


def test_the_profile_binds_the_keys_of_responders_too(pki: Pki) -> None:
    desk = Desk(pki)
    desk.profile = replace(desk.profile, algorithms=frozenset({"GOST-512", P256}))
    assert desk.understood(answered(desk, "P-256")).status is RevocationStatus.GOOD
    with pytest.raises(OcspFlaw, match=r"its responder: .*not admitted"):
        desk.understood(answered(desk, "P-384"))
    desk.profile = replace(desk.profile, algorithms=frozenset(), shortest_rsa=3072)
    with pytest.raises(OcspFlaw, match="at least 3072"):
        desk.understood(answered(desk, "RSA-2048"))
