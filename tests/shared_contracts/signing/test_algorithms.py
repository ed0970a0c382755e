"""The suite follows from the key in the certificate."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from shared_contracts.signing.algorithms import (
    ECDSA_P256_SHA256,
    GOST_256,
    GOST_512,
    RSA_SHA256,
    SUITES,
    AlgorithmSuite,
    PrivateKey,
    suite_of,
)
from shared_contracts.signing.gost.keys import generate
from shared_contracts.signing.report import Reason, SignatureRefused
from tests.clauses import clause

PKIGOVKZ = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"


@pytest.mark.parametrize(
    ("key", "suite"),
    [
        (rsa.generate_private_key(65537, 2048), RSA_SHA256),
        (ec.generate_private_key(ec.SECP256R1()), ECDSA_P256_SHA256),
        (generate(512), GOST_512),
        (generate(256), GOST_256),
    ],
)
def test_a_suite_verifies_what_it_signs_and_nothing_else(
    key: PrivateKey, suite: AlgorithmSuite
) -> None:
    public = key.public_key()
    assert suite_of(public) is suite
    assert suite.sign is not None
    value = suite.sign(key, b"data")
    assert suite.verify(public, b"data", value)
    assert not suite.verify(public, b"dato", value)
    assert not suite.verify(public, b"data", value[:-1])
    assert not suite.verify(public, b"data", value + b"\0")
    assert not suite.verify(public, b"data", value[:32] + b"\0" + value[32:])
    assert not suite.verify(public, b"data", bytes(len(value)))


@clause("S216-19")
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (rsa.generate_private_key(65537, 1024), Reason.KEY_TOO_SHORT),  # noqa: S505  # too short
        (ec.generate_private_key(ec.SECP384R1()), Reason.ALGORITHM),
        (ec.generate_private_key(ec.SECP256K1()), Reason.ALGORITHM),
        (ed25519.Ed25519PrivateKey.generate(), Reason.ALGORITHM),
    ],
)
def test_other_keys_have_no_suite(key: PrivateKey, reason: Reason) -> None:
    with pytest.raises(SignatureRefused) as refused:
        suite_of(key.public_key())
    assert refused.value.reason is reason


def test_a_digest_does_not_depend_on_the_pieces() -> None:
    for suite in SUITES.values():
        assert suite.digest([b"ab", memoryview(b"c")]) == suite.digest([b"abc"])


def test_a_method_belongs_to_one_suite() -> None:
    """The names which Kazakhstan's tools write (S216-A2.1.3)."""
    assert len(SUITES) == 4
    assert [(suite.sig_uri, suite.digest_uri) for suite in (GOST_512, GOST_256)] == [
        (f"{PKIGOVKZ}gostr34102015-gostr34112015-{bits}", f"{PKIGOVKZ}gostr34112015-{bits}")
        for bits in (512, 256)
    ]
    assert {suite.sig_uri: suite for suite in SUITES.values()} == SUITES
