"""What tools of Kazakhstan have signed is proven whole, and 200 changes of each never mislead."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from shared_contracts.signing.algorithms import PublicKey
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.documents import Coverage, Extent, verify_document
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.xml.vocabulary import SIGNATURE
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import sample
from tests.shared_contracts.signing.mutations import mutants
from tests.shared_contracts.signing.oracles import DOCUMENT, parse, xmlsec_accepts
from tests.shared_contracts.signing.shapes import in_lines, in_one_line, of_body, of_part

WHOLE = Coverage(Extent.WHOLE)
BODY = Coverage(Extent.PART, "/Envelope/Body")
RSA, GOST = "RSA-SHA256", "GOST-512"
SAMPLES: dict[str, tuple[SignatureForm, Coverage, list[str]]] = {
    "mitwork-2-8fdad250": (SignatureForm.XMLDSIG, WHOLE, [GOST]),
    "mitwork-4-90af39ad": (SignatureForm.XMLDSIG, WHOLE, [GOST]),
    "mitwork-6-25959c2e": (SignatureForm.XMLDSIG, WHOLE, [GOST]),
    "ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING": (SignatureForm.XMLDSIG, WHOLE, [RSA]),
    "ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING_TWO_SIGNERS": (
        SignatureForm.XMLDSIG,
        WHOLE,
        [RSA, GOST],
    ),
    "ncanode-WsseServiceTest-XML_SIGNED_STRING": (SignatureForm.WSS, BODY, [RSA]),
    "xades-test-signed-b": (SignatureForm.XADES_B, WHOLE, [GOST]),
    "xades-test-signed-t": (SignatureForm.XADES_T, WHOLE, [GOST]),
}
MUTANTS = 200
pytestmark = pytest.mark.filterwarnings(
    "ignore:Parsed a serial number"  # mutants of certificates get negative ones
)


@clause("S216-3")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_proven_whole(name: str) -> None:
    proven = verify_document(sample(f"{name}.xml"))
    algorithms = [one.algorithm for one in proven.signatures]
    assert (proven.kind, proven.covered, algorithms) == SAMPLES[name]


def test_libxmlsec_takes_the_samples_with_rsa_as_well() -> None:
    for name, (_, _, algorithms) in SAMPLES.items():
        if algorithms == [RSA]:
            data = sample(f"{name}.xml")
            assert xmlsec_accepts(data, verify_document(data).signatures[0].certificates[0])


def test_a_sample_of_level_t_tells_when_it_was_signed_and_stamped() -> None:
    (signature,) = verify_document(sample("xades-test-signed-t.xml")).signatures
    assert signature.claimed_at == datetime(2026, 9, 2, 10, 5, 13, tzinfo=UTC)
    assert signature.stamp is not None
    assert signature.stamp.over.startswith(b"<ds:SignatureValue xmlns:ds=")
    assert len(signature.stamp.token) > 1000


Reading = tuple[bytes, list[PublicKey]]
"""What signatures cover, and with which keys they were made."""


def readings(data: bytes) -> list[Reading]:
    """What signatures of a document cover: as it is, and as it was before each signature."""
    found, root = [_reading(data)], parse(data)
    while len(root.findall(SIGNATURE)) > 1:
        root.remove(root[-1])
        found.append(_reading(etree.tostring(root)))
    return found


def _reading(data: bytes) -> Reading:
    """Certificates are judged elsewhere; one that was changed may still hold the same key."""
    proven = verify_document(data)
    leaves = [one.certificates[0] for one in proven.signatures]
    return proven.octets, [load_signing_certificate(leaf).key for leaf in leaves]


def judge(data: bytes, seed: int) -> dict[str, int]:
    """How many mutants are refused, and how many leave what was signed as it was."""
    genuine, tally = readings(data), {"refused": 0, "unchanged": 0}
    for mutant in mutants(data, seed, MUTANTS):
        try:
            reading = _reading(mutant)
        except SignatureRefused:
            tally["refused"] += 1
            continue
        assert reading in genuine, mutant
        tally["unchanged"] += 1
    return tally


@clause("S216-13a", "S216-3")
@pytest.mark.parametrize("name", SAMPLES)
def test_no_change_of_a_sample_passes_for_what_was_signed(name: str) -> None:
    tally = judge(sample(f"{name}.xml"), 2015)
    assert tally["refused"] > MUTANTS // 4
    assert sum(tally.values()) == MUTANTS


def _of_our_own(pki: Pki) -> dict[str, bytes]:
    """Documents in the same shapes, signed with keys of the test authority."""
    plain = DOCUMENT.replace(b' Id="p-1"', b"").replace(b"Package", b"Purchase")
    head, gost, small = (
        pki.signer(name) for name in ("customer1-head", "customer2-head", "customer2-256")
    )
    part = b'<root><a Id="part"><x>1</x></a><b/></root>'
    return {
        "in lines": in_lines(plain, gost),
        "in one line": sign_person(plain, gost),
        "in one line, 256 bits": in_one_line(plain, small),
        "two signers": in_lines(in_lines(plain, head), gost),
        "XAdES-B": sign_person(plain, gost, SignatureForm.XADES_B),
        "XAdES-T": sign_person(plain, small, SignatureForm.XADES_T, lambda octets: octets),
        "XAdES-T, RSA": sign_person(plain, head, SignatureForm.XADES_T, lambda octets: octets),
        "part": of_part(part, "#part", gost),
        "envelope": of_body("<n:Send xmlns:n='urn:n'>x</n:Send>", pki.signer("sez-gost")),
    }


OWN = (
    "in lines",
    "in one line",
    "in one line, 256 bits",
    "two signers",
    "XAdES-B",
    "XAdES-T",
    "XAdES-T, RSA",
    "part",
    "envelope",
)


@clause("S216-13a", "S216-3")
@pytest.mark.parametrize("shape", OWN)
def test_no_change_of_a_document_in_the_same_shape_passes_for_what_was_signed(
    pki: Pki, shape: str
) -> None:
    tally = judge(_of_our_own(pki)[shape], 34)
    assert tally["refused"] > MUTANTS // 4
    assert sum(tally.values()) == MUTANTS


def test_a_tampered_sample_is_refused_for_its_digest() -> None:
    data = sample("ncanode-WsseServiceTest-XML_SIGNED_STRING.xml")
    with pytest.raises(SignatureRefused) as refused:
        verify_document(data.replace(b"<messageId>1</messageId>", b"<messageId>2</messageId>"))
    assert refused.value.reason is Reason.DIGEST
