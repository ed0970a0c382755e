"""The verifier of evidence packages: chains among many certificates, CRLs and OCSP answers."""

import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from deploy.verifier.certificates import Answers, chain_of
from deploy.verifier.revocation import check_not_revoked
from deploy.verifier.steps import Flaw, Protocol, StepVerdict, Undecided
from tests.pki import Pki

AT = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CA_URL, OTHER_URL = (
    x509.UniformResourceIdentifier(f"http://ca.kz/{one}.crl") for one in ("own", "other")
)
NOTHING: Mapping[str, Any] = {
    "full_name": None,
    "relative_name": None,
    "only_contains_user_certs": False,
    "only_contains_ca_certs": False,
    "only_some_reasons": None,
    "indirect_crl": False,
    "only_contains_attribute_certs": False,
}
SOME = frozenset([x509.ReasonFlags.key_compromise])


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """A key for each name, made once."""
    return ec.generate_private_key(ec.SECP256R1()) if name else key("root")


def certificate(subject: str, signer: str, *, holder: str = "") -> x509.Certificate:
    """One of ``subject`` under the name ``root``, signed by the key of ``signer``."""
    is_authority = subject == "root"
    usage = x509.KeyUsage(
        *(False,) * 5, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False
    )
    own, root = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, "root")
    )
    points = [x509.DistributionPoint([CA_URL], None, None, None)]
    made = (
        x509.CertificateBuilder(root, own, key(holder or subject).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - 30 * DAY)
        .not_valid_after(AT + 300 * DAY)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.CRLDistributionPoints(points), critical=False)
    )
    return made.sign(key(signer), hashes.SHA256())


ROOT, LEAF = certificate("root", "root"), certificate("leaf", "root")


def crl(*, revoked: bool = False, signer: str = "root", **scope: Any) -> bytes:
    """A list of the root with this scope; the leaf is in it, or not."""
    made = x509.CertificateRevocationListBuilder(ROOT.subject, AT - DAY, AT + DAY)
    if revoked:
        entry = x509.RevokedCertificateBuilder(LEAF.serial_number, AT - DAY).build()
        made = made.add_revoked_certificate(entry)
    if scope:
        point = x509.IssuingDistributionPoint(**{**NOTHING, **scope})
        made = made.add_extension(point, critical=True)
    return made.sign(key(signer), hashes.SHA256()).public_bytes(Encoding.DER)


def answer(*, revoked: bool = False) -> bytes:
    """An OCSP answer of the root about the leaf."""
    made = ocsp.OCSPResponseBuilder().add_response(
        cert=LEAF,
        issuer=ROOT,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=AT - DAY,
        next_update=AT + DAY,
        revocation_time=AT - DAY if revoked else None,
        revocation_reason=None,
    )
    made = made.responder_id(ocsp.OCSPResponderEncoding.NAME, ROOT)
    return made.sign(key("root"), hashes.SHA256()).public_bytes(Encoding.DER)


def spoilt_end(der: bytes) -> bytes:
    """The same with another signature: its value is the end of it."""
    return der[:-1] + bytes([der[-1] ^ 1])


def ground(*lists: bytes) -> str:
    """By which ground the leaf is not said to be in force; nothing if it is."""
    known = Answers([ROOT])
    for one in lists:
        known.add(one)
    try:
        check_not_revoked([LEAF, ROOT], known, AT)
    except Flaw as flaw:
        return flaw.ground
    return ""


FALSE_ONES = [
    ("CRL_SIGNATURE", crl(signer="strange")),
    ("CRL_SIGNATURE", crl(signer="strange", revoked=True)),
    ("OCSP_SIGNATURE", spoilt_end(answer())),
    ("OCSP_SIGNATURE", spoilt_end(answer(revoked=True))),
]


