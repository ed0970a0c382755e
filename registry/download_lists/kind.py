"""Lists of those who took the documentation as a kind of record in the Registry."""

from registry.download_lists import download_list, listing
from registry.download_lists.rules import RULES, TakenPurchase
from registry.records.kind import RegistryKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from shared_contracts.messages.purchase import PURCHASE

OBJECTS: ObjectKind[download_list.State] = ObjectKind(
    DOWNLOAD_LIST, download_list.UnknownDownloadList(), download_list.evolve, download_list.State
)
"""Lists of those who took the documentation, by the id their SEZ gave them."""

KIND: RegistryKind[download_list.State, download_list.DownloadListOnRecord, TakenPurchase] = (
    RegistryKind(
        objects=OBJECTS,
        decide=download_list.decide,
        rules=RULES,
        apply=listing.apply,
        schema=listing.SCHEMA,
        refers_to=lambda listed: ((PURCHASE, listed.purchase_id),),
        tables={"download_lists": ("registry_id",)},
    )
)
"""The kind DOWNLOAD_LIST."""
