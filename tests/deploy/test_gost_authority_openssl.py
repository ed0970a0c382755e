"""OpenSSL's GOST engine, a stranger to this code, accepts what the GOST authority signs.

The engine knows the Russian names and byte order, so keys and values are rewritten for it.
"""

import shutil
import subprocess
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms, core, crl, pem
from lxml import etree

from deploy.authority import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_crl import gost_delta_crl
from deploy.authority.gost_extensions import key_bits
from shared_contracts.signing.certificates import spki
from shared_contracts.signing.gost.keys import load_spki
from shared_contracts.signing.gost.oids import BY_BITS
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.xml.coverage import canonical
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import parse

Signed = tuple[str, bytes, bytes]
"""Whose key signed (a file of the authority), what, and the value."""


def has_engine() -> bool:
    openssl = shutil.which("openssl")
    if openssl is None:
        return False
    asked = subprocess.run([openssl, "engine", "-t", "gost"], capture_output=True, check=False)
    return b"[ available ]" in asked.stdout


pytestmark = pytest.mark.skipif(
    not has_engine(), reason="OpenSSL's GOST engine is not installed: libengine-gost-openssl"
)


def certificate(pki: Pki) -> Signed:
    made = load_certificate(pki.authority.chain("customer2-256"))
    return "gost-issuing", made["tbs_certificate"].dump(), made["signature_value"].native


def delta(pki: Pki) -> Signed:
    made = crl.CertificateList.load(
        gost_delta_crl(pki.authority.folder, ServiceBehaviour.ANSWERING)
    )
    return "gost-issuing", made["tbs_cert_list"].dump(), made["signature"].native


def time_stamp(pki: Pki) -> Signed:
    made = cms.ContentInfo.load(pki.authority.stamp(b"x"))["content"]["signer_infos"][0]
    return "gost-tsa", made["signed_attrs"].untag().dump(), made["signature"].native


def document(name: str) -> Callable[[Pki], Signed]:
    def made(pki: Pki) -> Signed:
        root: etree._Element = parse(sign_person(b"<a>x</a>", pki.signer(name)))
        info, value, _ = root[-1]
        return name, canonical(info, exclusive=False), b64decode(value.text or "")

    return made


def foreign_key(der: bytes) -> bytes:
    """The key under its Russian names, PEM."""
    oids = BY_BITS[load_spki(der).bits]
    parameters = _sequence(_oid(oids.tc26_parameters), _oid(oids.tc26_digest))
    algorithm = _sequence(_oid(oids.tc26_key), parameters)
    whole = _sequence(algorithm, core.OctetBitString(key_bits(der)).dump())
    return bytes(pem.armor("PUBLIC KEY", whole))


def _oid(dotted: str) -> bytes:
    made: bytes = core.ObjectIdentifier(dotted).dump()
    return made


def _sequence(*parts: bytes) -> bytes:
    contents = b"".join(parts)
    size = len(contents)
    length = bytes([size]) if size < 128 else b"\x81" + bytes([size])
    return b"\x30" + length + contents


SIGNED = {
    "certificate": certificate,
    "delta CRL": delta,
    "time stamp": time_stamp,
    "document, 512 bits": document("customer2-head"),
    "document, 256 bits": document("customer2-256"),
}


@pytest.mark.parametrize("what", SIGNED)
def test_the_engine_accepts_it_and_no_changed_one(pki: Pki, tmp_path: Path, what: str) -> None:
    name, content, value = SIGNED[what](pki)
    der = spki(load_certificate(pki.authority.folder / f"{name}.pem").dump())
    (tmp_path / "key.pem").write_bytes(foreign_key(der))
    (tmp_path / "value").write_bytes(value[::-1])
    digest = f"-md_gost12_{load_spki(der).bits}"
    command = ["openssl", "dgst", "-engine", "gost", digest, "-verify", "key.pem"]
    for data, verdict in ((content, b"Verified OK"), (content + b"x", b"Verification failure")):
        (tmp_path / "data").write_bytes(data)
        done = subprocess.run(
            [*command, "-signature", "value", "data"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert verdict in done.stdout, done.stderr
