"""Clients of other makes, knowing nothing but the served WSDL, call the Registry."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
import zeep
from lxml import etree
from typing_extensions import override

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import (
    FormedBy,
    Package,
    Record,
    RecordHeader,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.versions import FIRST
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.fault import read_fault
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, open_envelope, payload_bytes, payload_of
from tests.foreign.clients import ANSWERED, FAULTED, Client, clients, run, versions
from tests.pki import Pki
from tests.samples import AT, PURCHASE_ID, SEZ_CODE, purchase_open_tender
from tests.serving import RECEIPT, Desk, canonical, registry_serving


@dataclass
class StrictDesk(Desk):
    """Takes only what verifies as signed by a system; keeps what SOAP version it came in."""

    versions: list[SoapVersion] = field(default_factory=list)

    @override
    def take(self, payload: etree._Element, body: bytes, peer: Peer = NOBODY) -> bytes:
        verify_system(payload)
        assert schema.validate(payload, "I-XSD-1") == []
        self.versions.append(open_envelope(body, None).version)
        return super().take(payload, body, peer)


@pytest.fixture
def desk(pki: Pki) -> StrictDesk:
    receipt = sign_system(etree.fromstring(RECEIPT), pki.signer("registry"))
    return StrictDesk(answer=lambda: receipt)


@pytest.fixture
def wsdl(desk: StrictDesk, tmp_path: Path) -> Iterator[str]:
    with registry_serving(desk, tmp_path / "files") as base:
        yield f"{base}/soap/?wsdl"


@pytest.fixture
def package(pki: Pki, tmp_path: Path) -> Path:
    document = sign_person(
        codec.to_bytes(codec.write(purchase_open_tender())), pki.signer("customer1-head")
    )
    header = RecordHeader(
        object_type=PURCHASE,
        object_id=PURCHASE_ID,
        version=1,
        formed_at=AT,
        formed_by=FormedBy(name="Ахметов Айдын Серікұлы"),
        document_hash=sha256(document).hexdigest(),
    )
    whole = Package(
        message_id=UUID("018f0000-0000-7000-8000-000000000002"),
        sez_code=SEZ_CODE,
        environment=Environment.STAND,
        sequence=1,
        created_at=AT,
        contract_version=FIRST,
        record_count=1,
        records=(Record(header=header, document=document),),
    )
    path = tmp_path / "package.xml"
    path.write_bytes(sign_system(codec.write(whole, root_id="p-1"), pki.signer("sez")))
    return path


@pytest.mark.clause("S216-14", "S216-18.5")
@clients
@versions
def test_a_foreign_client_sends_a_signed_package_and_gets_a_signed_answer(
    client: Client, version: SoapVersion, desk: StrictDesk, wsdl: str, package: Path
) -> None:
    done = run(client, wsdl, version, package)
    assert done.returncode == ANSWERED, done.stderr
    assert desk.documents == [canonical(etree.fromstring(package.read_bytes()))]
    assert desk.versions == [version]
    answered = payload_bytes(done.stdout, payload_of(open_envelope(done.stdout, None)))
    assert answered == desk.answer()
    verify_system(etree.fromstring(answered))


@pytest.mark.clause("S216-18.5")
@versions
def test_zeep_reads_the_served_description_and_sends_what_was_signed(
    version: SoapVersion, desk: StrictDesk, wsdl: str, package: Path
) -> None:
    settings = zeep.Settings(
        strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True, force_https=False
    )
    client = zeep.Client(wsdl, settings=settings)  # type: ignore[no-untyped-call]  # half typed
    port = "RegistrySoap12" if version is SoapVersion.V12 else "RegistrySoap11"
    signed = etree.fromstring(package.read_bytes())
    answer = client.bind("Registry", port)["TransferRecords"](_value_1=signed)
    assert desk.answer() in answer.content
    assert desk.versions == [version]


@clients
@versions
def test_a_foreign_client_hears_what_a_fault_says(
    client: Client, version: SoapVersion, desk: StrictDesk, wsdl: str, package: Path
) -> None:
    def refuse() -> bytes:
        raise Unprocessed(Fault.FILES_MISSING, hashes=["ab" * 32])

    desk.answer = refuse
    done = run(client, wsdl, version, package)
    assert done.returncode == FAULTED, done.stderr
    read = read_fault(open_envelope(done.stdout, None))
    assert read is not None
    assert (read.code, read.hashes) == ("FILES_MISSING", ("ab" * 32,))
