"""What stands in a stranger's certificate never keeps the Registry from answering (S216-A2.1.6)."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from sez.publication.signers import formed_by, party
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.algorithms import RSA_SHA256, AlgorithmSuite
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.subject import subject_of
from shared_contracts.xml import codec, schema
from tests.story import Signed, Story, record

pytestmark = [
    pytest.mark.clause("S216-A2.1.6"),
    pytest.mark.filterwarnings("ignore:Attribute's length"),
]

ROLES = ("1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1")


class Stranger:
    """A signer whose certificate he issued himself, under a name of his choice."""

    def __init__(self, name: str) -> None:
        self.private_key = rsa.generate_private_key(65537, 2048)
        self.suite: AlgorithmSuite = RSA_SHA256
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "BIN111040009781"),
            ]
        )
        made = x509.CertificateBuilder(subject, subject, self.private_key.public_key(), 7)
        made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        made = made.not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
        usage = x509.ExtendedKeyUsage([ObjectIdentifier(role) for role in ROLES])
        signed = made.add_extension(usage, critical=False).sign(self.private_key, hashes.SHA256())
        self.certificates = (signed.public_bytes(Encoding.DER),)

    def sign(self, octets: bytes) -> bytes:
        """The signature of ``octets``."""
        return self.private_key.sign(octets, padding.PKCS1v15(), hashes.SHA256())


NAMES = ("ЧУЖОЙ", "ЧУЖОЙ\x08\x08", "ЧУЖОЙ\x00", "\x1b[2JЧУЖОЙ", "ЧУЖОЙ\u202e", "Ж" * 600)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_signed_by_a_stranger_is_answered_by_a_receipt(story: Story, name: str) -> None:
    package = story.package(record(story.sign(story.tender())))
    element = codec.write(package, root_id=f"package-{package.message_id}")
    answer = story.post(sign_system(element, Stranger(name)))
    assert answer.outcome == ("REFUSED", "CERTIFICATE")


@pytest.mark.parametrize("name", NAMES)
def test_a_document_signed_by_a_stranger_is_answered_by_a_receipt(story: Story, name: str) -> None:
    data = sign_person(codec.to_bytes(codec.write(story.tender())), Stranger(name))
    signed = story.sign(story.tender())
    document = codec.read(schema.parse(data), Purchase)
    answer = story.tell(Signed(document, data, signed.formed_at, signed.formed_by))
    assert answer.outcome == ("REFUSED", "CERTIFICATE")
    texts = [finding.text.ru or "" for finding in answer.receipt.findings]
    assert all(text.isprintable() for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_sez_states_of_a_signer_can_be_written(name: str) -> None:
    subject = subject_of(Stranger(name).certificates[0])
    for part in (formed_by(subject), party(subject)):
        codec.canonical_text(part)
    assert len(formed_by(subject).name) <= 500
