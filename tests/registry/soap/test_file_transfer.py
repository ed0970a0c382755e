"""A small file comes in a SOAP message, over a real socket, within the rules of ``PUT /files``."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from registry.soap.endpoints import FileEndpoint
from sez.soap.client import Connection, RegistryClient, RemoteFault
from shared_contracts.faults import Unprocessed
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.document import Environment
from shared_contracts.messages.file_transfer import FileTaken, FileTransfer
from shared_contracts.messages.receipt import Receipt
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.sign import sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.clauses import clause
from tests.on_demand import registry_app
from tests.serving import serving
from tests.story import Story, content_of, files_of, with_real_files

versions = pytest.mark.parametrize("version", list(SoapVersion))


@pytest.fixture
def client(story: Story) -> Iterator[RegistryClient]:
    with serving(registry_app(story.registry)) as address:
        client = RegistryClient(Connection(address, timeout=20))
        yield client
        client.close()


def signed(story: Story, content: bytes, signer: str = "sez", **changes: Any) -> bytes:
    """A message with a file, signed by a system."""
    given: dict[str, Any] = {
        "message_id": uuid4(),
        "sez_code": story.code,
        "environment": Environment.STAND,
        "created_at": story.now,
        "sha256": sha256(content).hexdigest(),
        "content": content,
    }
    element = codec.write(FileTransfer(**given | changes), root_id="file-1")
    return sign_system(element, story.pki.signer(signer))


def code_of(client: RegistryClient, message: bytes, version: SoapVersion) -> tuple[str, str]:
    """The fault that a message is answered by: its code, and its words."""
    with pytest.raises(RemoteFault) as refused:
        client.transfer_file(message, version)
    return refused.value.code, refused.value.text


@clause("S216-18.5")
@versions
def test_the_files_of_a_package_come_by_soap_and_the_package_is_accepted(
    story: Story, client: RegistryClient, version: SoapVersion
) -> None:
    document = with_real_files(story.own(story.tender()))
    for file in files_of(document):
        story.registry.files.path(file.sha256).unlink(missing_ok=True)
    package = story.packed(document)
    with pytest.raises(RemoteFault, match="FILES_MISSING") as missing:
        client.transfer(package, version)
    contents = {file.sha256: content_of(file) for file in files_of(document)}
    assert set(missing.value.hashes) == set(contents)
    for number, content in enumerate(contents.values()):
        for again in (False, True):
            answer = client.transfer_file(signed(story, content), version)
            element = schema.parse(answer)
            assert schema.validate(element, "F-XSD-1") == []
            signer = verify_system(element).certificates[0]
            assert signer == story.pki.signer("registry").certificates[0]
            taken = codec.read(element, FileTaken)
            told = (taken.sha256, taken.size, taken.new)
            assert told == (sha256(content).hexdigest(), len(content), not again), number
        with story.registry.files.open(sha256(content).hexdigest()) as kept:
            assert kept.read() == content
    receipt = story.read(client.transfer(package, version))
    assert receipt.result.value == "ACCEPTED"


@clause("S216-18.5")
@versions
def test_what_was_not_asked_for_is_not_taken(
    story: Story, client: RegistryClient, version: SoapVersion
) -> None:
    message = signed(story, b"not asked for")
    assert code_of(client, message, version)[0] == "FILE_NOT_ASKED"
    assert not story.registry.files.has(sha256(b"not asked for").hexdigest())


@versions
def test_other_bytes_than_those_of_the_hash_are_not_kept(
    story: Story, client: RegistryClient, version: SoapVersion
) -> None:
    wanted = sha256(b"asked for").hexdigest()
    story.registry.wanted.want([wanted])
    told = code_of(client, signed(story, b"others", sha256=wanted), version)
    assert told[0] == "FILE_HASH_WRONG"
    assert not story.registry.files.has(wanted)


def test_a_file_too_large_for_a_message_is_told_the_limit_and_the_other_way(
    story: Story, client: RegistryClient
) -> None:
    content = b"0" * (DOCUMENT_BYTES + 1)
    story.registry.wanted.want([sha256(content).hexdigest()])
    code, text = code_of(client, signed(story, content), SoapVersion.V11)
    assert code == "FILE_TOO_LARGE"
    assert str(DOCUMENT_BYTES) in text
    assert "PUT /files" in text
    assert client.transfer_file(signed(story, b"", sha256="0" * 63))  # an answer, not a fault


def test_a_disk_that_would_be_full_takes_nothing(story: Story) -> None:
    store, content = story.registry.files, b"file"
    endpoint = FileEndpoint(store, lambda _: True, fault_wording)
    endpoint.uploads.spare = 2**62
    with pytest.raises(Unprocessed, match="NO_SPACE"):
        endpoint.take(sha256(content).hexdigest(), content)
    assert not store.has(sha256(content).hexdigest())


@clause("S216-13a", "S216-19")
@pytest.mark.parametrize(
    ("signer", "changes", "rule"),
    [
        ("sez2", {}, "I-12"),
        ("sez-revoked", {}, "C-05"),
        ("sez", {"sez_code": "SEZ99"}, "I-11"),
        ("sez", {"sha256": "none"}, "I-XSD-1"),
        ("sez", {"environment": Environment.PRODUCTION}, "I-09"),
    ],
)
def test_who_is_not_proven_and_what_is_not_in_form_gets_a_signed_refusal(
    story: Story,
    client: RegistryClient,
    signer: str,
    changes: dict[str, Any],
    rule: str,
) -> None:
    story.registry.wanted.want([sha256(b"file").hexdigest()])
    data = client.transfer_file(signed(story, b"file", signer, **changes))
    receipt: Receipt = story.read(data)
    assert receipt.result.value == "REFUSED"
    assert rule in [finding.rule_id for finding in receipt.findings]
    assert not story.registry.files.has(sha256(b"file").hexdigest())
