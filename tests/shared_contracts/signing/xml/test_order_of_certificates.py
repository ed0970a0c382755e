"""The signer's certificate stands first, and who writes an issuer there is told so (wire.md 4)."""

import re
from base64 import b64encode

import pytest

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.verify import verify_person
from shared_contracts.xml import codec, schema
from tests import samples
from tests.pki import Pki

CERTIFICATES = re.compile(rb"(?:<ds:X509Certificate>.*?</ds:X509Certificate>\s*)+", re.DOTALL)


def signed(pki: Pki, name: str, order: tuple[int, ...]) -> bytes:
    """A document whose signature carries certificates of the signer's chain in an order."""
    signer = pki.signer(name)
    data = sign_person(codec.to_bytes(codec.write(samples.purchase_open_tender())), signer)
    written = b"".join(
        b"<ds:X509Certificate>%b</ds:X509Certificate>" % b64encode(signer.certificates[place])
        for place in order
    )
    return CERTIFICATES.sub(lambda _: written, data)


@pytest.mark.parametrize("name", ["customer1-head", "customer2-head"])
@pytest.mark.parametrize("spaces", [b"", b"\n"])
def test_an_issuer_before_the_leaf_is_refused_for_that_reason(
    pki: Pki, name: str, spaces: bytes
) -> None:
    data = signed(pki, name, (1, 0)).replace(b"<ds:X509Data>", b"<ds:X509Data>" + spaces)
    with pytest.raises(SignatureRefused) as refused:
        verify_person(schema.parse(data))
    assert refused.value.reason is Reason.PROFILE
    assert "leaf must be the first" in str(refused.value)


@pytest.mark.parametrize("name", ["customer1-head", "customer2-head"])
@pytest.mark.parametrize("order", [(0,), (0, 1)])
def test_the_leaf_alone_and_before_its_issuer_is_taken(
    pki: Pki, name: str, order: tuple[int, ...]
) -> None:
    verify_person(schema.parse(signed(pki, name, order)))
