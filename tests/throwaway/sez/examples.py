"""The example of a notice."""

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from tests.throwaway.contract import SITE_NOTICE
from tests.throwaway.sez.versions import placing


def prepare(order: ExampleOrder) -> PreparedExample:
    """A notice of works."""
    return PreparedExample(placing(order.buyer, "Works"))


EXAMPLES = KindExamples(SITE_NOTICE, "site-notices", ("site-works",), prepare)
