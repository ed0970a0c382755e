"""What an application lacks is named field by field, each with its clause and the cure."""

from datetime import date
from typing import Any

import msgspec
import pytest

from registry.admission.completeness import examine
from registry.admission.conditions import FilingFacts
from registry.admission.form import (
    ApplicationForm,
    FormApplicant,
    FormLocation,
    FormPlatform,
    FormSupport,
    FormTie,
    FormUser,
    ResolvedAddress,
    TieKind,
    UserExclusion,
    UserStanding,
)
from registry.admission.regulation import Regulation
from tests.architecture.sources import ROOT
from tests.clauses import clause
from tests.registry.admission.samples import BIN, S95, S216, USER_BIN, attachment, form_95, form_216

DAY = date(2017, 1, 16)
APPLICANT = form_216().applicant
SUPPORT = form_95().support or FormSupport()
ADDRESS = ResolvedAddress(address="198.51.100.3", country="DE")


def flaws(law: Any, form: Any, platforms: tuple[str, ...] = ()) -> list[tuple[str, str, bool]]:
    """Field, clause and whether it is only a warning, of everything that was found."""
    found = examine(form, FilingFacts(law, DAY, platforms))
    assert all(one.cure.kk and one.cure.ru and one.cure.en for one in found)
    return [(one.field, one.clause, one.warning) for one in found]


@clause("S216-6.1", "S216-A1.0", "S216-A1.1", "S216-A1.2", "S216-A1.3", "S216-A1.4", "S216-A1.5")
@clause("S216-A1.6", "S216-A1.7", "S216-A1.8", "DES-A1.9", "S216-2.3", "S216-3")
@pytest.mark.parametrize(
    ("changes", "field", "by_clause"),
    [
        ({"addressee": ""}, "addressee", "S216-A1.0"),
        ({"addressee": "AUTH_HCU"}, "addressee", "S216-6.1"),
        ({"sectors": ()}, "sectors", "S216-A1.1"),
        ({"sectors": ("SOLID",)}, "sectors", "S216-A1.1"),
        ({"applicant": msgspec.structs.replace(APPLICANT, name="")}, "applicant.name",
         "S216-A1.2"),
        ({"applicant": msgspec.structs.replace(APPLICANT, relation=None)}, "applicant.relation",
         "S216-2.3"),
        ({"applicant": msgspec.structs.replace(APPLICANT, number="111")}, "applicant.number",
         "DES-A1.9"),
        ({"sez_name": ""}, "sez_name", "S216-A1.3"),
        ({"web_address": ""}, "web_address", "S216-A1.4"),
        ({"attestat_sheets": None}, "attestat_sheets", "S216-A1.5"),
        ({"attestat_sheets": 4}, "attachments.SECURITY_ATTESTAT.sheets", "S216-6.1"),
        ({"attachments": ()}, "attachments.SECURITY_ATTESTAT", "S216-6.1"),
        ({"attachments": (attachment("SECURITY_ATTESTAT"),)},
         "attachments.SECURITY_ATTESTAT.notarisation", "S216-6.1"),
        ({"ready": False}, "ready", "S216-A1.6"),
        ({"signed_by": ""}, "signed_by", "S216-A1.7"),
        ({"signed_on": None}, "signed_on", "S216-A1.8"),
        ({"location": FormLocation()}, "location.site", "S216-3"),
        ({"location": FormLocation(site="Берлин", country="DE")}, "location.country", "S216-3"),
        ({"location": FormLocation(site="Астана", addresses=(ADDRESS,))}, "location.addresses",
         "S216-3"),
    ],
)  # fmt: skip
def test_of_order_216_each_missing_thing_is_named(
    changes: dict[str, Any], field: str, by_clause: str
) -> None:
    assert flaws(S216, form_216()) == []
    assert flaws(S216, form_216(**changes)) == [(field, by_clause, False)]


