"""The sample documents of the guide, unsigned: one of each kind, for vendors to fill and sign."""

from collections.abc import Mapping

from lxml import etree

from shared_contracts.messages.document import Amendable
from shared_contracts.xml import codec
from tests import lists, programmes, protocol_samples, samples, supplier_samples


def _newest(document: Amendable) -> Amendable:
    return samples.with_act(document, conditions_version=2)


SINGLE_SOURCE = samples.with_act(samples.purchase_single_source(), object_id=samples.BASE_ID)

DOCUMENTS: Mapping[str, Amendable] = {
    "purchase": _newest(samples.purchase_open_tender()),
    "documentation": _newest(samples.tender_documentation()),
    "extension": _newest(samples.extension()),
    "deletion": _newest(samples.deletion()),
    "single-source": _newest(SINGLE_SOURCE),
    "supplier": supplier_samples.card(),
    "programme": programmes.annual(),
    "download-list": lists.download_list(),
    "bid-list": protocol_samples.listed(protocol_samples.review()),
    "review-protocol": protocol_samples.review(),
    "results-protocol": protocol_samples.results(),
    "single-source-protocol": protocol_samples.single_source(purchase_id=samples.BASE_ID),
}
"""By the name of the file in ``docs/vendor-guide/samples/documents``."""


def written(document: Amendable) -> str:
    """A document as a vendor reads it: indented, unsigned."""
    element = codec.write(document)
    etree.indent(element)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(element, encoding=str)}\n'
