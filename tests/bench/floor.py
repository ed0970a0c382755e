"""The least that an intake costs: parse, C14N, digest, key operation, one insert and commit."""

import hashlib
import threading
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from shared_contracts.messages.tags import qualified
from shared_contracts.signing.sign import FileSigner
from shared_contracts.xml import schema
from shared_contracts.xml.envelope import open_envelope

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
TABLE = "CREATE TABLE IF NOT EXISTS kept (sha256 bytea PRIMARY KEY, body bytea NOT NULL)"


@dataclass(frozen=True)
class FloorRecipe:
    """All that a worker needs to do the floor's work; signers as key and chain."""

    dsn: str
    registry: tuple[Path, Path]
    system: tuple[Path, Path]
    person: tuple[Path, Path]

    def open(self) -> "Floor":
        """The floor at work."""
        signers = (FileSigner(*each) for each in (self.registry, self.system, self.person))
        return Floor(self.dsn, *signers)


class Floor:
    """Does the unavoidable work on a message; it judges nothing and answers nothing."""

    def __init__(
        self, dsn: str, signer: FileSigner, system: FileSigner, person: FileSigner
    ) -> None:
        self._dsn = dsn
        self._key = signer.private_key
        self._system = x509.load_der_x509_certificate(system.certificates[0]).public_key()
        self._person = x509.load_der_x509_certificate(person.certificates[0]).public_key()
        self._mine = threading.local()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(TABLE)

    def accepts(self, body: bytes) -> bool:
        """Do it all for one message; raises what a signature that does not hold raises."""
        package = open_envelope(body, None).wrapper[0]
        digest = hashlib.sha256(_covered(package, exclusive=True)).digest()
        _verify(self._system, package)
        for element in package.iter(qualified("Bytes")):
            document = schema.parse(b64decode(element.text or ""))
            hashlib.sha256(_covered(document, exclusive=False)).digest()
            _verify(self._person, document)
        assert isinstance(self._key, ec.EllipticCurvePrivateKey)
        self._key.sign(digest, ec.ECDSA(SHA256()))
        self._insert(hashlib.sha256(body).digest(), body)
        return True

    def close(self) -> None:
        """Leave the connections to the threads' end."""

    def _insert(self, digest: bytes, body: bytes) -> None:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = psycopg.connect(self._dsn, autocommit=True)
        self._mine.connection.execute(
            "INSERT INTO kept VALUES (%b, %b)", (digest, body), prepare=True
        )


def _covered(root: etree._Element, *, exclusive: bool) -> bytes:
    return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=False)


def _verify(key: object, root: etree._Element) -> None:
    """Verify the value over SignedInfo, as in every signature."""
    signature = root[-1]
    info = etree.tostring(signature[0], method="c14n", exclusive=root.get("Id") is not None)
    value = b64decode(signature[1].text or "")
    match key:
        case rsa.RSAPublicKey():
            key.verify(value, info, PKCS1v15(), SHA256())
        case ec.EllipticCurvePublicKey():
            half = len(value) // 2
            r, s = int.from_bytes(value[:half]), int.from_bytes(value[half:])
            key.verify(encode_dss_signature(r, s), info, ec.ECDSA(SHA256()))
        case _:
            raise TypeError(type(key).__name__)