def test_an_attestat_that_has_run_out_is_told_and_does_not_return_the_application() -> None:
    old = attachment("SECURITY_ATTESTAT", notarised=True, valid_to=date(2016, 12, 31))
    [(field, _, warning)] = flaws(S216, form_216(attachments=(old,)))
    assert (field, warning) == ("attachments.SECURITY_ATTESTAT.valid_to", True)


def user(**changes: Any) -> FormUser:
    """The user of the application under order 95."""
    return msgspec.structs.replace(form_95().users[0], **changes)


def tie(kind: TieKind, ended: str | None) -> FormTie:
    """A tie to the body that supports the Registry."""
    on = None if ended is None else date.fromisoformat(ended)
    return FormTie(who="Ахметов А.", kind=kind, with_whom="АО «Сопровождение»", ended_on=on)


@clause("S95-2.1", "S95-2.2", "S95-2.3", "S95-2.4", "S95-3.1", "S95-3.1a", "S95-3.1b", "S95-3.2")
@clause("S95-7.0", "S95-7.6", "S95-8", "S95-12a", "S95-15.4a", "S95-15.4b", "S95-15.4c")
@clause("S95-15.5", "S95-15.6", "S95-15.8a", "S95-A1.t", "S95-A1.0", "S95-A1.1", "S95-A1.2")
@clause("S95-A1.3", "S95-A1.4", "S95-A1.5", "S95-A1.6", "S95-A2", "S95-A3")
@pytest.mark.parametrize(
    ("changes", "field", "by_clause"),
    [
        ({"addressee": ""}, "addressee", "S95-A1.0"),
        ({"sectors": ("GAS",)}, "sectors", "S95-A1.t"),
        ({"applicant": FormApplicant(number=BIN, relation=APPLICANT.relation)}, "applicant.name",
         "S95-A1.1"),
        ({"applicant": msgspec.structs.replace(APPLICANT, relation=None)}, "applicant.relation",
         "S95-3.1"),
        ({"sez_name": ""}, "sez_name", "S95-A1.2"),
        ({"users": (user(contracts=()),)}, "users.contracts", "S95-A1.3"),
        ({"documentation_sheets": None}, "documentation_sheets", "S95-A1.4"),
        ({"documentation_sheets": 41}, "attachments.DOCUMENTATION.sheets", "S95-A1.4"),
        ({"ready": False}, "ready", "S95-A1.5"),
        ({"signed_by": ""}, "signed_by", "S95-A1.6"),
        ({"staff": ()}, "staff", "S95-7.6"),
        ({"software": ()}, "software", "S95-A2"),
        ({"hardware": ()}, "hardware", "S95-A3"),
        ({"location": FormLocation()}, "location.site", "S95-15.8a"),
        ({"location": FormLocation(site="Астана", addresses=(ADDRESS,))}, "location.addresses",
         "S95-2.4"),
        ({"users": (user(exclusions=(UserExclusion.COMMON_MINERALS,)),)}, "users.exclusions",
         "S95-2.1"),
        ({"users": (user(exclusions=(UserExclusion.STATE_PROCUREMENT,)),)}, "users.exclusions",
         "S95-2.2"),
        ({"users": (user(exclusions=(UserExclusion.NATIONAL_HOLDING,)),)}, "users.exclusions",
         "S95-2.3"),
        ({"users": (user(standing=None),)}, "users.standing", "S95-3.2"),
        ({"users": (user(standing=UserStanding.SUBSIDIARY),)}, "users.subsidiary_of", "S95-3.2"),
        ({"ties": (tie(TieKind.AFFILIATE, None),)}, "ties", "S95-3.1a"),
        ({"ties": (tie(TieKind.AFFILIATE, "2012-01-16"),)}, "ties", "S95-3.1a"),
        ({"ties": (tie(TieKind.SUBORDINATE, "2016-12-31"),)}, "ties", "S95-3.1b"),
        ({"administered_by": (BIN, USER_BIN)}, "administered_by", "S95-12a"),
        ({"languages": ("ru",)}, "languages", "S95-12b"),
        ({"support": msgspec.structs.replace(SUPPORT, email="")}, "support", "S95-15.4a"),
        ({"support": msgspec.structs.replace(SUPPORT, lines=2)}, "support.lines", "S95-15.4b"),
        ({"support": msgspec.structs.replace(SUPPORT, answer_seconds=121.0)},
         "support.answer_seconds", "S95-15.4c"),
        ({"platform": FormPlatform(id="r", owner=BIN, leased_to=("ТОО «Аренда»",))},
         "platform.leased_to", "S95-15.5"),
        ({"platform": FormPlatform(id="r", owner=USER_BIN)}, "platform.owner", "S95-15.6"),
    ],
)  # fmt: skip
def test_of_order_95_each_missing_thing_is_named(
    changes: dict[str, Any], field: str, by_clause: str
) -> None:
    assert flaws(S95, form_95()) == []
    assert flaws(S95, form_95(**changes)) == [(field, by_clause, False)]


