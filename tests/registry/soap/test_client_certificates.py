"""A system whose TLS certificate is on record must show it, over real TLS sockets (S216-19)."""

import hashlib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from shared_contracts.http.connections.bounds import Bounds
from shared_contracts.http.connections.tls import client_context, tls_context
from shared_contracts.messages.receipt import Receipt
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.on_demand import registry_app
from tests.registry.conftest import SEZ
from tests.serving import serving
from tests.story import Story
from tests.tls import certify


@dataclass(frozen=True)
class Endpoint:
    """The Registry over HTTPS, and the folder with the certificates of this test."""

    address: str
    folder: Path

    def context(self, shown: str | None) -> ssl.SSLContext:
        """A client that shows the certificate of that name."""
        context = ssl.create_default_context(cafile=self.folder / "registry.pem")
        if shown is not None:
            context.load_cert_chain(self.folder / f"{shown}.pem", self.folder / f"{shown}.key.pem")
        return context

    def post(self, package: bytes, shown: str | None) -> list[str]:
        """The result and the rules of the receipt for a package."""
        body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
        with httpx.Client(verify=self.context(shown), trust_env=False) as client:
            told = client.post(f"{self.address}/soap/", content=body, timeout=20)
        receipt = codec.read(payload_of(open_envelope(told.content, None)), Receipt)
        return [receipt.result, *(finding.rule_id for finding in receipt.findings)]


@pytest.fixture
def endpoint(story: Story, tmp_path: Path) -> Iterator[Endpoint]:
    """The certificate named ``pinned`` is that of SEZ01; ``other`` is believed too."""
    key, certificate = certify(tmp_path, "registry")
    shown = [certify(tmp_path, name)[1] for name in ("pinned", "other", "stranger")]
    believed = tmp_path / "clients.pem"
    believed.write_bytes(shown[0].read_bytes() + shown[1].read_bytes())
    der = ssl.PEM_cert_to_DER_cert(shown[0].read_text())
    pin = hashlib.sha256(der).hexdigest()
    story.registry.register.add(msgspec.structs.replace(SEZ, tls_certificate_sha256=pin))
    context = tls_context(key, certificate, believed)
    with serving(registry_app(story.registry), bounds=Bounds(handshake=1), tls=context) as address:
        yield Endpoint(address.replace("http:", "https:"), tmp_path)


@pytest.mark.clause("S216-19")
def test_only_the_certificate_on_record_speaks_for_its_system(
    story: Story, endpoint: Endpoint
) -> None:
    package = story.packed(story.tender())
    assert endpoint.post(package, None) == ["REFUSED", "I-15"]
    assert endpoint.post(package, "other") == ["REFUSED", "I-15"]
    assert endpoint.post(package, "pinned") == ["ACCEPTED"]


@pytest.mark.clause("S216-19")
def test_a_system_of_which_none_is_on_record_is_not_touched_by_it(
    story: Story, endpoint: Endpoint
) -> None:
    second = Story(story.registry, story.pki, story.clock, "SEZ02", "sez2")
    assert endpoint.post(second.packed(second.tender()), None) == ["ACCEPTED"]
    assert endpoint.post(second.packed(second.tender()), "pinned") == ["ACCEPTED"]


@pytest.mark.clause("S216-19")
def test_a_certificate_that_nobody_vouches_for_ends_the_handshake(endpoint: Endpoint) -> None:
    with pytest.raises((httpx.HTTPError, ssl.SSLError)):
        endpoint.post(b"", "stranger")


def test_over_plain_http_such_a_system_is_refused(story: Story, endpoint: Endpoint) -> None:
    assert endpoint.folder.exists()
    assert story.tell(story.tender()).rules == ["I-15"]
    assert story.void(90).rules == ["I-15"]


def test_a_handshake_that_does_not_go_on_is_ended_and_holds_nobody_up(
    story: Story, endpoint: Endpoint
) -> None:
    port = int(endpoint.address.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(20)]
    for one in silent[:10]:
        one.sendall(b"\x16\x03\x01")
    started = time.monotonic()
    assert endpoint.post(story.packed(story.tender()), "pinned") == ["ACCEPTED"]
    assert [one.recv(100) for one in silent] == [b""] * 20
    assert time.monotonic() - started < 9
    for one in silent:
        one.close()


def test_what_is_wrong_with_a_file_of_tls_is_said_in_a_sentence(tmp_path: Path) -> None:
    key, certificate = certify(tmp_path)
    other_key, _ = certify(tmp_path, "other")
    (tmp_path / "nothing.pem").write_text("nothing")
    absent = tmp_path / "absent.pem"
    with pytest.raises(ValueError, match=r"absent.pem cannot be read: No such file"):
        tls_context(key, absent)
    with pytest.raises(ValueError, match=r"needs both a key and a certificate"):
        tls_context(key, None)
    with pytest.raises(ValueError, match=r"cannot be used together: KEY_VALUES_MISMATCH"):
        tls_context(other_key, certificate)
    with pytest.raises(ValueError, match=r"nothing.pem holds no PEM certificates"):
        tls_context(key, certificate, tmp_path / "nothing.pem")
    assert tls_context(None, None) is None
    with pytest.raises(ValueError, match=r"absent.pem cannot be read: No such file"):
        client_context(certificate, absent)
    with pytest.raises(ValueError, match=r"nothing.pem holds no PEM certificates"):
        client_context(tmp_path / "nothing.pem")
    with pytest.raises(ValueError, match=r"cannot be used together"):
        client_context(certificate, certificate, other_key)
    with pytest.raises(ValueError, match=r"needs its certificate"):
        client_context(certificate, None, key)


def test_callers_without_a_file_of_their_own_read_the_list_of_the_machine_once(
    tmp_path: Path,
) -> None:
    key, certificate = certify(tmp_path)
    shared = client_context(None)
    assert client_context(None, None, None) is shared
    assert client_context(certificate) is not shared
    assert client_context(None, certificate, key) is not shared
