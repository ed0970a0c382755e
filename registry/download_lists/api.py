"""Lists of those who took the documentation, for those who may look (S216-A3.1f)."""

from registry.download_lists import listing
from registry.download_lists.kind import OBJECTS
from registry.records.api import ListRoutes

router = ListRoutes(
    kind=OBJECTS, address="download-lists", of="downloads", rows=listing.download_lists
).router
"""The routes under ``/api/v1/download-lists``."""