@clause("S95-3.1a", "S95-3.1b")
def test_a_tie_that_ended_more_than_five_years_before_is_no_reason() -> None:
    old = (tie(TieKind.AFFILIATE, "2012-01-15"), tie(TieKind.SUBORDINATE, "2012-01-15"))
    assert flaws(S95, form_95(ties=old)) == []


@clause("S95-15.5")
def test_a_user_of_the_application_may_be_given_the_platform() -> None:
    platform = FormPlatform(id="r", owner=BIN, leased_to=(USER_BIN,))
    assert flaws(S95, form_95(platform=platform)) == []


@clause("S95-15.7")
def test_a_platform_that_carries_a_system_in_operation_carries_no_other() -> None:
    assert flaws(S95, form_95(), ("rack-1",)) == [("platform.id", "S95-15.7", False)]
    assert flaws(S95, form_95(), ("rack-2",)) == []


@clause("S95-7.1", "S95-7.2", "S95-7.3", "S95-7.4", "S95-7.5", "S95-8")
@pytest.mark.parametrize("kind", [one.kind for one in S95.attachment])
def test_each_document_of_order_95_is_missed_by_its_clause(kind: str) -> None:
    left = tuple(one for one in form_95().attachments if one.kind != kind)
    clauses = {one.kind: one.clause for one in S95.attachment}
    assert flaws(S95, form_95(attachments=left)) == [(f"attachments.{kind}", clauses[kind], False)]


@clause("S95-7.5")
def test_documents_of_other_users_are_wanted_where_there_are_others() -> None:
    own = user(number=BIN, standing=UserStanding.APPLICANT)
    left = tuple(one for one in form_95().attachments if one.kind != "USERS_FOUNDING_DOCUMENTS")
    assert flaws(S95, form_95(users=(own,), attachments=left)) == []


def test_all_flaws_are_told_at_once() -> None:
    empty = msgspec.structs.replace(form_95(), support=FormSupport(), platform=None, signed_by="")
    assert {"support", "support.lines", "platform", "signed_by"} <= {
        field for field, _, _ in flaws(S95, empty)
    }


@pytest.mark.parametrize(("name", "law"), [("216", S216), ("95", S95)])
def test_the_forms_of_the_documentation_conform(name: str, law: Regulation) -> None:
    data = (ROOT / "docs/admission" / f"form-{name}.json").read_bytes()
    form = msgspec.json.decode(data, type=ApplicationForm)
    assert form == (form_216() if law is S216 else form_95())
    assert examine(form, FilingFacts(law, DAY)) == []


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"location": {"country": "KZ\n"}}, "country"),
        ({"attachments": [{"kind": "A", "name": "a", "sha256": f"{'0' * 64}\n", "sheets": 1}]},
         "sha256"),
        ({"hardware": [{"kind": "server", "cores": -1}]}, "cores"),
        ({"sectors": ["HYDROCARBONS"] * 1001}, "sectors"),
    ],
)  # fmt: skip
def test_a_form_bounds_what_it_takes(part: dict[str, Any], place: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=place):
        msgspec.convert(part, ApplicationForm)
