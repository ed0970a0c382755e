"""Valid protocols of the purchases in ``samples``, to be sent as they are or broken on purpose."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.messages.document import Act, Ground, Operation, Term
from shared_contracts.messages.protocol import (
    SINGLE_SOURCE_PROTOCOL,
    ContractedSupplier,
    LotConclusion,
    Member,
    SingleSourceProtocol,
)
from shared_contracts.messages.purchase import DeliveryTerm
from tests import samples
from tests.samples import AT

PROTOCOL_ID = UUID("5e0c7a4b-91d3-4f5e-8a26-0c6f3b1d2e47")
MEMBERS = (
    Member(iin="800314300212", name="Ахметов Ерлан Серікұлы", position="Директор", role="CHAIR"),
    Member(iin="850724450184", name="Сүлейменова Айгүл Болатқызы", role="MEMBER"),
)
SUPPLIER_BIN = "180640000016"


def act(object_type: str, version: int = 1, **changes: Any) -> Act:
    """The head of a protocol, under the newest conditions."""
    operation, reason = (
        (Operation.CREATE, None) if version == 1 else (Operation.UPDATE, "Қате түзетілді")
    )
    named = {"object_type": object_type, "object_id": PROTOCOL_ID, "conditions_version": 2}
    return samples.act(version, operation, reason, **named | changes)


def head(object_type: str, **changes: Any) -> dict[str, Any]:
    """What every protocol states."""
    stated = {
        "act": act(object_type),
        "protocol_number": "17",
        "protocol_date": AT,
        "place": samples.text("Ақтау қаласы", "город Актау"),
        "purchase_id": samples.PURCHASE_ID,
        "purchase_version": 1,
        "members": MEMBERS,
    }
    return stated | changes


def supplier(**changes: Any) -> ContractedSupplier:
    """A company that repairs drilling rigs."""
    named = ContractedSupplier(
        bin=SUPPLIER_BIN,
        country="KZ",
        name=samples.text("«БҰРҒЫ СЕРВИС» ЖШС", "ТОО «БУР СЕРВИС»"),
        address=samples.text("Ақтау қ., 9-шағын аудан, 3", "г. Актау, мкр. 9, д. 3"),
    )
    return msgspec.structs.replace(named, **changes)


def conclusion(**changes: Any) -> LotConclusion:
    """The only lot of ``purchase_single_source``."""
    lot = samples.services_lot(1)
    concluded = LotConclusion(
        lot_number=1,
        supplier=supplier(),
        contract_price=lot.amount - Decimal("1000000.00"),
        local_content_percent=Decimal("60.00"),
        delivery_term=DeliveryTerm(within=Term(days=90, kind="CD")),
        delivery_places=lot.delivery_places,
    )
    return msgspec.structs.replace(concluded, **changes)


def single_source(**changes: Any) -> SingleSourceProtocol:
    """The conclusion of ``purchase_single_source``, on the day of its announcement."""
    protocol = SingleSourceProtocol(
        **head(SINGLE_SOURCE_PROTOCOL),
        ground=Ground(code="05"),
        lot_conclusions=(conclusion(),),
        contract_term=Term(days=10, kind="WD"),
    )
    return msgspec.structs.replace(protocol, **changes)
