"""What the example protocols have in common: their head, with the sole person who signs."""

from typing import Any

from sez.examples.making import ExampleOrder
from sez.protocols import versions
from sez.protocols.protocol import NoProtocol
from shared_contracts.errors import BadInput
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.protocol import Member


def head(order: ExampleOrder, object_type: str) -> dict[str, Any]:
    """Act, number, moment, place, purchase and signer; ``BadInput`` where no purchase is named."""
    wanted = order.wanted
    if wanted.base is None:
        raise BadInput("base: name the purchase of which the protocol is")
    signer = order.signer
    return {
        "act": versions.act(order.owner, object_type, order.object_id, NoProtocol()),
        "protocol_number": order.object_id.hex[-8:].upper(),
        "protocol_date": order.at,
        "place": LocalizedText(kk="Атырау қаласы", ru="город Атырау", en="Atyrau"),
        "purchase_id": wanted.base,
        "purchase_version": 1,
        "members": (Member(iin=signer.iin or "", name=signer.name, role="SOLE"),),
    }
