"""The operations which a SEZ calls on the Registry (S216-14, S216-A3.1, S216-A3.3)."""

from collections.abc import Mapping

from shared_contracts.soap.exchange import Handle, Keep
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.service import NOTHING_BEFORE, Beforehand, Handler, serve
from shared_contracts.soap.services import REGISTRY


def registry_service(
    handlers: Mapping[str, Handler],
    wording: Wording,
    keep: Keep | None = None,
    before: Beforehand = NOTHING_BEFORE,
) -> Handle:
    """The Registry's service; every operation of the contract needs its handler (ValueError).

    ``keep`` takes what could not be processed at all; ``before`` sees messages unopened.
    """
    return serve(REGISTRY, handlers, wording, keep, before)
