"""The list of those who took the documentation of a purchase (S216-A3.1f)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.document import Amendable, Part, Party

DOWNLOAD_LIST = "DOWNLOAD_LIST"
"""What the wire calls a list of those who took the documentation among the types of objects."""


class Download(Part, frozen=True, kw_only=True):
    """A file of the documentation, in one of its versions, taken by a potential supplier."""

    supplier: Party
    document_id: UUID
    document_version: int
    downloaded_at: datetime


class DownloadList(Amendable, frozen=True, kw_only=True):
    """Who took the documentation of a purchase until ``as_of``.

    An ``incremental`` list tells only what came after the list before it; others tell all.
    """

    purchase_id: UUID
    as_of: datetime
    incremental: bool
    download_count: int
    downloads: tuple[Download, ...] = ()
