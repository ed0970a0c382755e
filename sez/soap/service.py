"""The operations which the Registry calls on a SEZ (S216-14, S216-18.5)."""

from collections.abc import Mapping

from shared_contracts.soap.exchange import Handle
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.service import Handler, serve
from shared_contracts.soap.services import SEZ


def sez_service(handlers: Mapping[str, Handler], wording: Wording) -> Handle:
    """The SEZ's service; every operation of the contract needs its handler (ValueError)."""
    return serve(SEZ, handlers, wording)
