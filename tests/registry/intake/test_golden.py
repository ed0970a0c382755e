"""A package that was accepted once is provable for ever, with nobody left to ask (S216-12a)."""

import asyncio
import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import crl, ocsp, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathValidationError

from registry.intake.content_check import examine_package
from registry.intake.content_report import Examined
from shared_contracts.messages.receipt import Receipt
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_of
from tests.shared_contracts.signing.oracles import signxml_accepts, xmlsec_accepts

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
PACKAGES = sorted(path.name for path in (GOLDEN / "packages").iterdir())


def moment(name: str) -> datetime:
    """When the package was received."""
    return datetime.fromisoformat((GOLDEN / "packages" / name / "moment.txt").read_text().strip())


def examined(name: str) -> Examined:
    """The package as it was received, opened anew."""
    body = (GOLDEN / "packages" / name / "message.xml").read_bytes()
    return examine_package(payload_of(open_envelope(body, None), "Package"), lambda _hash: None)


def answered(name: str) -> tuple[bytes, Receipt]:
    """The receipt, as bytes and as what it says."""
    data = (GOLDEN / "packages" / name / "receipt.xml").read_bytes()
    return data, codec.read(schema.parse(data), Receipt)


def validate(name: str, signer: str, leaf: bytes, at: datetime) -> None:
    """Prove by what was kept alone that a certificate was good at a moment, by another program."""
    folder = GOLDEN / "packages" / name
    kept = json.loads((folder / f"{signer}.json").read_text())
    root = load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    others = [x509.Certificate.load(b64decode(der)) for der in kept["certificates"]]
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root.public_bytes(Encoding.DER))],
        other_certs=others,
        moment=at,
        ocsps=[ocsp.OCSPResponse.load(b64decode(der)) for der in kept["ocsp"]],
        crls=[crl.CertificateList.load(b64decode(der)) for der in kept["crls"]],
        revocation_mode="require",
        allow_fetching=False,
    )
    certificate = x509.Certificate.load(leaf)
    validator = CertificateValidator(certificate, others, context)
    usage = validator.async_validate_usage({"digital_signature"})  # type: ignore[no-untyped-call]
    asyncio.run(usage)


pytestmark = pytest.mark.parametrize("name", PACKAGES)


@pytest.mark.clause("S216-12a", "S216-11c")
def test_an_old_package_is_whole_signed_and_readable(name: str) -> None:
    package = examined(name)
    assert (package.bad_signature, package.breaches, package.missing) == (None, (), ())
    assert package.documents
    for document in package.documents:
        assert document.bad_signature is None
        assert not has_errors(document.breaches)
        assert document.read() is not None


@pytest.mark.clause("S216-12a", "S216-13b")
def test_an_old_receipt_is_the_answer_to_that_package(name: str) -> None:
    data, receipt = answered(name)
    package = examined(name)
    assert receipt.package_hash == package.package_hash
    assert [one.document_hash for one in receipt.records] == [
        document.sha256 for document in package.documents
    ]
    assert (receipt.result.value, receipt.received_at) == ("ACCEPTED", moment(name))
    [leaf, *_] = verify_system(schema.parse(data)).certificates
    assert signxml_accepts(data, leaf)
    assert xmlsec_accepts(data, leaf)


@pytest.mark.clause("S216-12a", "S216-A2.1.3")
def test_every_signer_of_old_is_proven_by_what_was_kept_alone(name: str) -> None:
    package, (data, _) = examined(name), answered(name)
    signers = {
        "system": package.certificates[0],
        "person": package.documents[0].signatures[0].certificates[0],
        "registry": verify_system(schema.parse(data)).certificates[0],
    }
    for signer, leaf in signers.items():
        validate(name, signer, leaf, moment(name))


@pytest.mark.clause("S216-A2.1.3")
def test_what_was_kept_proves_nothing_for_another_time(name: str) -> None:
    at = moment(name)
    for other in (at.replace(year=at.year - 2), at.replace(year=at.year + 2)):
        with pytest.raises(PathValidationError):
            validate(
                name, "person", examined(name).documents[0].signatures[0].certificates[0], other
            )


def test_no_private_key_is_kept(name: str) -> None:
    files = [path for path in (GOLDEN / "packages" / name).rglob("*") if path.is_file()]
    assert len(files) >= 6
    assert not [path for path in files if b"PRIVATE" in path.read_bytes()]
