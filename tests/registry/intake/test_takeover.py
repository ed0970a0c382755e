"""Nobody takes another's purchase over: the buyers on record sign what follows (S216-3, S95-4)."""

import pytest

from shared_contracts.messages.document import Party
from tests import samples
from tests.registry.intake.test_accepted import accepted, changed
from tests.registry.intake.test_refused_content import errors, refused
from tests.story import Story


def _customer2() -> Party:
    return samples.contractor()


@pytest.mark.clause("S216-3", "S95-4")
def test_a_change_of_the_customer_cannot_take_a_purchase_over(house: Story) -> None:
    first = house.sign(house.tender())
    accepted(house.tell(first))
    stolen = house.next(first, changed(first, customer=_customer2()))
    answer = house.tell(house.sign(stolen, "customer2-head"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])
    given = refused(house, stolen)
    assert "F-PUR-17" in {rule for rule, *_ in errors(given)}


@pytest.mark.clause("S216-3", "S95-4")
@pytest.mark.parametrize("in_one_package", [False, True])
def test_nobody_makes_himself_organiser_of_anothers_purchase(
    house: Story, *, in_one_package: bool
) -> None:
    first = house.sign(house.tender())
    intruding = house.next(first, changed(first, organizer=_customer2()))
    signed = house.sign(intruding, "customer2-head")
    if in_one_package:
        answer = house.tell(first, signed)
    else:
        accepted(house.tell(first))
        answer = house.tell(signed)
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])


@pytest.mark.clause("S216-3", "S95-4")
def test_the_organiser_on_record_may_sign_what_follows(house: Story) -> None:
    first = house.sign(house.tender(organizer=_customer2()))
    removed = house.next(first, samples.deletion(at=house.now))
    accepted(house.tell(first))
    accepted(house.tell(house.sign(removed, "customer2-head")))


@pytest.mark.clause("S216-3", "S95-4")
def test_short_documents_are_signed_by_the_buyers_on_record_only(house: Story) -> None:
    first = house.sign(house.tender())
    accepted(house.tell(first))
    removed = house.next(first, samples.deletion(at=house.now))
    answer = house.tell(house.sign(removed, "customer2-head"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])


def test_another_system_reaches_only_objects_of_its_own(house: Story) -> None:
    first = house.sign(house.tender())
    accepted(house.tell(first))
    other = Story(house.registry, house.pki, house.clock, "SEZ02", "sez2")
    removed = house.next(first, samples.deletion(at=house.now), sez_code="SEZ02", version=1)
    answer = other.tell(samples.with_act(removed, previous_hash=None))
    assert answer.outcome[0] == "REFUSED"
    accepted(house.tell(house.next(first, changed(first))))
