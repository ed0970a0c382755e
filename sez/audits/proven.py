"""What asks this SEZ in the Registry's name is proven to come from it, and to be meant for us."""

from datetime import datetime
from typing import TypeVar

from sez.records.owner import Owner
from shared_contracts.counterpart import (
    Counterpart,
    NotProvenYet,
    NotTheCounterpart,
    believe_element,
)
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.system_message import SystemMessage
from shared_contracts.xml.codec import Element

M = TypeVar("M", bound=SystemMessage)


def proven_request(
    element: Element, kind: type[M], owner: Owner, counterpart: Counterpart, at: datetime
) -> M:
    """The request, signed by the pinned Registry; ``Unprocessed`` says why it is not answered."""
    try:
        request = believe_element(element, kind, counterpart, at)
    except NotProvenYet as later:
        raise Unprocessed(Fault.REVOCATION_UNAVAILABLE, str(later), retry_after=30) from later
    except NotTheCounterpart as doubt:
        raise Unprocessed(Fault.NOT_THE_REGISTRY, str(doubt)) from doubt
    if (request.sez_code, request.environment) != (owner.sez_code, owner.environment):
        named = f"SezCode {request.sez_code}, Environment {request.environment}"
        raise Unprocessed(Fault.AUDIT_REFUSED, named)
    return request
