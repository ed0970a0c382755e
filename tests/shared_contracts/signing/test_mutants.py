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
from shared_contracts.signing.profile import DSIG, SIGNATURE
from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.sign import FileSigner, sign_person, sign_system
from shared_contracts.signing.verify import verify_person, verify_system
from tests.pki import Pki
from tests.shared_contracts.signing.forms import key_info, x509_data
from tests.shared_contracts.signing.oracles import (
    DOCUMENT,
    Forgery,
    parse,
    signxml_accepts,
    xmlsec_accepts,
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


def bytes_changed(data: bytes, chance: random.Random, count: int) -> Iterable[bytes]:
    for _ in range(count):
        place = chance.randrange(len(data))
        other = bytes([chance.randrange(256)])
        length = chance.randrange(1, 40)
        yield chance.choice(
            (
                data[:place] + other + data[place + 1 :],
                data[:place]
                + bytes([data[place] ^ (1 << chance.randrange(8))])
                + data[place + 1 :],
                data[:place] + data[place + length :],
                data[:place] + data[place : place + length] + data[place:],
                data[:place]
                + chance.choice((b" ", b"\n", b"&#13;", b"<!---->", b"="))
                + data[place:],
            )
        )


def trees_changed(data: bytes, chance: random.Random, count: int) -> Iterable[bytes]:
    for _ in range(count):
        root = parse(data)
        for _ in range(chance.choice((1, 1, 2))):
            chance.choice(CHANGES)(root, chance)
        yield etree.tostring(root)


def _any(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter(etree.Element)))


def _below(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter(etree.Element))[1:])


def _delete(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _double(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    one.addnext(deepcopy(one))


def _copy_elsewhere(root: etree._Element, chance: random.Random) -> None:
    copy = deepcopy(_any(root, chance))
    target = _any(root, chance)
    target.insert(chance.randrange(len(target) + 1), copy)


def _move(root: etree._Element, chance: random.Random) -> None:
    one, target = _below(root, chance), _any(root, chance)
    if one not in (target, *target.iterancestors()):
        target.insert(chance.randrange(len(target) + 1), one)


def _rename(root: etree._Element, chance: random.Random) -> None:
    one, other = _any(root, chance), _any(root, chance)
    one.tag = other.tag


def _text(root: etree._Element, chance: random.Random) -> None:
    one, other = _any(root, chance), _any(root, chance)
    one.text = chance.choice((other.text, " ", "\n", (one.text or "") + " ", "x"))


def _tail(root: etree._Element, chance: random.Random) -> None:
    _below(root, chance).tail = chance.choice((" ", "\n", "x", None))


def _attribute(root: etree._Element, chance: random.Random) -> None:
    name = chance.choice(("Id", "ID", "id", "{urn:x}Id", "Algorithm", "URI", "Type", "number"))
    value = chance.choice(("p-1", "p-2", "#p-1", "", f"{DSIG}sha1", f"{DSIG}hmac-sha1"))
    _any(root, chance).set(name, value)


def _attribute_away(root: etree._Element, chance: random.Random) -> None:
    one = _any(root, chance)
    for name in one.keys():  # noqa: SIM118  # not a dict
        del one.attrib[name]


def _comment(root: etree._Element, chance: random.Random) -> None:
    node = chance.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    one = _any(root, chance)
    one.insert(chance.randrange(len(one) + 1), node)


def _wrap(root: etree._Element, chance: random.Random) -> None:
    one = _below(root, chance)
    parent = one.getparent()
    if parent is not None:
        wrapper = etree.Element(chance.choice((f"{{{DSIG}}}Object", "Wrapper", str(parent.tag))))
        parent.replace(one, wrapper)
        wrapper.append(one)


CHANGES = (
    _delete,
    _double,
    _copy_elsewhere,
    _move,
    _rename,
    _text,
    _tail,
    _attribute,
    _attribute_away,
    _comment,
    _wrap,
)


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


def test_the_quick_reading_of_a_signature_says_the_same_as_the_slow_one(
    sez: FileSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sign_system(parse(DOCUMENT), sez)
    chance = random.Random(13)  # noqa: S311  # repeatable
    mutants = (*bytes_changed(data, chance, 800), *trees_changed(data, chance, 200))
    quick = [_outcome(mutant) for mutant in mutants]
    monkeypatch.setattr(module, "read_compact", lambda *_: None)
    assert [_outcome(mutant) for mutant in mutants] == quick


def _outcome(data: bytes) -> object:
    try:
        proven = verify_system(parse(data))
    except etree.XMLSyntaxError:
        return "not XML"
    except SignatureRefused as refused:
        return refused.reason, refused.path
    return proven.certificates, proven.canonical_sha256, proven.signed_by
