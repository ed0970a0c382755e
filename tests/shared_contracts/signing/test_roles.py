"""Who may sign what."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.authority.identities import CUSTOMER1, CUSTOMER2, SEZ_OPERATOR, identity
from shared_contracts.astana_time import now
from shared_contracts.messages.document import DocumentKind
from shared_contracts.signing.report import CertificateReport
from shared_contracts.signing.roles import (
    EMPLOYEE,
    FINANCIAL_SIGNER,
    FIRST_HEAD,
    HR_EMPLOYEE,
    INFORMATION_SYSTEM,
    LEGAL_ENTITY,
    RIGHT_TO_SIGN,
    RIGHTS,
    ROLES,
    SYSTEM_OF_AN_INDIVIDUAL,
    TREASURY_CLIENT,
    Refusal,
    is_organisation,
    judge_role,
    judge_signer,
    role_name,
)
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
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
        ("customer1-head", [], (DocumentKind.PURCHASE, Refusal.NOBODY_NAMED)),
        ("customer1-head", [""], (DocumentKind.PURCHASE, Refusal.NOBODY_NAMED)),
        ("customer1-head", [f" {CUSTOMER1.bin}"], (DocumentKind.PURCHASE, Refusal.NOBODY_NAMED)),
        ("customer1-employee", ["12"], (DocumentKind.PURCHASE, Refusal.NOBODY_NAMED)),
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


OFFICERS = {FIRST_HEAD, RIGHT_TO_SIGN}
OF_ORGANISATIONS = {
    DocumentKind.PURCHASE: OFFICERS,
    DocumentKind.PROTOCOL: {*OFFICERS, FINANCIAL_SIGNER, HR_EMPLOYEE, EMPLOYEE},
    DocumentKind.PROGRAMME: OFFICERS,
    DocumentKind.BID: OFFICERS,
    DocumentKind.SUPPLIER: OFFICERS,
    DocumentKind.CONTRACT: OFFICERS,
    DocumentKind.FINANCIAL: {*OFFICERS, FINANCIAL_SIGNER},
    DocumentKind.SYSTEM: {INFORMATION_SYSTEM},
}


@clause("S95-4", "S216-3")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", DocumentKind)
def test_each_kind_of_document_has_the_roles_that_sign_it(
    pki: Pki, checker: CertificateChecker, kind: DocumentKind, role: str
) -> None:
    report = asked(_report(pki, checker, "customer1-head"), LEGAL_ENTITY, role)
    judged = judge_signer(report, [CUSTOMER1.bin], kind, now())
    assert (judged is None) == (role in OF_ORGANISATIONS[kind])


@clause("S95-4", "S216-3")
@pytest.mark.parametrize("kind", DocumentKind)
def test_an_individual_entrepreneur_signs_as_an_individual_by_iin(
    pki: Pki, checker: CertificateChecker, kind: DocumentKind
) -> None:
    judged = judge_signer(_report(pki, checker, "person"), [IIN], kind, now())
    assert judged is (Refusal.ROLE_NOT_ALLOWED if kind is DocumentKind.SYSTEM else None)


def test_a_number_that_looks_like_a_bin_is_still_the_persons_own(
    pki: Pki, checker: CertificateChecker
) -> None:
    """The identities of the national authority's tests have such an IIN."""
    report = _report(pki, checker, "person")
    odd = replace(report, subject=replace(report.subject, iin="123456789011"))
    assert judge_signer(odd, ["123456789011"], DocumentKind.PURCHASE, now()) is None


@pytest.mark.parametrize(
    ("name", "kind", "fits"),
    [
        ("customer1-head", DocumentKind.PURCHASE, True),
        ("customer1-employee", DocumentKind.PURCHASE, False),
        ("customer1-employee", DocumentKind.PROTOCOL, True),
        ("person", DocumentKind.PURCHASE, True),
        ("person", DocumentKind.SYSTEM, False),
        ("sez", DocumentKind.SYSTEM, True),
    ],
)
def test_a_role_can_be_judged_without_asking_for_whom(
    pki: Pki, checker: CertificateChecker, name: str, kind: DocumentKind, *, fits: bool
) -> None:
    judged = judge_role(_report(pki, checker, name).subject, kind, now())
    assert judged is (None if fits else Refusal.ROLE_NOT_ALLOWED)


def test_a_treasury_client_signs_nothing_here(pki: Pki, checker: CertificateChecker) -> None:
    report = asked(_report(pki, checker, "customer1-head"), FIRST_HEAD, TREASURY_CLIENT)
    judged = judge_signer(report, [CUSTOMER1.bin], DocumentKind.PURCHASE, now())
    assert judged is Refusal.ROLE_NOT_ALLOWED


def test_a_system_of_any_sort_signs_what_systems_sign(
    pki: Pki, checker: CertificateChecker
) -> None:
    report = asked(_report(pki, checker, "sez"), LEGAL_ENTITY, f"{INFORMATION_SYSTEM}.1")
    assert judge_signer(report, [SEZ_OPERATOR.bin], DocumentKind.SYSTEM, now()) is None


def test_a_system_must_be_on_the_list_where_there_is_one(
    pki: Pki, checker: CertificateChecker
) -> None:
    report, uid = _report(pki, checker, "sez"), "1.2.398.5.216.1.1"
    ask = (report, [SEZ_OPERATOR.bin], DocumentKind.SYSTEM, now())
    assert judge_signer(*ask, systems=[uid]) is None
    assert judge_signer(*ask, systems=["1.2.398.5.216.1.9"]) is Refusal.SYSTEM_UNKNOWN


def test_a_list_of_systems_does_not_hold_for_persons(pki: Pki, checker: CertificateChecker) -> None:
    report = _report(pki, checker, "customer1-head")
    ask = (report, [CUSTOMER1.bin], DocumentKind.PURCHASE, now())
    assert judge_signer(*ask, systems=["1.2.398.5.216.1.9"]) is None


def test_every_kind_of_document_has_a_row_in_the_table() -> None:
    assert {right.kind for right in RIGHTS} == set(DocumentKind)


def test_roles_have_names_and_other_purposes_have_none() -> None:
    assert role_name(SYSTEM_OF_AN_INDIVIDUAL) == "SYSTEM_OF_AN_INDIVIDUAL"
    assert role_name(f"{INFORMATION_SYSTEM}.1") == "INFORMATION_SYSTEM"
    assert role_name("1.3.6.1.5.5.7.3.4") is None
    assert role_name("1.2.398.3.3.4.1.2.60") is None


def test_the_fifth_digit_tells_a_bin_from_an_iin() -> None:
    assert is_organisation(CUSTOMER1.bin)
    assert not is_organisation(IIN)
    assert not is_organisation("")


def asked(report: CertificateReport, *roles: str) -> CertificateReport:
    """The report with these roles instead of its own."""
    return replace(report, subject=replace(report.subject, roles=frozenset(roles)))


def _report(pki: Pki, checker: CertificateChecker, name: str) -> CertificateReport:
    return checker.check(pki.signer(name).certificates, now())
