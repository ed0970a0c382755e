"""Lists of those who took the documentation over HTTP: formed and signed by the system."""

from datetime import datetime

from sez.download_lists import versions
from sez.publication.api import ListRequest, SignedListRoutes
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download


class DownloadListing(ListRequest, kw_only=True):
    """Who took the documentation until a moment, now unless said; why, after the first list."""

    incremental: bool = False
    downloads: tuple[Download, ...] = ()


def listing(asked: DownloadListing, as_of: datetime) -> versions.Maker:
    """The list that is asked for."""
    taken = versions.Downloaded(asked.purchase_id, as_of, asked.downloads, asked.incremental)
    return versions.listing(taken, asked.reason)


router = SignedListRoutes(
    object_type=DOWNLOAD_LIST,
    address="download-lists",
    noun="list of downloads",
    asked=DownloadListing,
    maker=listing,
    whole="all, or what came since",
).router
"""The routes under ``/api/v1/download-lists``."""
