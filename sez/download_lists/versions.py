"""The next version of a list of downloads: which document, after which history (S216-A3.1f)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sez.download_lists.download_list import State
from sez.records import kind
from sez.records.chain import VersionChain, stating
from sez.records.owner import Owner
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download, DownloadList

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a list from where it stands."""

CHAIN = VersionChain(DOWNLOAD_LIST)
deletion = CHAIN.deletion
"""The removal of a list by the platform."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """Who took the documentation of a purchase until ``as_of``: all, or what came since."""

    purchase_id: UUID
    as_of: datetime
    downloads: tuple[Download, ...]
    incremental: bool = False


def listing(taken: Downloaded, reason: str = "") -> Maker:
    """The list of what was taken; a first one needs no reason."""

    def make(owner: Owner, object_id: UUID, listed: State) -> DownloadList:
        return DownloadList(
            act=CHAIN.act(owner, object_id, listed, stating(listed), reason or None),
            purchase_id=taken.purchase_id,
            as_of=taken.as_of,
            incremental=taken.incremental,
            download_count=len(taken.downloads),
            downloads=taken.downloads,
        )

    return make
