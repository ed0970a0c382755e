"""The served WSDL is read by an ordinary client, from the address which it names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
import zeep
from lxml import etree
from typing_extensions import override

from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.published import FOLDER, schemas
from shared_contracts.messages.versions import FIRST, NEWEST, VERSIONS
from shared_contracts.xml import schema
from tests.clauses import clause
from tests.documents import golden

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP11 = "{http://schemas.xmlsoap.org/soap/envelope/}"
SOAP12 = "{http://www.w3.org/2003/05/soap-envelope}"
OPERATIONS = {
    "registry": [
        *("TransferRecords", "VoidSequence", "GetTime", "GetCapabilities", "AttestReceipt"),
        "LoadProgramme",
        *("QuerySupplier", "SelectSupplier", "CheckSupplier"),
        "GetClassifier",
        *("RequestChanges", "SupplyData"),
        "TransferFile",
        *("RequestProgrammeChange", "SupplyProgrammeData"),
        *("SubmitAsync", "GetReceipt"),
        *("GetCheckpoint", "GetProof"),
    ],
    "sez": [
        "GetCapabilities",
        "Notify",
        "Audit",
        "AuditObject",
        "DeliverReceipt",
        "GetCheckpoint",
        "GetProof",
    ],
}
REQUESTS = {
    "Audit": "AuditRequest",
    "AuditObject": "ObjectAuditRequest",
    "TransferRecords": "Package",
    "VoidSequence": "VoidSequence",
    "GetTime": "TimeRequest",
    "GetCapabilities": "CapabilitiesRequest",
    "AttestReceipt": "AttestReceipt",
    "LoadProgramme": "Package",
    "QuerySupplier": "SupplierQuery",
    "SelectSupplier": "Package",
    "CheckSupplier": "SupplierCheck",
    "GetClassifier": "ClassifierRequest",
    "RequestChanges": "ChangesRequest",
    "SupplyData": "Package",
    "Notify": "Notice",
    "TransferFile": "FileTransfer",
    "RequestProgrammeChange": "ProgrammeChangeRequest",
    "SupplyProgrammeData": "Package",
    "SubmitAsync": "Package",
    "GetReceipt": "ReceiptRequest",
    "DeliverReceipt": "Receipt",
    "GetCheckpoint": "CheckpointRequest",
    "GetProof": "ProofRequest",
}
SETTINGS = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True)


def canonical(element: etree._Element) -> bytes:
    """Bytes that a signature of a system covers."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


