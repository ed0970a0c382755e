"""The walk finds a value wherever it stands, and says where."""

from datetime import date

import pytest

from shared_contracts.messages.document import Part
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import RuleBook
from shared_contracts.rules.walk import each
from tests.samples import AT


class Account(Part, frozen=True, kw_only=True):
    """An account in a bank."""

    iban: str


class Payee(Part, frozen=True, kw_only=True):
    """Whoever is paid, by one account or several."""

    main_account: Account
    accounts: tuple[Account, ...] = ()
    spare: Account | None = None


RIGHT = Account(iban="KZ86125KZT5004100100")
WRONG = Account(iban="KZ86125KZT5004100101")


def test_an_account_is_judged_wherever_it_stands() -> None:
    payee = Payee(main_account=RIGHT, accounts=(RIGHT, WRONG), spare=WRONG)
    found = [(breach.rule, breach.path, breach.value) for breach in examine_values(payee, AT)]
    assert found == [
        ("F-IBAN", "/Payee/Accounts/Account[2]/Iban", WRONG.iban),
        ("F-IBAN", "/Payee/Spare/Iban", WRONG.iban),
    ]


def test_paths_begin_where_it_is_said() -> None:
    [breach] = examine_values(Payee(main_account=WRONG), AT, "Package/Payee")
    assert breach.path == "/Package/Payee/MainAccount/Iban"


def test_a_rule_that_is_not_catalogued_cannot_be_entered() -> None:
    with pytest.raises(KeyError, match="F-NONE-1"):
        each("F-NONE-1", date)
    with pytest.raises(KeyError, match="F-NONE-1"):
        RuleBook().rule("F-NONE-1")
