"""The SEZ as a caller of the Registry (S216-14, S216-18.5, S216-A3.1, S216-A3.3)."""

import ssl

from sez.settings import SezSettings
from shared_contracts.http.connections.tls import client_context
from shared_contracts.soap.client import PeerClient, RemoteFault
from shared_contracts.soap.services import REGISTRY
from shared_contracts.soap.wire import Connection, PeerUnreachable
from shared_contracts.xml.envelope import SoapVersion

__all__ = ["Connection", "PeerUnreachable", "RegistryClient", "RemoteFault", "tls"]


class RegistryClient(PeerClient):
    """The Registry, as a SEZ calls it; operations raise ``RemoteFault``, ``PeerUnreachable``."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(REGISTRY, connection)

    def transfer(self, package: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Send a signed package; gives the signed receipt, byte for byte (S216-A2.1.1)."""
        return self.call("TransferRecords", package, soap)

    def void_sequence(self, statement: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Say that a number was never sent; gives the signed receipt."""
        return self.call("VoidSequence", statement, soap)

    def attest_receipt(self, question: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Ask whether a receipt was issued; gives the signed attestation."""
        return self.call("AttestReceipt", question, soap)

    def load_programme(self, package: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Send a signed package of new programmes; gives the signed receipt (S216-A2.7.1)."""
        return self.call("LoadProgramme", package, soap)

    def get_classifier(self, question: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Ask for a page of a classifier; gives the signed page (S216-A2.3)."""
        return self.call("GetClassifier", question, soap)

    def transfer_file(self, signed: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Send a small file in a signed message; gives the signed answer (S216-18.5)."""
        return self.call("TransferFile", signed, soap)

    def get_time(self, request: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Ask for the Registry's clock; gives the signed answer (S216-A3.3)."""
        return self.call("GetTime", request, soap)


def tls(settings: SezSettings) -> ssl.SSLContext | None:
    """Whom to trust at the Registry's endpoint, and what to show there."""
    if not settings.registry.startswith("https:"):
        return None
    return client_context(settings.registry_ca, settings.client_certificate, settings.client_key)