class Publisher(BaseHTTPRequestHandler):
    """Serves the WSDL named by its folder, and the schemas."""

    def do_GET(self) -> None:
        path = PurePosixPath(urlsplit(self.path).path)
        if path.suffix == ".xsd":
            version = path.parts[-2] if path.parts[-2] in VERSIONS else FIRST
            body = schema.served_schema(path.stem, version)
        else:
            version = urlsplit(self.path).query.removeprefix("wsdl").removeprefix("=")
            body = schema.served_wsdl(path.parts[1], self.address(), version or NEWEST)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def address(self) -> str:
        port = cast("ThreadingHTTPServer", self.server).server_port
        return f"http://127.0.0.1:{port}/{PurePosixPath(self.path).parts[1]}/"

    @override
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def publisher() -> Iterator[str]:
    """The address of a small server of WSDL and schemas."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(wsdl: str) -> Any:
    """A strict client; zeep types but half of itself."""
    return zeep.Client(wsdl, settings=SETTINGS)  # type: ignore[no-untyped-call]  # half typed


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[str, Any]]:
    with publisher() as address:
        yield {name: client(f"{address}/{name}/?wsdl") for name in OPERATIONS}


@pytest.mark.parametrize("name", list(OPERATIONS))
@clause("S216-18.5")
def test_a_client_finds_the_operations_on_ports_of_both_soap_versions(
    clients: dict[str, Any], name: str
) -> None:
    title = name.capitalize()
    (service,) = clients[name].wsdl.services.values()
    assert service.name == title
    assert sorted(service.ports) == [f"{title}Soap11", f"{title}Soap12"]
    for port in service.ports.values():
        assert list(port.binding.all()) == OPERATIONS[name]
        assert port.binding_options["address"].endswith(f"/{name}/")


@pytest.mark.parametrize("soap", [SOAP11, SOAP12])
@pytest.mark.parametrize("operation", OPERATIONS["registry"])
def test_a_client_puts_a_signed_document_into_the_wrapper_unaltered(
    clients: dict[str, Any], operation: str, soap: str
) -> None:
    document = golden(REQUESTS[operation])
    caller = clients["registry"]
    port = "RegistrySoap11" if soap == SOAP11 else "RegistrySoap12"
    bound = caller.bind("Registry", port)
    envelope = caller.create_message(bound, operation, _value_1=document)
    (body,) = envelope.iterchildren(f"{soap}Body")
    (wrapper,) = body
    assert wrapper.tag == f"{{urn:kz:tru-registry:registry:1}}{operation}"
    (sent,) = wrapper
    assert canonical(sent) == canonical(document)


def test_the_detail_of_a_fault_is_declared(clients: dict[str, Any]) -> None:
    (service,) = clients["registry"].wsdl.services.values()
    for port in service.ports.values():
        for operation in port.binding.all().values():
            (fault,) = operation.abstract.fault_messages.values()
            (part,) = fault.parts.values()
            assert part.element.qname == f"{{{NAMESPACE}}}FaultDetail"


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_a_wrapper_holds_exactly_one_document_and_its_part_is_named_parameters(name: str) -> None:
    root = schema.parse(schema.served_wsdl(name, "http://127.0.0.1:8401/soap/"))
    xs = "{http://www.w3.org/2001/XMLSchema}"
    wrappers = root.findall(f"{WSDL}types/{xs}schema/{xs}element")
    names = [f"{operation}{end}" for operation in OPERATIONS[name] for end in ("", "Response")]
    assert [wrapper.get("name") for wrapper in wrappers] == names
    for wrapper in wrappers:
        (held,) = wrapper.findall(f"{xs}complexType/{xs}sequence/*")
        assert dict(held.items()) == {"namespace": NAMESPACE, "processContents": "lax"}
    parts = root.findall(f"{WSDL}message/{WSDL}part")
    assert [part.get("name") for part in parts] == ["parameters"] * len(names) + ["fault"]


@pytest.mark.parametrize("name", list(OPERATIONS))
@clause("S95-12b")
def test_operations_are_documented_in_three_languages(name: str) -> None:
    root = schema.parse(schema.served_wsdl(name, "http://127.0.0.1:8401/soap/"))
    for operation in root.findall(f"{WSDL}portType/{WSDL}operation"):
        lines = (operation.findtext(f"{WSDL}documentation") or "").strip().splitlines()
        assert [line.split()[0] for line in lines] == ["[kk]", "[ru]", "[en]"]


def test_the_address_is_the_configured_one_and_is_escaped() -> None:
    served = schema.served_wsdl("registry", 'https://tru.example/"a"<&')
    assert b"@ADDRESS@" not in served
    root = schema.parse(served)
    soap = "{http://schemas.xmlsoap.org/wsdl/soap/}"
    (place,) = root.iter(f"{soap}address")
    assert place.get("location") == 'https://tru.example/"a"<&/'


def test_another_name_has_no_wsdl_and_no_schema() -> None:
    assert schema.served_schema("../schemas/common") is None
    assert schema.served_schema("common.xsd") is None
    with pytest.raises(KeyError):
        schema.served_wsdl("../registry", "http://127.0.0.1/")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_digest_of_the_schemas_is_that_of_their_files_in_the_order_of_names(
    version: str,
) -> None:
    files = sorted((FOLDER / version).glob("*.xsd"))
    together = b"".join(file.read_bytes() for file in files)
    assert schema.schema_digest(version) == sha256(together).hexdigest()
    assert [file.stem for file in files] == list(schemas(version))
