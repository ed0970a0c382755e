"""Who may sign what."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from deploy.authority.identities import CUSTOMER1, CUSTOMER2, SEZ_OPERATOR, identity
from shared_contracts.astana_time import now
from shared_contracts.signing.report import CertificateReport
from shared_contracts.signing.revocation import HttpFetch
from shared_contracts.signing.roles import DocumentKind, Refusal, is_organisation, judge_signer
from shared_contracts.signing.trust import CertificateChecker, load_profile
from tests.clauses import clause
from tests.pki import Pki

PERSON = identity("person").person
assert PERSON is not None
IIN = PERSON.iin


@pytest.fixture(scope="module")
def checker(pki: Pki) -> Iterator[CertificateChecker]:
    profile = load_profile(pki.trust)
    with closing(HttpFetch(profile.limits)) as fetch:
        yield CertificateChecker(profile, fetch)


@clause("S95-4", "S216-3")
@pytest.mark.parametrize(
    ("name", "expected", "judged"),
    [
        ("customer1-head", [CUSTOMER1.bin], (DocumentKind.PURCHASE, None)),
        ("customer1-signer", [CUSTOMER1.bin], (DocumentKind.PURCHASE, None)),
        ("customer2-head", [CUSTOMER1.bin, CUSTOMER2.bin], (DocumentKind.PURCHASE, None)),
        ("person", [IIN], (DocumentKind.PURCHASE, None)),
        ("person", [CUSTOMER1.bin, IIN], (DocumentKind.PURCHASE, None)),
        ("sez", [SEZ_OPERATOR.bin], (DocumentKind.SYSTEM, None)),
        ("customer1-employee", [CUSTOMER1.bin], (DocumentKind.PURCHASE, Refusal.ROLE_NOT_ALLOWED)),
        ("customer1-head", [CUSTOMER2.bin], (DocumentKind.PURCHASE, Refusal.BIN_MISMATCH)),
        ("customer1-head", [IIN], (DocumentKind.PURCHASE, Refusal.ROLE_NOT_ALLOWED)),
        ("person", [CUSTOMER1.bin], (DocumentKind.PURCHASE, Refusal.ROLE_NOT_ALLOWED)),
        ("person", ["791028302728"], (DocumentKind.PURCHASE, Refusal.IIN_MISMATCH)),
        ("sez", [SEZ_OPERATOR.bin], (DocumentKind.PURCHASE, Refusal.ROLE_NOT_ALLOWED)),
        ("sez2", [SEZ_OPERATOR.bin], (DocumentKind.SYSTEM, Refusal.BIN_MISMATCH)),
        ("customer1-head", [CUSTOMER1.bin], (DocumentKind.SYSTEM, Refusal.ROLE_NOT_ALLOWED)),
        ("customer1-head", [], (DocumentKind.PURCHASE, Refusal.ROLE_NOT_ALLOWED)),
    ],
)
def test_who_may_sign_what_for_whom(
    pki: Pki,
    checker: CertificateChecker,
    name: str,
    expected: list[str],
    judged: tuple[DocumentKind, Refusal | None],
) -> None:
    kind, refusal = judged
    assert judge_signer(_report(pki, checker, name), expected, kind, now()) is refusal


def test_before_the_first_order_nobody_had_the_right(pki: Pki, checker: CertificateChecker) -> None:
    report = _report(pki, checker, "customer1-head")
    early = datetime(2015, 3, 19, tzinfo=UTC)
    refusal = judge_signer(report, [CUSTOMER1.bin], DocumentKind.PURCHASE, early)
    assert refusal is Refusal.ROLE_NOT_ALLOWED


def test_the_fifth_digit_tells_a_bin_from_an_iin() -> None:
    assert is_organisation(CUSTOMER1.bin)
    assert not is_organisation(IIN)
    assert not is_organisation("")


def _report(pki: Pki, checker: CertificateChecker, name: str) -> CertificateReport:
    return checker.check(pki.signer(name).certificates, now())
