"""Identifiers of Kazakhstan: what is right, what is not."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_contracts import identifiers
from shared_contracts.identifiers import check_digit, is_bin, is_iban, is_iin, kpved, uuid7


@pytest.mark.parametrize(
    "number",
    ["990140000007", "990140000806", "180640000016", "180650000010", "180641000011"],
)
def test_a_bin_with_the_right_check_digit_is_right(number: str) -> None:
    assert is_bin(number)
    wrong = (int(number[11]) + 1) % 10
    assert not is_bin(f"{number[:11]}{wrong}")


def test_a_joint_entrepreneur_has_a_bin_and_a_person_an_iin() -> None:
    assert is_bin("180660000015")
    assert is_iin("791028302728")
    assert not is_bin("791028302728")
    assert not is_iin("990140000007")


@pytest.mark.parametrize(
    "number",
    ["", "99014000000", "9901400000070", "991340000007", "990170000007", "99014000000٧"],
)
def test_what_is_not_built_like_a_bin_is_none(number: str) -> None:
    assert not is_bin(number)


def test_some_numbers_are_never_given() -> None:
    assert check_digit("99014000082") is None
    assert not any(is_bin(f"99014000082{digit}") for digit in range(10))


@given(st.text("0123456789", min_size=11, max_size=11))
def test_one_check_digit_at_most_is_right(prefix: str) -> None:
    right = [digit for digit in range(10) if check_digit(prefix) == digit]
    assert len(right) == (0 if check_digit(prefix) is None else 1)


def test_an_account_is_right_by_modulo_97() -> None:
    assert is_iban("KZ86125KZT5004100100")
    assert is_iban("KZ24601A871000000001")
    assert not is_iban("KZ86125KZT5004100101")
    assert not is_iban("DE86125KZT5004100100")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("+77292301517", True),
        ("+77017770011", True),
        ("87292301517", False),
        ("+7 729 230 15 17", False),
        ("+79161234567", False),
    ],
)
def test_a_telephone_is_of_kazakhstan_and_without_spaces(text: str, *, right: bool) -> None:
    assert identifiers.is_phone(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("zakup@aqjar-operating.kz", True),
        ("a.b+c@mail.gov.kz", True),
        ("info@почта.қаз", True),
        ("zakup@aqjar", False),
        ("zakup aqjar.kz", False),
        ("@aqjar.kz", False),
        ("a" * 300 + "@aqjar.kz", False),
    ],
)
def test_a_mailbox_stands_at_a_domain(text: str, *, right: bool) -> None:
    assert identifiers.is_email(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("https://aqjar-operating.kz", True),
        ("http://www.gov.kz:8080/tenders?id=1#x", True),
        ("https://мәдениет.қаз/", True),
        ("aqjar-operating.kz", False),
        ("ftp://aqjar.kz", False),
        ("https://aqjar .kz", False),
    ],
)
def test_a_site_is_named_with_its_scheme(text: str, *, right: bool) -> None:
    assert identifiers.is_url(text) is right


@pytest.mark.parametrize("text", ["OT-2026-0417", "81610885-ОК2", "ҚЗ/7", "7"])
def test_a_purchase_code_begins_with_a_letter_or_digit(text: str) -> None:
    assert identifiers.is_purchase_code(text)
    assert not identifiers.is_purchase_code(f"-{text}")
    assert not identifiers.is_purchase_code(text + "0" * 50)


@pytest.mark.clause("S216-A4.2")
@pytest.mark.parametrize(
    ("written", "dotted", "level"),
    [
        ("282982", "28.29.82", 5),
        ("28.29.8", "28.29.8", 4),
        ("2829", "28.29", 3),
        ("28.2", "28.2", 2),
        ("28", "28", 1),
        ("B", "B", 0),
    ],
)
def test_a_product_code_has_a_dotted_form_and_a_level(
    written: str, dotted: str, level: int
) -> None:
    assert kpved(written) == dotted
    assert identifiers.is_kpved(dotted)
    assert identifiers.kpved_level(dotted) == level


@pytest.mark.clause("S216-A4.1")
@pytest.mark.parametrize(
    ("code", "level"),
    [("470000000", 0), ("471000000", 1), ("471010000", 2), ("474239100", 3), ("113800100", 3)],
)
def test_a_place_has_its_level_by_its_zeros(code: str, level: int) -> None:
    assert identifiers.is_kato(code)
    assert identifiers.kato_level(code) == level


@pytest.mark.clause("S216-A4.3")
def test_a_unit_keeps_its_leading_zeros() -> None:
    assert identifiers.is_mkei("006")
    assert identifiers.is_mkei("5114")
    assert not identifiers.is_mkei("6")


def test_an_identifier_of_version_7_grows_with_time() -> None:
    many = [uuid7() for _ in range(500)]
    assert all(one.version == 7 and one.variant == UUID(int=many[0].int).variant for one in many)
    moments = [one.int >> 64 for one in many]
    assert moments == sorted(moments)
    assert len(set(many)) == 500


@given(st.text(max_size=40))
def test_whatever_is_asked_is_answered(text: str) -> None:
    for ask in (
        *(is_bin, is_iin, is_iban, identifiers.is_phone, identifiers.is_email),
        *(identifiers.is_url, identifiers.is_kato, identifiers.is_ens_tru, identifiers.is_sha256),
    ):
        assert ask(text) in {True, False}
    assert identifiers.kpved_level(kpved(text)) in range(6)
    assert identifiers.kato_level(text) in range(4)
