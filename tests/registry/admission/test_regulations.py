"""Regulations are dated data: one is in force on a day, and another is added as data alone."""

from datetime import date, datetime

import pytest

from registry.admission.asked import NotifyApplicant
from registry.admission.regulation import ACT
from registry.admission.regulations import Regulations, read_regulation, regulations
from shared_contracts.astana_time import ASTANA
from shared_contracts.errors import BadInput
from shared_contracts.law.table import read_clauses
from tests.clauses import clause
from tests.registry.admission.samples import LAWS, S95, S216, Told, attachment, by, form_216

THIRD = """
id = "T1"
number = "1"
first = 2030-01-01
clause = "T1-1"
words = { kk = "т", ru = "т", en = "t" }
intake = "CHAMBER"
intake_clause = "T1-2"
sectors = ["HYDROCARBONS", "URANIUM"]
body = [
  { id = "CHAMBER", clause = "T1-2", words = { kk = "п", ru = "п", en = "chamber" } },
  { id = "APPLICANT", clause = "T1-2", words = { kk = "ө", ru = "з", en = "applicant" } },
]
field = [ { path = "sez_name", clause = "T1-3", words = { kk = "а", ru = "н", en = "name" } } ]
attachment = [ { kind = "LETTER", clause = "T1-3", words = { kk = "х", ru = "п", en = "letter" } } ]
condition = [ { rule = "KAZAKHSTAN_SEGMENT", clause = "T1-4" } ]
group = { created_by = "CHAMBER", members = ["CHAMBER"], clause = "T1-6" }
answer = { check_clause = "T1-7", notify_clause = "T1-7", return_clause = "T1-7" }

[act]
by = "CHAMBER"
copies = ["CHAMBER"]
clause = "T1-8"
copies_clause = "T1-8"
access_clause = "T1-8"

[[stage]]
id = "VISIT"
clause = "T1-5"
words = { kk = "б", ru = "в", en = "visit" }
by = ["CHAMBER"]
result = "PROTOCOL"
copies = ["CHAMBER", "APPLICANT"]
copies_clause = "T1-5"

[[term]]
id = "D-VISIT"
clause = "T1-5"
since = "NOTIFIED"
until = ["CONCLUDED:VISIT"]
length = { number = 7, unit = "CALENDAR_DAYS" }
who = ["CHAMBER"]
"""


@clause("S216-O.0", "S216-O.4", "S95-O.0", "S95-O.0n", "S95-O.4", "S95-1")
def test_an_application_follows_the_order_of_its_day() -> None:
    assert LAWS.on(date(2018, 6, 28)) is LAWS.get("S95")
    assert LAWS.on(date(2018, 6, 29)) is LAWS.get("S216")
    with pytest.raises(BadInput, match="no order is in force"):
        LAWS.on(date(2015, 3, 19))


@clause("S216-O.4", "S95-O.0n")
def test_an_application_keeps_the_order_of_its_day_for_its_whole_life() -> None:
    told = Told(S95, datetime(2018, 6, 28, 17, tzinfo=ASTANA)).notified()
    told.later(30).begun("SERVICES")
    assert told.case.regulation == "S95"


def test_every_clause_that_a_regulation_names_is_one_of_the_orders() -> None:
    known = {one.id for one in read_clauses()}
    for law in (S95, S216):
        named = {one.clause for one in law.body} | {one.clause for one in law.field}
        named |= {one.clause for one in law.attachment} | {one.clause for one in law.condition}
        named |= {one.clause for one in law.stage} | {one.clause for one in law.term}
        named |= {one.clause for one in law.point}
        named |= {law.clause, law.group.clause, law.act.clause, law.act.copies_clause}
        assert named <= known, named - known


def test_another_order_is_data_alone() -> None:
    law = read_regulation(THIRD)
    told = Told(law, datetime(2027, 3, 1, 9, tzinfo=ASTANA))
    told.filed(form_216(addressee="CHAMBER"))
    assert [(one.field, one.clause) for one in told.case.flaws] == [
        ("attachments.LETTER", "T1-3"),
    ]
    whole = form_216(addressee="CHAMBER", attachments=(attachment("LETTER"),))
    again = Told(law, told.at)
    again.filed(whole)
    again.tell(NotifyApplicant(by("CHAMBER"))).through(["VISIT"]).act().delivered(ACT)
    assert again.case.status == "IN_OPERATION"


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ('until = ["CONCLUDED:VISIT"]', 'until = ["CONCLUDED:TRIP"]', "CONCLUDED:TRIP"),
        ('by = ["CHAMBER"]', 'by = ["NOBODY"]', "NOBODY"),
        ("KAZAKHSTAN_SEGMENT", "MARS_SEGMENT", "MARS_SEGMENT"),
        ('result = "PROTOCOL"', 'result = "PROTOCOL"\nlists = ["X"]', "X"),
        ('number = "1"', 'number = "1"\nnummer = 2', "nummer"),
        ('path = "sez_name"', 'path = "sez_nmae"', "no field 'sez_nmae'"),
        ('path = "sez_name"', 'path = "platform.id"', "no field 'platform.id'"),
        ('kind = "LETTER"', 'kind = "LETTER", stated_sheets = "leaves"', "no field 'leaves'"),
        ('"CONCLUDED:VISIT"', '"DELIVERED:VISIT"', "never happens"),
        ('result = "PROTOCOL"', 'result = "PROTOCOL"\nmended_by = "NOBODY"', "NOBODY"),
        ("first = 2030-01-01", "first = 2030-01-01\nlast = 2029-12-31", "is before first"),
        ("[[term]]", THIRD[THIRD.index("[[stage]]") :] + "[[term]]", "VISIT stands twice"),
    ],
)
def test_an_order_that_names_what_it_does_not_have_is_refused(
    before: str, after: str, word: str
) -> None:
    assert before in THIRD
    with pytest.raises(BadInput, match=word):
        read_regulation(THIRD.replace(before, after))


def test_two_orders_never_claim_one_day() -> None:
    with pytest.raises(BadInput, match="T1 begins"):
        Regulations([*regulations().all, read_regulation(THIRD)])
    with pytest.raises(BadInput, match="twice"):
        Regulations([S216, S216])
