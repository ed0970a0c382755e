"""What a document made outside the SEZ says that it is (readings R18)."""

from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Act, Environment, Operation
from shared_contracts.messages.purchase import PURCHASE


def new_purchase(sez_code: str) -> Act:
    """The act of the first version of a purchase that nobody knows yet."""
    return first_act(sez_code, PURCHASE, conditions_version=1)


def first_act(sez_code: str, object_type: str, conditions_version: int = 2) -> Act:
    """The act of the first version of an object that nobody knows yet."""
    return Act(
        environment=Environment.STAND,
        sez_code=sez_code,
        object_type=object_type,
        object_id=uuid7(),
        version=1,
        operation=Operation.CREATE,
        conditions_version=conditions_version,
    )
