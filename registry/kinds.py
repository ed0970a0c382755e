"""The kinds of record that the Registry keeps: a folder for each, one line for each.

A folder has ``kind.py``, ``api.py`` (its routes) and ``commands.py``. None of them is imported
before it is asked for, so that commands start fast.
"""

from typing import TYPE_CHECKING

from shared_contracts.named import Named

if TYPE_CHECKING:
    from registry.records.kind import AnyKind

KINDS: "Named[AnyKind]" = Named(
    lambda kind: kind.objects.name,
    (
        "registry.purchases.kind",
        "registry.suppliers.kind",
        "registry.protocols.single_source.kind",
        "registry.programmes.kind",
        "registry.bid_lists.kind",
        "registry.download_lists.kind",
        "registry.protocols.review.kind",
        "registry.protocols.results.kind",
    ),
)
"""All kinds by the type of their objects."""
