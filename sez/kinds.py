"""The kinds of record that the SEZ forms: a folder for each, one line for each.

A folder has ``kind.py``, ``api.py`` (its routes), ``commands.py`` and
``examples.py`` (what a stand begins with). None of them is imported
before it is asked for, so that commands start fast.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shared_contracts.named import Named

if TYPE_CHECKING:
    from sez.records.kind import AnyKind

KINDS: "Named[AnyKind]" = Named(
    lambda kind: kind.object_type,
    (
        "sez.tendering.kind",
        "sez.suppliers.kind",
        "sez.protocols.single_source.kind",
        "sez.programmes.kind",
        "sez.bid_lists.kind",
        "sez.download_lists.kind",
        "sez.protocols.review.kind",
        "sez.protocols.results.kind",
    ),
)
"""All kinds by the type of their objects."""


def asking(publisher: object, questions: object) -> Iterator[Any]:
    """The routes of those kinds about whose objects a person asks the Registry."""
    for one in KINDS.beside("api"):
        if hasattr(one, "asking"):
            yield one.asking(publisher, questions)
