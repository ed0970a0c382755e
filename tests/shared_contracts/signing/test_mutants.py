"""Whatever is done to a signed message, ours never takes what the other verifiers refuse.

Where they take what ours refuses, the difference has a name in ``STRICTER``.
"""

import random
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from shared_contracts.astana_time import now
from shared_contracts.signing import verify as module
from shared_contracts.signing.documents import verify_document
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.sign import FileSigner, sign_person, sign_system
from shared_contracts.signing.verify import verify_person, verify_system
from shared_contracts.signing.xml import compact, whole
from shared_contracts.signing.xml.profile import EXCLUSIVE, INCLUSIVE, SIGNATURE
from tests.pki import Pki
from tests.shared_contracts.signing.forms import key_info, x509_data
from tests.shared_contracts.signing.mutations import bytes_changed, mutants, trees_changed
from tests.shared_contracts.signing.oracles import (
    DOCUMENT,
    Forgery,
    parse,
    signxml_accepts,
    xmlsec_accepts,
)
from tests.shared_contracts.signing.shapes import in_lines, in_one_line, of_body, of_part

pytestmark = pytest.mark.filterwarnings(
    "ignore:Parsed a serial number"  # mutants of certificates get negative ones
)

STRICTER = {
    Reason.PROFILE: "another form of signature, or an attribute or element that says nothing",
    Reason.COVERAGE: "the signed element is not the whole message, or the signature not its end",
    Reason.COMMENT: "comments and instructions, which are unsigned or read differently",
    Reason.DTD: "a document type, which no reader here resolves",
    Reason.DUPLICATE_ID: "an Id twice, in an attribute that the other verifier does not look at",
    Reason.TOO_MANY_SIGNATURES: "a second signature, at which the other verifier does not look",
    Reason.CERTIFICATE_MISSING: "no certificate: the others were given the key",
    Reason.CERTIFICATE_BROKEN: "a broken certificate: the others were given the key",
    Reason.ALGORITHM: "a certificate for another kind of key: the others were given the key",
    Reason.KEY_TOO_SHORT: "a certificate with a short key: the others were given the key",
    Reason.VALUE: "a certificate with another key: the others were given the key",
}
"""Why ours may refuse what another verifier takes; DIGEST is never among them."""

Verify = Callable[[bytes], tuple[bytes, bytes]]


def by_system(data: bytes) -> tuple[bytes, bytes]:
    """The signer's certificate, and what was signed without its signature."""
    proven = verify_system(parse(data))
    return proven.certificates[0], _content(proven.root)


def by_person(data: bytes) -> tuple[bytes, bytes]:
    proven = verify_person(parse(data))
    assert len(proven.signatures) == 1
    return proven.signatures[0].certificates[0], _content(proven.root)


def _content(root: etree._Element) -> bytes:
    bare = deepcopy(root)
    for signature in bare.findall(SIGNATURE):
        signature.tail = None
        bare.remove(signature)
    return etree.tostring(bare, method="c14n", exclusive=True)


def compare(original: bytes, mutants: Iterable[bytes], leaf: bytes, verify: Verify) -> Counter[str]:
    """Judge all mutants by three verifiers; the count of each kind of difference."""
    content = verify(original)[1]
    tally: Counter[str] = Counter()
    for mutant in mutants:
        tally[judged(mutant, leaf, verify, content)] += 1
    return tally


def judged(mutant: bytes, leaf: bytes, verify: Verify, content: bytes) -> str:
    try:
        certificate, signed = verify(mutant)
    except etree.XMLSyntaxError:
        return "not XML"
    except SignatureRefused as refused:
        return _of_refused(mutant, leaf, refused.reason)
    assert signed == content, mutant
    if certificate != leaf:
        return "another certificate with the same key, for the trust profile to judge"
    assert signxml_accepts(mutant, leaf), mutant
    assert xmlsec_accepts(mutant, leaf), mutant
    return "accepted by all"


def _of_refused(mutant: bytes, leaf: bytes, reason: Reason) -> str:
    if not (signxml_accepts(mutant, leaf) or xmlsec_accepts(mutant, leaf)):
        return "refused by all"
    assert reason in STRICTER, mutant
    return f"stricter: {reason}"


