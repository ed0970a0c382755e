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
def test_a_change_of_the_customer_cannot_take_a_purchase_over(shared: Story) -> None:
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    stolen = shared.next(first, changed(first, customer=_customer2()))
    answer = shared.tell(shared.sign(stolen, "customer2-head"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])
    given = refused(shared, stolen)
    assert "F-PUR-17" in {rule for rule, *_ in errors(given)}


@pytest.mark.clause("S216-3", "S95-4")
@pytest.mark.parametrize("in_one_package", [False, True])
def test_nobody_makes_himself_organiser_of_anothers_purchase(
    shared: Story, *, in_one_package: bool
) -> None:
    first = shared.sign(shared.tender())
    intruding = shared.next(first, changed(first, organizer=_customer2()))
    signed = shared.sign(intruding, "customer2-head")
    if in_one_package:
        answer = shared.tell(first, signed)
    else:
        accepted(shared.tell(first))
        answer = shared.tell(signed)
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])


@pytest.mark.clause("S216-3", "S95-4")
def test_the_organiser_on_record_may_sign_what_follows(shared: Story) -> None:
    first = shared.sign(shared.tender(organizer=_customer2()))
    removed = shared.next(first, samples.deletion(deleted_at=shared.now))
    accepted(shared.tell(first))
    accepted(shared.tell(shared.sign(removed, "customer2-head")))


@pytest.mark.clause("S216-3", "S95-4")
def test_short_documents_are_signed_by_the_buyers_on_record_only(shared: Story) -> None:
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    removed = shared.next(first, samples.deletion(deleted_at=shared.now))
    answer = shared.tell(shared.sign(removed, "customer2-head"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])


def test_another_system_reaches_only_objects_of_its_own(shared: Story) -> None:
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    other = Story(shared.registry, shared.pki, shared.clock, "SEZ02", "sez2")
    removed = shared.next(
        first, samples.deletion(deleted_at=shared.now), sez_code="SEZ02", version=1
    )
    answer = other.tell(samples.with_act(removed, previous_hash=None))
    assert answer.outcome[0] == "REFUSED"
    accepted(shared.tell(shared.next(first, changed(first))))
