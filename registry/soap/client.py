"""The Registry as a caller of a SEZ (S216-14, S216-18.5)."""

from shared_contracts.soap.client import PeerClient, RemoteFault
from shared_contracts.soap.services import SEZ
from shared_contracts.soap.wire import Connection, Passed, PeerUnreachable

__all__ = ["Connection", "Passed", "PeerUnreachable", "RemoteFault", "SezClient"]


class SezClient(PeerClient):
    """A SEZ, as the Registry calls it; operations raise ``RemoteFault``, ``PeerUnreachable``."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(SEZ, connection)
