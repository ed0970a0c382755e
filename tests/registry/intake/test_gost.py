"""Documents signed with GOST keys, and with time stamps, through all of the intake."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.report import SignatureForm
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests import samples
from tests.registry.intake.test_accepted import accepted
from tests.registry.intake.test_refused_certificate import refused
from tests.story import Signed, Story, former

DAY = timedelta(days=1)
SIGNERS = ("customer2-head", "customer2-signer", "customer2-256")
PERSONS = {
    "an expired certificate": ("customer2-expired", "C-04"),
    "a revoked certificate": ("customer2-revoked", "C-05"),
    "a certificate revoked by OCSP alone": ("customer2-unlisted", "C-05"),
    "a certificate that was never issued": ("customer2-never-issued", "C-03"),
    "an employee without the right": ("customer2-employee", "C-06"),
    "one who signs papers about money": ("customer2-financial", "C-06"),
    "a certificate for signing in only": ("customer2-auth", "C-03"),
    "the head of another organisation": ("customer1-head", "C-07"),
}


def tender(house: Story) -> Purchase:
    """A tender of the customer whose people have GOST keys."""
    return house.tender(customer=samples.contractor())


def stamped(house: Story, signer: str, stamp: Callable[[bytes], bytes]) -> Signed:
    """A tender signed as XAdES-T."""
    document = tender(house)
    data = codec.to_bytes(codec.write(document))
    signed = sign_person(data, house.pki.signer(signer), SignatureForm.XADES_T, stamp)
    return Signed(document, signed, house.now, former(signer))


@pytest.mark.clause("S95-4", "S216-3")
@pytest.mark.parametrize("signer", SIGNERS)
def test_a_document_signed_with_a_gost_key_is_recorded(house: Story, signer: str) -> None:
    accepted(house.tell(house.sign(tender(house), signer)))


@pytest.mark.clause("S95-4", "S216-3")
def test_gost_keys_of_both_lengths_sign_one_document(house: Story) -> None:
    accepted(house.tell(house.sign(tender(house), "customer2-256", "customer2-head")))


@pytest.mark.clause("S95-4", "S216-A2.1.3")
@pytest.mark.parametrize("name", PERSONS)
def test_a_gost_signature_that_does_not_count_is_refused(house: Story, name: str) -> None:
    signer, rule = PERSONS[name]
    answer = refused(house, house.sign(tender(house), signer))
    assert [(f.rule_id, f.path) for f in answer.receipt.findings] == [(rule, "/Purchase/Signature")]


@pytest.mark.clause("S216-A2.1.3")
def test_a_certificate_is_judged_for_the_moment_of_a_time_stamp(house: Story) -> None:
    authority, moment = house.pki.authority, house.now - 60 * DAY
    signed = stamped(house, "customer2-expired", lambda octets: authority.stamp(octets, at=moment))
    accepted(house.tell(signed))


@pytest.mark.clause("S216-A2.1.3")
def test_a_time_stamp_does_not_help_a_certificate_that_was_out_of_force_already(
    house: Story,
) -> None:
    authority, moment = house.pki.authority, house.now - DAY
    signed = stamped(house, "customer2-expired", lambda octets: authority.stamp(octets, at=moment))
    answer = refused(house, signed)
    assert [f.rule_id for f in answer.receipt.findings] == ["C-04"]


@pytest.mark.clause("S216-A2.1.3")
def test_a_time_stamp_over_another_signature_is_refused(house: Story) -> None:
    authority = house.pki.authority
    signed = stamped(house, "customer2-head", lambda octets: authority.stamp(octets + b"x"))
    answer = refused(house, signed)
    [finding] = answer.receipt.findings
    assert (finding.rule_id, finding.path) == ("C-03", "/Purchase/Signature")
    assert "time stamp" in (finding.text.en or "")
