"""The register may name the one certificate with which a system signs (S216-A2.1.3)."""

import hashlib

import msgspec
import pytest

from tests.registry.conftest import SEZ
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

pytestmark = pytest.mark.clause("S216-A2.1.3", "S216-10")


def pin(story: Story, sha256: str, uid: str | None = None) -> None:
    entry = msgspec.structs.replace(SEZ, system_uid=uid, certificate_sha256=sha256)
    story.registry.register.add(entry)


def test_a_system_signs_with_the_certificate_on_record(story: Story) -> None:
    own = hashlib.sha256(story.pki.signer("sez").certificates[0]).hexdigest()
    pin(story, own)
    accepted(story.tell(story.tender()))


@pytest.mark.parametrize("uid", [None, SEZ.system_uid])
def test_another_certificate_of_the_same_owner_is_refused(story: Story, uid: str | None) -> None:
    pin(story, "0" * 64, uid)
    refused = story.tell(story.tender())
    assert (refused.outcome, refused.rules) == (("REFUSED", "CERTIFICATE"), ["I-17"])
    finding = refused.receipt.findings[0]
    own = hashlib.sha256(story.pki.signer("sez").certificates[0]).hexdigest()
    assert (finding.path, finding.value) == ("/Package/Signature", own)
    assert "0" * 64 in (finding.text.en or "")


def test_neither_can_another_certificate_close_a_number(story: Story) -> None:
    pin(story, "0" * 64)
    assert story.void(90).rules == ["I-17"]
