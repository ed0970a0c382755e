"""What a document states of itself before it is known to have its form."""

from copy import deepcopy

from registry.intake.stated_identity import persons_of
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.purchase import BasePurchase
from shared_contracts.xml import codec
from tests import samples

BASE = samples.purchase_open_tender(
    base_purchase=BasePurchase(relation="REPEAT", object_id=samples.BASE_ID)
)


def test_a_document_of_the_form_names_its_persons_and_objects() -> None:
    persons, objects = persons_of(kind_of(BASE), codec.write(BASE), BASE)
    assert persons == (samples.CUSTOMER_BIN,)
    assert [one.object_id for one in objects] == [samples.BASE_ID]


def test_a_document_without_the_form_may_name_many_objects_and_none_is_looked_up() -> None:
    element = codec.write(BASE)
    named = next(one for one in element if str(one.tag).endswith("}BasePurchase"))
    for _ in range(1000):
        element.append(deepcopy(named))
    assert persons_of(kind_of(BASE), element, None) == ((samples.CUSTOMER_BIN,), ())
