"""The Registry as a caller of a SEZ (S216-14, S216-18.5)."""

from shared_contracts.soap.client import Peer, RemoteFault
from shared_contracts.soap.services import SEZ
from shared_contracts.soap.wire import Connection, Unreachable

__all__ = ["Connection", "RemoteFault", "SezClient", "Unreachable"]


class SezClient(Peer):
    """A SEZ, as the Registry calls it; its operations raise ``RemoteFault``, ``Unreachable``."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(SEZ, connection)