@pytest.mark.parametrize(("why", "spoilt"), FALSE_ONES)
@pytest.mark.parametrize("good", [crl(), answer()])
def test_one_proven_answer_suffices_and_a_spoilt_one_beside_it_is_named(
    good: bytes, why: str, spoilt: bytes
) -> None:
    for order in ([good, spoilt], [spoilt, good]):
        known, told = Answers([ROOT]), Protocol()
        for one in order:
            known.add(one)
        assert told.run("REVOCATION", "", lambda: check_not_revoked([LEAF, ROOT], known, AT))  # noqa: B023
        [step] = told.steps
        assert (step.verdict, step.ground) == (StepVerdict.PASSED, "ANSWERS_PASSED_OVER")
        assert step.detail == f"{why} {hashlib.sha256(spoilt).hexdigest()}"


@pytest.mark.parametrize(("why", "spoilt"), FALSE_ONES)
def test_a_spoilt_answer_alone_decides_nothing_and_is_told(why: str, spoilt: bytes) -> None:
    assert ground(spoilt) == why


@pytest.mark.parametrize("revoking", [crl(revoked=True), answer(revoked=True)])
def test_a_proven_revocation_is_not_outweighed_by_good_answers(revoking: bytes) -> None:
    assert ground(crl(), answer(), revoking, crl(signer="strange")) == "REVOKED"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ({}, ""),
        ({"only_contains_user_certs": True}, ""),
        ({"full_name": [CA_URL]}, ""),
        ({"full_name": [OTHER_URL]}, "CRL_SCOPE"),
        ({"only_contains_ca_certs": True}, "CRL_SCOPE"),
        ({"only_contains_attribute_certs": True}, "CRL_SCOPE"),
        ({"indirect_crl": True}, "CRL_INDIRECT"),
        ({"only_some_reasons": SOME}, "NO_ANSWER"),
    ],
)
def test_a_list_speaks_of_the_certificates_in_its_scope(scope: dict[str, Any], told: str) -> None:
    assert ground(crl(**scope)) == told
    if not told:
        assert ground(crl(revoked=True, **scope)) == "REVOKED"


def test_a_list_of_some_reasons_revokes_and_does_not_clear() -> None:
    assert ground(crl(only_some_reasons=SOME), crl(full_name=[CA_URL])) == ""
    assert ground(crl(revoked=True, only_some_reasons=SOME), crl(full_name=[CA_URL])) == "REVOKED"


def test_a_list_whose_extensions_cannot_be_read_is_passed_over() -> None:
    scope = crl(only_contains_user_certs=True)
    spoilt = scope.replace(b"\x81\x01\xff", b"\x81\x01\x07")  # BOOLEAN TRUE is FF in DER
    assert spoilt != scope
    assert ground(spoilt) == "UNREADABLE"
    assert ground(spoilt, crl()) == ""


def test_a_list_about_others_beside_the_right_one_does_no_harm() -> None:
    assert ground(crl(indirect_crl=True), crl(only_contains_ca_certs=True), crl()) == ""


def test_many_certificates_of_one_name_cost_no_square_and_are_told() -> None:
    strange = [certificate("root", "strange", holder="strange") for _ in range(1500)]
    known, misled = Answers([ROOT]), Answers([certificate("root", "x", holder="x")])
    for one in strange:
        known.add(one.public_bytes(Encoding.DER))
        misled.add(one.public_bytes(Encoding.DER))
    leaves = [certificate(f"leaf {number}", "root") for number in range(200)]
    began = time.process_time()
    for leaf in leaves:
        assert chain_of(leaf, [], known, AT) == [leaf, ROOT]
        with pytest.raises(Undecided, match="ISSUERS_MANY"):
            chain_of(leaf, strange, misled, AT)
    assert time.process_time() - began < 10, "each of 1,500 for each of 200 takes a minute"


def test_a_certificate_of_a_gost_key_is_said_not_to_be_computed(pki: Pki) -> None:
    [leaf, *others] = [
        x509.load_der_x509_certificate(one) for one in pki.signer("customer2-head").certificates
    ]
    with pytest.raises(Undecided) as told:
        chain_of(leaf, others, Answers(others or [ROOT]), AT)
    assert told.value.ground == "GOST"
