"""The Registry asks a SEZ what it can do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI

from registry.soap.client import Connection, RemoteFault, SezClient
from sez.soap.endpoints import SoapEndpoint, soap_router
from sez.soap.service import sez_service
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.services import SEZ
from shared_contracts.xml.envelope import SoapVersion
from tests.serving import PACKAGE, RECEIPT, Desk, serving


@pytest.mark.clause("S216-14", "S216-18.5")
@pytest.mark.parametrize("soap", list(SoapVersion))
def test_a_sez_is_asked_what_it_can_do(soap: SoapVersion) -> None:
    desk = Desk()
    handle = sez_service(dict.fromkeys(SEZ.documents, desk.take), fault_wording)
    with ThreadPoolExecutor(2) as executor:
        app = FastAPI()
        address = "https://sez.example.kz/soap/"
        app.include_router(soap_router(SoapEndpoint(SEZ, address, handle, fault_wording, executor)))
        with serving(app) as base:
            client = SezClient(Connection(base, timeout=5))
            assert client.get_capabilities(soap) == RECEIPT
            with pytest.raises(RemoteFault, match="NOT_A_PACKAGE"):
                client.call("GetCapabilities", PACKAGE, soap)
            client.close()
    assert b"CapabilitiesRequest" in desk.documents[0]
