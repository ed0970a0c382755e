"""What is told of a signature or a role that is refused."""

import pytest

from shared_contracts.faults import Breach
from shared_contracts.rules.catalogue import LANGUAGES, WORDS, word
from shared_contracts.signing.roles import ROLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_without_detail_has_no_empty_brackets(language: str) -> None:
    finding = word(Breach("C-02", "/Purchase/Signature", None, {"reason": "DIGEST", "detail": ""}))
    assert "(" not in getattr(finding.text, language)


def test_a_detail_stands_in_brackets() -> None:
    named = {"reason": "PROFILE", "detail": "not base64"}
    assert str(word(Breach("C-02", "/a", None, named)).text.en).endswith("(not base64).")


def test_roles_are_told_by_name_and_an_unknown_one_by_its_number() -> None:
    named = {"subject": "А", "roles": "EMPLOYEE, 1.2.3"}
    finding = word(Breach("C-06", "/Purchase/Signature", "1.2.398.3.3.4.1.2.5, 1.2.3", named))
    assert "(employee of the organisation, 1.2.3)" in str(finding.text.en)
    assert "(сотрудник организации, 1.2.3)" in str(finding.text.ru)


def test_every_role_has_a_name() -> None:
    assert set(ROLES.values()) <= set(WORDS["roles"])
