"""The one version of a notice."""

from uuid import UUID

from sez.records.chain import VersionChain
from sez.records.kind import Maker
from sez.records.owner import Owner
from shared_contracts.messages.document import Operation, Party
from tests.throwaway.contract import SITE_NOTICE, SiteNotice


def placing(buyer: Party, heading: str) -> Maker[object]:
    """A notice of ``buyer``, as its first version."""

    def make(owner: Owner, object_id: UUID, state: object) -> SiteNotice:
        act = VersionChain(SITE_NOTICE).act(owner, object_id, state, Operation.CREATE)
        return SiteNotice(act=act, customer=buyer, heading=heading)

    return make
