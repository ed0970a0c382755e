"""The example of a protocol of a purchase from a single source."""

from decimal import Decimal

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.protocols import example_protocols as examples
from sez.protocols import versions
from shared_contracts.messages.document import Ground, LocalizedText, Term
from shared_contracts.messages.protocol import (
    SINGLE_SOURCE_PROTOCOL,
    ContractedSupplier,
    LotConclusion,
    SingleSourceProtocol,
)
from shared_contracts.messages.purchase import DeliveryPlace, DeliveryTerm


def prepare(order: ExampleOrder) -> PreparedExample:
    """The conclusion of the example ``single-source``: one lot of workwear."""
    supplier = ContractedSupplier(
        bin="180640000016",
        country="KZ",
        name=LocalizedText(kk="«ТІГІН ӨНДІРІС» ЖШС", ru="ТОО «ТІГІН ӨНДІРІС»"),
    )
    place = LocalizedText(kk="Атырау қ., Сәтбаев даңғылы, 15Б", ru="г. Атырау, пр. Сатпаева, 15Б")
    conclusion = LotConclusion(
        lot_number=1,
        supplier=supplier,
        contract_price=Decimal("10500000.00"),
        local_content_percent=Decimal("100.00"),
        delivery_term=DeliveryTerm(within=Term(days=45, kind="CD")),
        delivery_places=(DeliveryPlace(country="KZ", kato="231010000", address=place),),
    )
    document = SingleSourceProtocol(
        **examples.head(order, SINGLE_SOURCE_PROTOCOL),
        ground=Ground(code="03"),
        lot_conclusions=(conclusion,),
        contract_term=Term(days=10, kind="WD"),
    )
    return PreparedExample(versions.whole(SINGLE_SOURCE_PROTOCOL, document))


EXAMPLES = KindExamples(
    SINGLE_SOURCE_PROTOCOL, "single-source-protocols", ("single-source-protocol",), prepare
)
"""The examples of the kind SINGLE_SOURCE_PROTOCOL."""
