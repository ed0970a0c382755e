"""All ways to compute GOST give the same verdict, and only what answers rightly is used."""

import os
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from gostcrypto import gostsignature  # type: ignore[import-untyped]  # it has no stubs
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_contracts.signing.gost import backends, self_test
from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.keys import GostPrivateKey, generate
from shared_contracts.signing.gost.pure import PURE
from tests.shared_contracts.signing.gost.present import present

NAMES = ("pure", "gmpy2", "openssl")
KEYS = {bits: generate(bits) for bits in (512, 256)}
CURVE_NAMES = {
    512: "id-tc26-gost-3410-12-512-paramSetA",
    256: "id-tc26-gost-3410-2012-256-paramSetA",
}


@pytest.fixture(params=NAMES)
def backend(request: pytest.FixtureRequest) -> Backend:
    return present(request.param)


def test_a_back_end_passes_the_self_test(backend: Backend) -> None:
    assert self_test.failures(backend) == ()
    assert backend.name in NAMES


@pytest.mark.parametrize("bits", [512, 256])
def test_a_back_end_and_python_accept_each_others_signatures(backend: Backend, bits: int) -> None:
    """The engine's order of octets and OIDs are turned there and back."""

    @settings(max_examples=15, deadline=None)
    @given(st.binary(max_size=300), st.integers(0, 8 * bits // 4 - 1))
    def agree(message: bytes, flipped: int) -> None:
        private = KEYS[bits]
        key, digest = private.public_key(), PURE.digest(bits, [message])
        assert backend.digest(bits, [message[:7], memoryview(message)[7:]]) == digest
        for signer, verifier in ((backend, PURE), (PURE, backend)):
            value = signer.sign(private, digest)
            bad = bytearray(value)
            bad[flipped // 8] ^= 1 << flipped % 8
            assert verifier.verify(key, digest, value)
            assert not verifier.verify(key, digest, bytes(bad))
            assert not verifier.verify(key, PURE.digest(bits, [message + b"."]), value)

    agree()


@pytest.mark.parametrize("bits", [512, 256])
def test_all_back_ends_judge_any_value_alike(bits: int) -> None:
    found = [present(name) for name in NAMES]

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        size, private = bits // 8, KEYS[bits]
        q, key = private.curve.q, private.public_key()
        edges = st.sampled_from([0, 1, 2, q - 1, q, q + 1, (1 << bits) - 1])
        numbers = st.one_of(edges, st.integers(0, (1 << bits) - 1))
        r, s, alpha = (data.draw(numbers).to_bytes(size, "little") for _ in range(3))
        verdicts = {each.verify(key, alpha, r + s) for each in found}
        assert len(verdicts) == 1

    agree()


@pytest.mark.parametrize("bits", [512, 256])
def test_all_back_ends_judge_any_key_and_digest_alike(bits: int) -> None:
    """Also keys as small as they can be, and digests that count as zero."""
    found = [present(name) for name in NAMES]
    curve = KEYS[bits].curve
    for d in (1, 2, curve.q - 1, 1 << 64):
        private = GostPrivateKey(bits, d)
        key = private.public_key()
        for alpha in (0, 1, curve.q - 1, curve.q, curve.q + 1):
            digest = alpha.to_bytes(curve.size, "little")
            value = PURE.sign(private, digest)
            assert [each.verify(key, digest, value) for each in found] == [True] * 3
            wrong = value[::-1]
            assert len({each.verify(key, digest, wrong) for each in found}) == 1


@pytest.mark.parametrize("bits", [512, 256])
def test_another_implementation_accepts_our_signatures(bits: int) -> None:
    """Gostcrypto reads the digest highest octet first, and r before s likewise."""
    private, size = KEYS[bits], bits // 8
    key, digest = private.public_key(), PURE.digest(bits, [b"data"])
    value = PURE.sign(private, digest)
    theirs = gostsignature.new(
        gostsignature.MODE_512 if bits == 512 else gostsignature.MODE_256,
        gostsignature.CURVES_R_1323565_1_024_2019[CURVE_NAMES[bits]],
    )
    public = bytearray(key.x.to_bytes(size) + key.y.to_bytes(size))
    signature = value[:size][::-1] + value[size:][::-1]
    assert theirs.verify(public, bytearray(digest[::-1]), bytearray(signature))


@pytest.mark.parametrize("bits", [512, 256])
def test_a_digest_of_another_length_is_neither_signed_nor_verified(
    backend: Backend, bits: int
) -> None:
    private = KEYS[bits]
    other = bytes(768 // 8 - bits // 8)
    with pytest.raises(ValueError, match=f"digest of {768 - bits} bits"):
        backend.sign(private, other)
    value = backend.sign(private, bytes(bits // 8))
    assert not backend.verify(private.public_key(), other, value)


def test_one_engine_serves_many_threads_and_keys() -> None:
    engine = present("openssl")
    privates = [generate(bits) for bits in (512, 256) for _ in range(4)]
    work = [(private, str(number).encode()) for number in range(8) for private in privates]

    def verdicts(private: GostPrivateKey, message: bytes) -> tuple[bool, bool]:
        bits, key = private.bits, private.public_key()
        digest = engine.digest(bits, [message])
        value = engine.sign(private, digest)
        other = engine.digest(bits, [message, b"."])
        return engine.verify(key, digest, value), engine.verify(key, other, value)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: verdicts(*each), work))
    assert found == [(True, False)] * len(work)


def test_the_engine_leaves_tls_and_other_cryptography_as_they_were() -> None:
    engine = present("openssl")
    private = generate(512)
    digest = engine.digest(512, [b"data"])
    assert not engine.verify(private.public_key(), digest, engine.sign(private, digest)[::-1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL")
    assert not [each["name"] for each in context.get_ciphers() if "GOST" in each["name"]]
    key = rsa.generate_private_key(65537, 2048)
    assert key.public_key().public_numbers().e == 65537


def test_a_back_end_that_answers_wrongly_is_found() -> None:
    yes = replace(PURE, verify=lambda *_: True)
    no = replace(PURE, verify=lambda *_: False)
    turned = replace(PURE, digest=lambda bits, pieces: PURE.digest(bits, pieces)[::-1])
    assert self_test.failures(yes) == ("a bad signature of 512 bits", "a bad signature of 256 bits")
    assert len(self_test.failures(no)) == 2
    assert self_test.failures(turned) == ("digest of 512 bits", "digest of 256 bits")


def test_a_back_end_that_answers_wrongly_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    yes = replace(PURE, name="openssl", verify=lambda *_: True)
    monkeypatch.setitem(backends._FASTEST_FIRST, "openssl", lambda: yes)
    with pytest.raises(backends.BackendUnavailable, match="self test: a bad signature of 512"):
        backends.available.__wrapped__("openssl")


@pytest.mark.parametrize("name", NAMES)
def test_the_environment_may_name_the_back_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = present(name)
    monkeypatch.setenv(backends.VARIABLE, name)
    assert backends.chosen.__wrapped__() is expected


def test_without_a_name_the_fastest_one_present_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(backends.VARIABLE, raising=False)
    chosen = backends.chosen.__wrapped__()
    faster = backends.NAMES[: backends.NAMES.index(chosen.name)]
    for name in faster:
        with pytest.raises(backends.BackendUnavailable, match=name):
            backends.available(name)


def test_a_name_that_is_none_fails_and_says_which_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(backends.VARIABLE, "kalkan")
    with pytest.raises(
        backends.BackendUnavailable, match=r"TRU_GOST_BACKEND='kalkan'.*openssl, gmpy2, pure"
    ):
        backends.chosen.__wrapped__()


BARE = """
import sys
sys.modules["gmpy2"] = None
from shared_contracts.signing.gost import backends, libcrypto
libcrypto.LIBRARY = "libcrypto.so.absent"
print(backends.chosen().name)
"""


def test_without_the_engine_or_gmpy2_python_computes() -> None:
    bare = {name: text for name, text in os.environ.items() if name != backends.VARIABLE}
    run = [sys.executable, "-c", BARE]
    said = subprocess.run(run, env=bare, capture_output=True, text=True, check=True).stdout
    *reasons, chosen = said.splitlines()
    assert chosen == "pure"
    assert ["libcrypto.so.absent" in reasons[0], "gmpy2" in reasons[1]] == [True, True]
    asked = {**bare, backends.VARIABLE: "openssl"}
    failed = subprocess.run(run, env=asked, capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert "BackendUnavailable: openssl: libcrypto.so.absent" in failed.stderr