@pytest.fixture(scope="module")
def sez(pki: Pki) -> FileSigner:
    return pki.signer("sez")


@pytest.fixture(scope="module")
def head(pki: Pki) -> FileSigner:
    return pki.signer("customer1-head")


def test_two_thousand_byte_mutants_of_a_system_message(sez: FileSigner) -> None:
    data = sign_system(parse(DOCUMENT), sez)
    mutants = bytes_changed(data, random.Random(216), 2000)  # noqa: S311  # repeatable
    tally = compare(data, mutants, sez.certificates[0], by_system)
    assert tally["refused by all"] > 200
    assert tally.total() == 2000


def test_four_hundred_structural_mutants_of_a_system_message(sez: FileSigner) -> None:
    data = Forgery().sign(DOCUMENT, sez)
    mutants = trees_changed(data, random.Random(95), 400)  # noqa: S311  # repeatable
    tally = compare(data, mutants, sez.certificates[0], by_system)
    assert tally["refused by all"] > 50
    assert tally.total() == 400


def test_mutants_of_a_persons_document(head: FileSigner) -> None:
    data = sign_person(DOCUMENT.replace(b' Id="p-1"', b""), head)
    chance = random.Random(4)  # noqa: S311  # repeatable
    mutants = (*bytes_changed(data, chance, 800), *trees_changed(data, chance, 200))
    tally = compare(data, mutants, head.certificates[0], by_person)
    assert tally.total() == 1000


@pytest.mark.parametrize("layout", [in_lines, in_one_line])
def test_mutants_of_a_document_in_a_layout_of_kazakhstans_tools(
    head: FileSigner, layout: Callable[[bytes, FileSigner], bytes]
) -> None:
    data = layout(DOCUMENT.replace(b' Id="p-1"', b""), head)
    tally = compare(data, mutants(data, 57, 600), head.certificates[0], by_person)
    assert tally.total() == 600


def by_document(data: bytes) -> tuple[bytes, bytes]:
    proven = verify_document(data)
    return proven.signatures[0].certificates[0], proven.octets


@pytest.mark.parametrize("form", ["XAdES-B", "XAdES-T", "part", "envelope"])
def test_no_mutant_of_another_form_is_taken_that_libxmlsec_refuses(
    head: FileSigner, form: str
) -> None:
    data = {
        "XAdES-B": sign_person(b"<a><b/></a>", head, SignatureForm.XADES_B),
        "XAdES-T": sign_person(b"<a><b/></a>", head, SignatureForm.XADES_T, lambda octets: octets),
        "part": of_part(b'<a><b Id="p-1"/></a>', "#p-1", head),
        "envelope": of_body("<x>y</x>", head),
    }[form]
    leaf, content = by_document(data)
    for mutant in mutants(data, 319, 300):
        try:
            certificate, octets = by_document(mutant)
        except SignatureRefused:
            continue
        assert octets == content
        assert certificate != leaf or xmlsec_accepts(mutant, leaf), mutant


def _examples(pki: Pki) -> dict[Reason, bytes]:
    """For each named difference one message that another verifier takes."""
    sez = pki.signer("sez")
    signed = Forgery().sign(DOCUMENT, sez)
    first = parse(signed)
    first.insert(0, first[-1])
    other = b64encode(pki.signer("sez2").certificates[0]).decode()
    person = b64encode(pki.signer("person").certificates[0]).decode()
    twice = DOCUMENT.replace(b'number="2"', b'number="2" id="p-1"')

    def with_certificate(text: str) -> bytes:
        return Forgery(key_info=x509_data(f"<ds:X509Certificate>{text}</ds:X509Certificate>")).sign(
            DOCUMENT, sez
        )

    return {
        Reason.PROFILE: Forgery(attributes=' Id="s-1"').sign(DOCUMENT, sez),
        Reason.COVERAGE: etree.tostring(first),
        Reason.COMMENT: signed.replace(b"</Records>", b"<!--x--></Records>"),
        Reason.DTD: b"<!DOCTYPE Package>" + signed,
        Reason.DUPLICATE_ID: Forgery().sign(twice, sez),
        Reason.TOO_MANY_SIGNATURES: Forgery().sign(signed, sez),
        Reason.CERTIFICATE_MISSING: Forgery(key_info=key_info("")).sign(DOCUMENT, sez),
        Reason.CERTIFICATE_BROKEN: with_certificate("MAA="),
        Reason.ALGORITHM: with_certificate(person),
        Reason.KEY_TOO_SHORT: with_certificate(b64encode(_short_certificate()).decode()),
        Reason.VALUE: with_certificate(other),
    }


