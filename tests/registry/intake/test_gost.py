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


def tender(shared: Story) -> Purchase:
    """A tender of the customer whose people have GOST keys."""
    return shared.tender(customer=samples.contractor())


def stamped(shared: Story, signer: str, stamp: Callable[[bytes], bytes]) -> Signed:
    """A tender signed as XAdES-T."""
    document = tender(shared)
    data = codec.to_bytes(codec.write(document))
    signed = sign_person(data, shared.pki.signer(signer), SignatureForm.XADES_T, stamp)
    return Signed(document, signed, shared.now, former(signer))


@pytest.mark.clause("S95-4", "S216-3")
@pytest.mark.parametrize("signer", SIGNERS)
def test_a_document_signed_with_a_gost_key_is_recorded(shared: Story, signer: str) -> None:
    accepted(shared.tell(shared.sign(tender(shared), signer)))


@pytest.mark.clause("S95-4", "S216-3")
def test_gost_keys_of_both_lengths_sign_one_document(shared: Story) -> None:
    accepted(shared.tell(shared.sign(tender(shared), "customer2-256", "customer2-head")))


@pytest.mark.clause("S95-4", "S216-A2.1.3")
@pytest.mark.parametrize("name", PERSONS)
def test_a_gost_signature_that_does_not_count_is_refused(shared: Story, name: str) -> None:
    signer, rule = PERSONS[name]
    answer = refused(shared, shared.sign(tender(shared), signer))
    assert [(f.rule_id, f.path) for f in answer.receipt.findings] == [(rule, "/Purchase/Signature")]


@pytest.mark.clause("S216-A2.1.3")
def test_a_certificate_is_judged_for_the_moment_of_a_time_stamp(shared: Story) -> None:
    authority, moment = shared.pki.authority, shared.now - 60 * DAY
    signed = stamped(shared, "customer2-expired", lambda octets: authority.stamp(octets, at=moment))
    accepted(shared.tell(signed))


@pytest.mark.clause("S216-A2.1.3")
def test_a_time_stamp_does_not_help_a_certificate_that_was_out_of_force_already(
    shared: Story,
) -> None:
    authority, moment = shared.pki.authority, shared.now - DAY
    signed = stamped(shared, "customer2-expired", lambda octets: authority.stamp(octets, at=moment))
    answer = refused(shared, signed)
    assert [f.rule_id for f in answer.receipt.findings] == ["C-04"]


@pytest.mark.clause("S216-A2.1.3")
def test_a_time_stamp_over_another_signature_is_refused(shared: Story) -> None:
    authority = shared.pki.authority
    signed = stamped(shared, "customer2-head", lambda octets: authority.stamp(octets + b"x"))
    answer = refused(shared, signed)
    [finding] = answer.receipt.findings
    assert (finding.rule_id, finding.path) == ("C-03", "/Purchase/Signature")
    assert "time stamp" in (finding.text.en or "")
