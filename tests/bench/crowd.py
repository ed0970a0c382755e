"""(c) Packages of many persons and several systems, and the certificates and keys for them.

They are the certificates of the test authority's first system and first head once more, each with
another number and another key; those of systems with another UID. The authority knows them good.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle
from pathlib import Path
from random import Random

from asn1crypto import x509
from asn1crypto.core import OctetBitString
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from deploy.authority.files import write_chain, write_key
from shared_contracts.astana_time import now
from shared_contracts.signing.sign import FileSigner
from tests.bench.grounds import Grounds
from tests.bench.intake import compared, new_sender
from tests.bench.measure import Outcome
from tests.bench.sender import ENTRIES, ENTRY, KINDS, Sender, enclosed, purchase
from tests.bench.unknown import apart

SIZE = 10
"""Records of a package."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_serials = count(1 << 72)


def measure(grounds: Grounds, runs: int, size: int, people: int) -> Outcome:
    """Packages of ten records by all systems; so many persons are seen first in each run."""
    many = crowd(grounds, new_sender(grounds))

    def batch() -> list[bytes]:
        return [*many.messages(persons(grounds, people), size)]

    with apart(grounds):
        return compared(grounds, "many", runs, batch, floor=False)


@dataclass(frozen=True)
class Crowd:
    """Senders of several systems, and a choice of persons that is the same in every run."""

    senders: tuple[Sender, ...]
    random: Random

    def messages(self, signers: Sequence[FileSigner], number: int) -> Iterator[bytes]:
        """Packages of the systems in turn; each of ``signers`` signs as often as the others."""
        turn = list(signers) * (-(-number * SIZE // len(signers)))
        self.random.shuffle(turn)
        turns, kinds = iter(turn), cycle(KINDS)
        for _, sender in zip(range(number), cycle(self.senders), strict=False):
            at, made = now(), []
            for _ in range(SIZE):
                by = replace(sender, person=next(turns))
                document = purchase(next(kinds), at, sender.customer, sender.code)
                made.append(by.record(document, at))
            yield enclosed(sender.package(tuple(made)))


def crowd(grounds: Grounds, first: Sender) -> Crowd:
    """Senders of every system that the register knows; ``first`` is that of the first."""
    others = (
        replace(first, system=system(grounds, entry["system_uid"]), code=entry["code"])
        for entry in ENTRIES[1:]
    )
    return Crowd((first, *others), Random(216))  # noqa: S311  # so that all runs are alike


def persons(grounds: Grounds, number: int) -> list[FileSigner]:
    """So many heads of the customer, whose certificates nobody has seen, with RSA keys."""
    return [
        _signer(grounds, "customer1-head", rsa.generate_private_key(65537, 2048))
        for _ in range(number)
    ]


def system(grounds: Grounds, uid: str) -> FileSigner:
    """A system with another UID and a key of its own."""
    return _signer(grounds, "sez", ec.generate_private_key(ec.SECP256R1()), uid)


def _signer(grounds: Grounds, like: str, key: Key, uid: str = "") -> FileSigner:
    serial, folder = next(_serials), grounds.folder
    [model, issuing, *_] = grounds.pki.signer(like).certificates
    if uid:
        model = model.replace(ENTRY["system_uid"].encode(), uid.encode())  # of the same length
    place, chain = folder / f"{serial}.key.pem", folder / f"{serial}.pem"
    write_key(place, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_chain(chain, _issued(model, grounds.pki.authority.folder, key, serial), issuing)
    return FileSigner(place, chain)


def _issued(der: bytes, authority: Path, key: Key, serial: int) -> bytes:
    """The certificate once more, for another key, under another number."""
    made = x509.Certificate.load(der).copy()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    content = made["tbs_certificate"]
    content["serial_number"] = serial
    content["subject_public_key_info"] = PublicKeyInfo.load(public)
    for extension in content["extensions"]:
        if extension["extn_id"].native == "key_identifier":
            extension["extn_value"] = content["subject_public_key_info"].sha1
    issuer = load_pem_private_key((authority / "issuing.key.pem").read_bytes(), None)
    assert isinstance(issuer, ec.EllipticCurvePrivateKey)
    signed = issuer.sign(content.dump(force=True), ec.ECDSA(SHA256()))
    made["signature_value"] = OctetBitString(signed)
    return bytes(made.dump(force=True))