def _short_certificate() -> bytes:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505  # what is to be refused
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "short")])
    moment = now()
    built = x509.CertificateBuilder(
        name, name, key.public_key(), 1, moment, moment + timedelta(days=1)
    )
    return built.sign(key, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("reason", STRICTER)
def test_each_named_difference_exists(pki: Pki, reason: Reason) -> None:
    message, leaf = _examples(pki)[reason], pki.signer("sez").certificates[0]
    with pytest.raises(SignatureRefused) as refused:
        by_system(message)
    assert refused.value.reason is reason
    assert signxml_accepts(message, leaf) or xmlsec_accepts(message, leaf)


def _documents(pki: Pki) -> dict[str, tuple[Verify, bytes]]:
    """Signed documents of many forms, each with the function that verifies it."""
    plain = DOCUMENT.replace(b' Id="p-1"', b"")
    head, gost = pki.signer("customer1-head"), pki.signer("customer2-256")
    return {
        "system": (_system, sign_system(parse(DOCUMENT), pki.signer("sez"))),
        "system, GOST": (_system, sign_system(parse(DOCUMENT), pki.signer("sez-gost"))),
        "library": (_person, sign_person(plain, head)),
        "two": (_person, sign_person(sign_person(plain, head), pki.signer("sez"))),
        "in lines": (_person, in_lines(plain, head)),
        "in lines, GOST": (_person, in_lines(plain, gost)),
        "in one line": (_person, in_one_line(plain, head)),
        "exclusive": (_person, in_one_line(plain, head, EXCLUSIVE, EXCLUSIVE)),
        "exclusive document": (_person, in_one_line(plain, head, EXCLUSIVE)),
        "exclusive SignedInfo": (_person, in_one_line(plain, head, INCLUSIVE, EXCLUSIVE)),
        "mixed": (_person, in_lines(in_one_line(plain, gost, EXCLUSIVE, EXCLUSIVE), head)),
    }


def _slowly(patch: pytest.MonkeyPatch) -> None:
    for name in ("read_system", "read_person"):
        patch.setattr(compact, name, lambda *_: None)


@pytest.mark.parametrize(
    "form",
    [
        "system",
        "system, GOST",
        "library",
        "two",
        "in lines",
        "in lines, GOST",
        "in one line",
        "exclusive",
        "exclusive document",
        "exclusive SignedInfo",
        "mixed",
    ],
)
def test_the_quick_reading_of_a_signature_says_the_same_as_the_slow_one(
    pki: Pki, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, data = _documents(pki)[form]
    some = (data, *mutants(data, 13, 240))
    quick = [_outcome(verify, mutant) for mutant in some]
    _slowly(monkeypatch)
    assert [_outcome(verify, mutant) for mutant in some] == quick
    assert isinstance(quick[0], bytes)


def test_each_of_these_forms_is_read_in_the_quick_way(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("read from the tree")

    monkeypatch.setattr(whole, "read_signature", never)
    monkeypatch.setattr(module, "read_signature", never)
    for verify, data in _documents(pki).values():
        assert verify(data)


def _system(data: bytes) -> tuple[bytes, bytes]:
    proven = verify_system(parse(data))
    return repr(proven.signed_by).encode(), proven.canonical_sha256.encode()


def _person(data: bytes) -> tuple[bytes, bytes]:
    proven = verify_person(parse(data))
    return repr(proven.signatures).encode(), _content(proven.root)


def _outcome(verify: Verify, data: bytes) -> object:
    try:
        return b"|".join(verify(data))
    except etree.XMLSyntaxError:
        return "not XML"
    except SignatureRefused as refused:
        return refused.reason, refused.path
