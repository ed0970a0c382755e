"""The one version of a notice."""

from uuid import UUID

from sez.records.kind import Maker
from sez.records.owner import Owner
from shared_contracts.messages.document import Act, Operation, Party
from tests.throwaway.contract import SITE_NOTICE, SiteNotice


def placing(buyer: Party, heading: str) -> Maker[object]:
    """A notice of ``buyer``, as its first version."""

    def make(owner: Owner, object_id: UUID, _state: object) -> SiteNotice:
        act = Act(
            environment=owner.environment,
            sez_code=owner.sez_code,
            object_type=SITE_NOTICE,
            object_id=object_id,
            version=1,
            operation=Operation.CREATE,
            conditions_version=owner.conditions,
        )
        return SiteNotice(act=act, customer=buyer, heading=heading)

    return make
