"""The example of a list of those who took the documentation (S216-A3.1f)."""

from sez.download_lists.versions import Downloaded, listing
from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from shared_contracts.errors import BadInput
from shared_contracts.messages.download_list import DOWNLOAD_LIST


def prepare(order: ExampleOrder) -> PreparedExample:
    """An empty list of the tender that is named as ``base`` (``BadInput`` without it)."""
    tender = order.wanted.base
    if tender is None:
        raise BadInput("name the tender whose documentation was taken: base")
    return PreparedExample(listing(Downloaded(tender, order.at, ())))


EXAMPLES = KindExamples(DOWNLOAD_LIST, "download-lists", ("download-list",), prepare)
"""The examples of the kind DOWNLOAD_LIST."""
