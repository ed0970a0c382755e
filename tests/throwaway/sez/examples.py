"""The example of a notice."""

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from tests.throwaway.contract import NOTICE
from tests.throwaway.sez.versions import placing


def prepare(order: ExampleOrder) -> PreparedExample:
    """A notice of works."""
    return PreparedExample(placing(order.buyer, "Works"))


EXAMPLES = KindExamples(NOTICE, "notices", ("works",), prepare)
