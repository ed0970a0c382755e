"""The test authority issues what the national one would, made anew each time."""

import shutil
import socket
import stat
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from asn1crypto import ocsp, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from deploy.authority import IDENTITIES, identity, make
from deploy.authority import StandAuthority as Authority
from deploy.authority.__main__ import main
from deploy.authority.pkcs12_files import write_all
from deploy.authority.revocations import read_revocations
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import check_digit
from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.validation.ocsp import request_for
from tests.pki import Pki


def leaf(pki: Pki, name: str) -> x509.Certificate:
    return x509.Certificate.load(pki.signer(name).certificates[0])


def test_numbers_have_their_control_digits() -> None:
    numbers = {who.organisation.bin for who in IDENTITIES if who.organisation}
    numbers |= {who.person.iin for who in IDENTITIES if who.person}
    assert len(numbers) == 31
    assert all(check_digit(number[:11]) == int(number[11]) for number in numbers)


@pytest.mark.parametrize("name", [who.name for who in IDENTITIES])
def test_each_identity_has_a_key_and_a_certificate_in_the_national_layout(
    pki: Pki, name: str
) -> None:
    certificate, who = leaf(pki, name), identity(name)
    purposes = certificate.extended_key_usage_value
    assert {one.dotted for one in purposes} == set(who.roles)
    assert certificate.key_usage_value.native == set(who.usage)
    policies = certificate.certificate_policies_value
    assert [one["policy_identifier"].native for one in policies] == ["1.2.398.3.3.2"]
    path = "gost/ocsp" if who.has_gost_key else "ocsp"
    assert certificate.ocsp_urls == [f"http://127.0.0.1:{pki.server.port}/{path}"]
    subject = certificate.subject.native
    assert subject["country_name"] == "KZ"
    assert ("serial_number" in subject) == (who.person is not None)
    assert ("user_id" in subject) == (who.system is not None)


def test_each_key_is_of_its_kind(pki: Pki) -> None:
    kinds = {
        "rsa": rsa.RSAPrivateKey,
        "p-256": ec.EllipticCurvePrivateKey,
        "gost-512": GostPrivateKey,
        "gost-256": GostPrivateKey,
    }
    assert {who.key for who in IDENTITIES} == set(kinds)
    for who in IDENTITIES:
        assert isinstance(pki.signer(who.name).private_key, kinds[who.key])


def test_keys_are_for_their_owner_only(pki: Pki) -> None:
    for key in pki.authority.folder.glob("*.key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_no_two_authorities_are_alike(pki: Pki, tmp_path: Path) -> None:
    assert main(["make", "--dir", str(tmp_path), "--port", "9"]) == 0
    other = Authority(tmp_path)
    assert other.root.read_bytes() != pki.authority.root.read_bytes()
    assert "http://127.0.0.1:9/ocsp" in other.trust.read_text()
    assert len(read_revocations(tmp_path)) == 4
    assert main(["revoke", "--dir", str(tmp_path), "sez"]) == 0
    assert len(read_revocations(tmp_path)) == 5


def test_an_unknown_name_is_told(pki: Pki) -> None:
    with pytest.raises(KeyError, match="nobody"):
        pki.authority.key("nobody")


def test_what_is_not_served_is_not_found(pki: Pki) -> None:
    address = f"http://127.0.0.1:{pki.server.port}"
    assert httpx.get(f"{address}/").status_code == httpx.codes.NOT_FOUND
    assert httpx.get(f"{address}/ocsp").status_code == httpx.codes.NOT_FOUND
    for service in ("ocsp", "gost/ocsp", "tsp"):
        answer = httpx.post(f"{address}/{service}", content=b"junk")
        assert answer.status_code == httpx.codes.BAD_REQUEST


def test_a_question_about_several_certificates_is_refused(pki: Pki) -> None:
    signer, issuer = map(x509.Certificate.load, pki.signer("sez").certificates[:2])
    asked = ocsp.OCSPRequest.load(request_for(signer, issuer)[0])
    address = f"http://127.0.0.1:{pki.server.port}/ocsp"
    kind = {"Content-Type": "application/ocsp-request"}
    assert httpx.post(address, content=asked.dump(), headers=kind).status_code == httpx.codes.OK
    questions = asked["tbs_request"]["request_list"]
    questions.append(questions[0].copy())
    several = asked.dump(force=True)
    answer = httpx.post(address, content=several, headers=kind)
    assert answer.status_code == httpx.codes.BAD_REQUEST


def test_it_serves_as_a_process_of_its_own(pki: Pki) -> None:
    command = [sys.executable, "-m", "deploy.authority", "serve", "--port", "0", "--dir"]
    process = subprocess.Popen(
        [*command, str(pki.authority.folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        answer = httpx.get(f"{address}/issuing.crl")
        assert answer.status_code == httpx.codes.OK
    finally:
        process.terminate()
        process.wait(5)
        if process.stdout is not None:
            process.stdout.close()


def test_an_authority_that_lacks_what_is_issued_now_is_not_whole(tmp_path: Path) -> None:
    made = make(tmp_path, 1)
    assert made.is_whole
    made.chain("customer2-head").unlink()
    assert not made.is_whole


def test_a_connection_is_kept_until_the_authority_stops(pki: Pki) -> None:
    certificate = leaf(pki, "customer1-head")
    issuer = x509.Certificate.load(pki.signer("customer1-head").certificates[1])
    request, _ = request_for(certificate, issuer)
    connection = HTTPConnection("127.0.0.1", pki.server.port, timeout=5)
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/ocsp", request)
        assert connection.getresponse().read()
        sockets.add(connection.sock)
    assert len(sockets) == 1
    pki.stop()
    try:
        assert connection.sock.recv(1) == b"", "what was kept is at its end"
    finally:
        pki.start()
        connection.close()


@pytest.mark.parametrize("length", ["70000", "-1", "many"])
def test_a_question_of_no_fitting_length_ends_its_connection(pki: Pki, length: str) -> None:
    with socket.create_connection(("127.0.0.1", pki.server.port), timeout=5) as connection:
        head = f"POST /ocsp HTTP/1.1\r\nHost: authority\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(head.encode() + bytes(70_000))
        with connection.makefile("rb") as answer:
            assert b" 400 " in answer.readline()
            with suppress(ConnectionResetError):
                assert answer.read()


def test_keys_are_written_as_pkcs12_with_their_issuer_but_those_of_gost(
    pki: Pki, tmp_path: Path
) -> None:
    for name in ("sez2", "customer1-head", "sez-gost"):
        for ending in (".key.pem", ".pem"):
            shutil.copy(pki.authority.folder / f"{name}{ending}", tmp_path)
    assert main(["p12", "--dir", str(tmp_path), "--password", "stand"]) == 0
    written = sorted(one.name for one in tmp_path.glob("*.p12"))
    assert written == ["customer1-head.p12", "sez2.p12"]
    opened = load_pkcs12((tmp_path / "sez2.p12").read_bytes(), b"stand")
    assert opened.key is not None
    assert len(opened.additional_certs) == 1
    with pytest.raises(BadInput, match="password"):
        list(write_all(tmp_path, ""))
    with pytest.raises(BadInput, match=r"NAME\.key"):
        list(write_all(tmp_path / "sez2.p12", "stand"))


def test_a_folder_without_keys_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["p12", "--dir", str(tmp_path / "absent"), "--password", "stand"]) == 2
    told = capsys.readouterr().err
    assert (
        told
        == f"{tmp_path / 'absent'} has no NAME.key.pem: give the folder of the test authority\n"
    )
