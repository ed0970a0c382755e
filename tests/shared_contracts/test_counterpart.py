"""An answer is believed if the pinned system signed it, and not otherwise (S216-13a, b)."""

import re
from base64 import b64decode, b64encode
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from deploy.authority.identities import REGISTRY_OPERATOR
from shared_contracts.astana_time import now
from shared_contracts.counterpart import Counterpart, NotTheCounterpart, believe
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.time import TimeAnswer
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.xml import codec
from tests.pki import Pki

UID = "1.2.398.5.216.1"


def counterpart(pki: Pki, uid: str = UID) -> Counterpart:
    """The Registry as a SEZ pins it."""
    profile = load_profile(pki.trust)
    checker = CertificateChecker(profile, HttpFetch(profile.limits))
    return Counterpart(checker, REGISTRY_OPERATOR.bin, uid)


def told() -> TimeAnswer:
    """An answer that could be the Registry's."""
    at = now()
    return TimeAnswer(
        message_id=UUID(int=1),
        client_sent_at=at,
        server_received_at=at,
        server_sent_at=at,
        time_zone="Asia/Almaty",
        utc_offset="+05:00",
        tzdb_version="2026a",
    )


def signed(pki: Pki, name: str, answer: TimeAnswer) -> bytes:
    """The answer with the signature of a system."""
    return sign_system(codec.write(answer, root_id="time-1"), pki.signer(name))


@pytest.mark.clause("S216-13a", "S216-13b")
def test_the_answer_of_the_pinned_system_is_believed(pki: Pki) -> None:
    answer = told()
    data = signed(pki, "registry", answer)
    believed = believe(data, TimeAnswer, counterpart(pki), now())
    assert believed.message_id == answer.message_id
    assert believe(data, TimeAnswer, counterpart(pki, uid=""), now()) == believed


@pytest.mark.clause("S216-13a", "S216-19")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sez", "who is not expected"),
        ("sez2", "who is not expected"),
        ("customer1-head", "who is not expected"),
        ("sez-expired", "OUT_OF_BOUNDS"),
        ("sez-revoked", "REVOKED"),
        ("stranger-head", "NO_CERTIFICATE_CHAIN_FOUND"),
    ],
)
def test_the_answer_of_anybody_else_is_not(pki: Pki, name: str, why: str) -> None:
    with pytest.raises(NotTheCounterpart, match=why):
        believe(signed(pki, name, told()), TimeAnswer, counterpart(pki), now())


def test_another_system_of_the_same_operator_is_not_the_pinned_one(pki: Pki) -> None:
    with pytest.raises(NotTheCounterpart, match="who is not expected"):
        believe(
            signed(pki, "registry", told()), TimeAnswer, counterpart(pki, "1.2.398.5.216.9"), now()
        )


def test_what_was_changed_after_the_signature_is_not_believed(pki: Pki) -> None:
    data = signed(pki, "registry", told())
    with pytest.raises(NotTheCounterpart):
        believe(data.replace(b"+05:00", b"+06:00"), TimeAnswer, counterpart(pki), now())


@pytest.mark.parametrize("data", [b"", b"<TimeAnswer/>", b"\xff\xfe", b"<!DOCTYPE a><a/>", b"{}"])
def test_what_is_no_signed_answer_at_all_is_not_believed(pki: Pki, data: bytes) -> None:
    with pytest.raises(NotTheCounterpart):
        believe(data, TimeAnswer, counterpart(pki), now())


def test_a_signed_answer_of_another_kind_is_not_believed(pki: Pki) -> None:
    with pytest.raises(NotTheCounterpart):
        believe(signed(pki, "registry", told()), Receipt, counterpart(pki), now())


def test_a_persons_kind_of_signature_is_not_a_systems(pki: Pki) -> None:
    data = sign_person(codec.to_bytes(codec.write(told())), pki.signer("registry"))
    with pytest.raises(NotTheCounterpart):
        believe(data, TimeAnswer, counterpart(pki), now())


def test_while_nobody_can_say_what_is_revoked_nothing_is_believed(pki: Pki) -> None:
    data = signed(pki, "registry", told())
    with pki.silence(), pytest.raises(NotTheCounterpart, match="TRY_LATER"):
        believe(data, TimeAnswer, counterpart(pki), now())


@pytest.mark.clause("S216-A3.3")
def test_an_answer_about_time_is_judged_by_its_own_moment_when_ours_is_in_doubt(pki: Pki) -> None:
    wrong = now() - timedelta(minutes=10)
    data = signed(pki, "registry", msgspec.structs.replace(told(), client_sent_at=wrong))
    with pytest.raises(NotTheCounterpart, match="TRY_LATER"):
        believe(data, TimeAnswer, counterpart(pki), wrong)
    answer = believe(data, TimeAnswer, counterpart(pki), lambda one: one.server_sent_at)
    assert answer.client_sent_at < answer.server_sent_at


def test_an_answer_whose_issuing_certificate_was_changed_on_its_way_is_not_believed(
    pki: Pki,
) -> None:
    data = signed(pki, "registry", told())
    issuing = re.findall(rb"<(?:\w+:)?X509Certificate>([^<]+)<", data)[1]
    der = bytearray(b64decode(issuing))
    der[-1] ^= 1
    changed = data.replace(issuing, b64encode(bytes(der)))
    assert changed != data
    with pytest.raises(NotTheCounterpart, match="not of the signer's path"):
        believe(changed, TimeAnswer, counterpart(pki), now())
