"""Work is told from the octets of a file before any of it is done."""

from base64 import b64encode
from pathlib import Path

import pytest

from shared_contracts.explaining.budget import check_work
from shared_contracts.explaining.wording import Unusable
from shared_contracts.language import Language
from shared_contracts.signing import proof_cost
from shared_contracts.signing.xml.vocabulary import DSIG
from tests.shared_contracts.signing.oracles import NAMESPACE

GOST = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512"
RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
FILE = Path("file.xml")


def document(octets: int, signatures: int, method: str = GOST) -> bytes:
    """A document of a size with so many signatures, of which nothing but the method stands."""
    one = (
        f'<Signature xmlns="{DSIG}"><SignedInfo><SignatureMethod Algorithm="{method}"/>'
        "</SignedInfo></Signature>"
    )
    text = f'<Purchase xmlns="{NAMESPACE}"><T>{"x" * octets}</T>{one * signatures}</Purchase>'
    return text.encode()


def package(*documents: bytes) -> bytes:
    records = "".join(
        f"<Record><Document><Bytes>{b64encode(one).decode()}</Bytes></Document></Record>"
        for one in documents
    )
    return f'<Package xmlns="{NAMESPACE}"><Records>{records}</Records></Package>'.encode()


def test_a_file_may_ask_for_the_work_of_a_message() -> None:
    check_work(document(5 * 1024 * 1024, 2), FILE)
    check_work(document(15 * 1024 * 1024, 20, RSA), FILE)
    check_work(package(*[document(100_000, 1)] * 50), FILE)
    for left_to_others in (b"<!DOCTYPE a><a/>", b"no XML", package(b"no XML")):
        check_work(left_to_others, FILE)


@pytest.mark.parametrize(
    "data",
    [
        document(700_000, 20),
        document(700_000, 20).replace(b"gostr34102015", b"&#103;ostr34102015"),
        package(document(700_000, 20)),
        package(*[document(650_000, 2)] * 12),
        b"<e>" + package(*[document(650_000, 2)] * 12) + b"</e>",
    ],
    ids=["signatures", "hidden", "within a package", "documents", "in an envelope"],
)
def test_a_file_that_asks_for_more_work_is_not_begun(data: bytes) -> None:
    with pytest.raises(Unusable) as flaw:
        check_work(data, FILE)
    assert flaw.value.code == "WORK"
    for language in Language:
        told = flaw.value.in_language(language)
        assert all(part in told for part in (str(FILE), str(proof_cost.MOST), "--no-limit"))
