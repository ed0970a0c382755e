"""Both admissions over the interface, in fast time: register and gate follow from their acts."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from deploy.authority.identities import SEZ_SYSTEM
from registry.admission.form import ApplicationForm
from registry.admission.regulation import Regulation
from shared_contracts.astana_time import ASTANA, now
from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.acting import HEADER
from shared_contracts.event_log.auditing.audit import audit
from tests.clauses import clause
from tests.postgres import owner_of
from tests.registry.admission.samples import (
    S95,
    S216,
    by,
    entry,
    form_95,
    form_216,
    lines,
    members,
    signed,
)
from tests.registry.asking import Asker, asking
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

PATH = "/api/v1/admission"
BIN = "190340004129"
GROUND = "Параметры не соответствуют зафиксированным"
ACTOR = "С. Сарсенова"
NAMED = {HEADER: quote(ACTOR)}


class Applied:
    """An application that is played over the interface."""

    def __init__(self, ask: Asker, story: Story, law: Regulation) -> None:
        self.ask, self.story, self.law, self.id = ask, story, law, ""

    def at(self, moment: datetime) -> None:
        """It is that moment for the Registry."""
        self.story.clock.frozen = moment

    def later(self, **by_what: int) -> None:
        """So much time passes."""
        assert self.story.clock.frozen is not None
        self.story.clock.frozen += timedelta(**by_what)

    def file(self, form: ApplicationForm, previous: str | None = None) -> Any:
        """File it."""
        asked = {"form": msgspec.to_builtins(form), "previous": previous}
        response = self.ask("POST", PATH, json=asked, headers=NAMED)
        assert response.status_code == 201, response.text
        self.id = response.json()["admission_id"]
        return response.json()

    def step(self, kind: str, body: str | None = None, *, fails: int = 0, **more: Any) -> Any:
        """Take a step, or be refused."""
        told = {"kind": kind} | msgspec.to_builtins(more)
        if body is not None:
            told["by"] = msgspec.to_builtins(by(body))
        path = f"{PATH}/{self.id}/steps"
        response = self.ask("POST", path, json={"step": told}, headers=NAMED)
        assert response.status_code == (fails or 200), response.text
        return response.json()

    def stage(self, name: str, *, fits: bool = True) -> None:
        """A step begins, lasts, ends, and each copy of its protocol is delivered."""
        stage, law = self.law.of_stage(name), self.law
        assert stage is not None
        self.step("BEGIN", stage.by[0], stage=name)
        if law.lasting(name) is not None:
            self.later(days=35)
        self.later(days=1)
        verdict = "POSITIVE" if fits else "NEGATIVE"
        told: dict[str, Any] = {
            "lines": lines(law, name, fits=fits),
            "signatures": signed(stage.copies),
        }
        self.step("CONCLUDE", stage.by[0], stage=name, verdict=verdict, **told)
        self.deliver(name, stage.copies)

    def deliver(self, document: str, copies: tuple[str, ...]) -> None:
        """Each copy is delivered."""
        for one in copies:
            told: dict[str, Any] = {"received_by": f"Канцелярия {one}", "way": "нарочно"}
            self.step("DELIVER", document=document, addressee=one, **told)

    def through(self, access: date) -> None:
        """From the notification to the act with all its copies."""
        self.ready()
        self.act(access)

    def ready(self) -> None:
        """From the notification to where the act comes next."""
        law = self.law
        self.step("NOTIFY", law.intake)
        self.step("CREATE_GROUP", law.group.created_by, members=members(law))
        for stage in law.stage:
            if not stage.optional:
                self.stage(stage.id)

    def act(self, access: date, **changes: Any) -> None:
        """The act is drawn up, and its copies are delivered."""
        made = entry(access, code="SEZ03", bin=BIN, system_uid=SEZ_SYSTEM[0], **changes)
        copies = self.law.act.copies
        self.step("DRAW_UP_ACT", self.law.act.by, entry=made, signatures=signed(copies))
        self.deliver("ACT", copies)

    def terms(self) -> dict[str, str]:
        """How each term stands; the newest of a name."""
        return {one["term"]: one["status"] for one in self.ask.get(f"{PATH}/{self.id}/terms")}


@pytest.fixture(scope="module")
def asked(shared: Story) -> Iterator[Asker]:
    """Asks the Registry of this module."""
    with asking(shared) as asker:
        yield asker


def applicant(form: ApplicationForm) -> ApplicationForm:
    """The same application by the operator whose key the story has."""
    mine = msgspec.structs.replace(form.applicant, number=BIN)
    changes: dict[str, Any] = {"applicant": mine}
    if form.platform is not None:
        changes |= {
            "platform": msgspec.structs.replace(form.platform, owner=BIN),
            "administered_by": (BIN,),
        }
    return msgspec.structs.replace(form, **changes)


@clause("S216-2.2", "S216-2.4", "S216-4", "S216-6.2b", "S216-8.3a", "S216-10", "S216-11b")
@clause("S95-3.4", "S95-15.7", "S95-15.8b", "S95-15.9", "S95-18a", "S95-18c", "S95-18b")
def test_both_admissions_are_played_and_the_gate_follows_from_their_acts(
    shared: Story, asked: Asker
) -> None:
    third = Story(shared.registry, shared.pki, shared.clock, "SEZ03", "sez")
    stopped = played_95(shared, asked, third)
    played_216(shared, asked, third, stopped)
    assert not audit(owner_of(shared.registry.settings.database_url)).differences


def played_95(shared: Story, asked: Asker, third: Story) -> str:
    """Under order 95: to the act, and to the stop; the id of the application."""
    old = Applied(asked, shared, S95)
    old.at(datetime(2017, 1, 16, 11, tzinfo=ASTANA))
    assert old.file(applicant(form_95()))["flaws"] == []
    old.later(days=3)
    old.through(date(2017, 12, 1))
    assert old.terms() == {
        "D-S95-5Y": "LOOKED_BACK", "D-S95-APP": "KEPT", "D-S95-TRIAL": "KEPT",
        "D-S95-PRE": "KEPT", "D-S95-ACC": "KEPT", "D-S95-ACT": "KEPT",
    }  # fmt: skip
    assert asked.get("/api/v1/systems/SEZ03")["access_date"] == "2017-12-01"
    shared.clock.frozen = None
    accepted(third.tell(third.tender()))
    second = Applied(asked, shared, S95)
    second.at(datetime(2017, 6, 1, 9, tzinfo=ASTANA))
    assert [one["clause"] for one in second.file(applicant(form_95()))["flaws"]] == ["S95-15.7"]
    inventory_changed(asked, old)
    inspected(asked, old.id)
    old.step("STOP", "GROUP", ground=GROUND, fails=409)
    old.step("STOP", "AUTHORITY", ground=GROUND)
    shared.clock.frozen = None
    assert third.tell(third.tender()).rules == ["I-18"]
    made = entry(date(2026, 1, 1), code="SEZ03", bin=BIN, system_uid=SEZ_SYSTEM[0])
    refused = asked("POST", "/api/v1/systems", json=msgspec.to_builtins(made))
    assert (refused.status_code, "S95-18b" in refused.text) == (409, True)
    return old.id


def inventory_changed(asked: Asker, case: Applied) -> None:
    """Hardware grows by statement and decision; whoever would shrink it is refused (S95-15.8b)."""
    path = f"{PATH}/{case.id}/inventory"
    [first] = asked.get(path)
    wanted = first["inventory"]
    weaker = wanted | {"hardware": [{"kind": "сервер", "cores": 8}]}
    refused = case.step(
        "REQUEST_INVENTORY", "APPLICANT", fails=409, statement="Прошу", inventory=weaker
    )
    assert "hardware.cores '16 -> 8'" in str(refused)
    more = wanted | {"hardware": [*wanted["hardware"], {"kind": "сервер", "cores": 8}]}
    case.step("REQUEST_INVENTORY", "APPLICANT", statement="Прошу", inventory=more)
    assert [one["status"] for one in asked.get(path)] == ["IN_FORCE", "WAITS"]
    case.step("DECIDE_INVENTORY", "GROUP", granted=True, reason="Протокол № 5")
    known = [(one["status"], one["capacity"]["cores"]) for one in asked.get(path)]
    assert known == [("REPLACED", 16), ("IN_FORCE", 24)]
    papers = [one["name"] for one in asked.get(f"{PATH}/{case.id}/documents")]
    assert papers[-2:] == ["inventory-1-statement", "inventory-1-decision"]


def inspected(asked: Asker, admission_id: str) -> None:
    """The authority alone inspects, without a ground, and ends it once with what it found."""
    path, told = f"{PATH}/{admission_id}/inspections", {"by": msgspec.to_builtins(by("GROUP"))}
    assert asked("POST", path, json=told).status_code == 409
    told = {"by": msgspec.to_builtins(by("AUTHORITY"))}
    opened = asked("POST", path, json=told)
    assert opened.status_code == 201, opened.text
    [listed] = asked.get("/api/v1/inspections")
    ending = f"/api/v1/inspections/{listed['inspection_id']}/end"
    findings = [{"clause": "S95-15.8b", "text": "Сервер заменён"}]
    ended = asked("POST", ending, json=told | {"findings": findings})
    assert (ended.status_code, ended.json()["findings"]) == (200, findings)
    assert asked("POST", ending, json=told).status_code == 409
    paper_of_the_inspection(asked, admission_id, ending.replace("/end", "/copies"))


def paper_of_the_inspection(asked: Asker, admission_id: str, copies: str) -> None:
    """It leaves a document among those of the application, issued with its last delivery."""
    place, issued = f"{PATH}/{admission_id}/documents", []
    for one in ("AUTHORITY", "APPLICANT"):
        issued.append(asked.get(place)[-1]["issued"])
        told = {"addressee": one, "received_by": "Канцелярия", "way": "нарочно"}
        assert asked("POST", copies, json=told).status_code == 200
    listed = asked.get(place)[-1]
    assert (listed["name"], issued, listed["issued"]) == ("inspection-1", [False, False], True)
    assert listed["copies"][1]["received_by"] == "Канцелярия"
    data = asked.get(f"{place}/inspection-1")
    assert (data["verdict"], data["findings"][0]["clause"]) == ("NEGATIVE", "S95-15.8b")
    for form in (".pdf", "/manifest"):
        assert asked("GET", f"{place}/inspection-1{form}").status_code == 200
    told = {"addressee": "OIL_GAS", "received_by": "Канцелярия", "way": "нарочно"}
    assert asked("POST", copies, json=told).status_code == 409


def played_216(shared: Story, asked: Asker, third: Story, stopped: str) -> None:
    """Under order 216: the new application, a check that fails once, the act, a change."""
    new = Applied(asked, shared, S216)
    new.at(datetime(2026, 9, 1, 11, tzinfo=ASTANA))
    new.file(applicant(form_216()), stopped)
    new.step("NOTIFY", "AUTH_SOLID")
    new.step("CREATE_GROUP", "AUTH_SOLID", members=members(S216))
    new.stage("FUNCTIONAL_CHECK", fits=False)
    new.step("MEND", "APPLICANT", stage="FUNCTIONAL_CHECK", what="Исправлено")
    for stage in S216.stage:
        new.stage(stage.id)
    new.act(now().date() + timedelta(days=30))
    assert set(new.terms().values()) == {"KEPT"}
    shared.clock.frozen = None
    assert third.tell(third.tender()).rules == ["F-HDR-6"]
    wanted = asked.get(f"{PATH}/{new.id}")["entry"] | {"access_date": "2026-01-01"}
    new.step("REQUEST_CHANGE", "APPLICANT", statement="Прошу", entry=wanted)
    new.step("DECIDE_CHANGE", "GROUP", granted=True, reason="Протокол № 3")
    accepted(third.tell(third.tender()))
    listed = {one["admission_id"]: one["status"] for one in asked.get(PATH)}
    assert (listed[stopped], listed[new.id]) == ("STOPPED", "IN_OPERATION")
    ensure_actors(asked, stopped, new.id)


def ensure_actors(asked: Asker, *ids: str) -> None:
    """Whatever somebody asked for names him, and the entry in the register that follows does."""
    for one in ids:
        happened = asked.get(f"{PATH}/{one}/events")
        by_hand = [event for event in happened if "term-told" not in event["topic"]]
        assert {event["event"]["acting"]["actor"] for event in by_hand} == {ACTOR}
    assert asked.get("/api/v1/systems/SEZ03")["acting"]["actor"] == ACTOR
    unnamed = asked("POST", f"{PATH}/{ids[0]}/steps", json={}, headers={HEADER: "a%0Ab"})
    assert (unnamed.status_code, HEADER in unnamed.text) == (422, True)


def _first(asked: Asker) -> str:
    return str(asked.get(PATH)[0]["admission_id"])


@clause("S216-10", "S95-15.7")
def test_of_two_applications_at_once_one_alone_gets_the_platform_and_nobody_anothers_code(
    shared: Story, asked: Asker
) -> None:
    number = "111040009781"
    whole = form_95()
    mine = msgspec.structs.replace(whole.applicant, number=number)
    assert whole.platform is not None
    platform = msgspec.structs.replace(whole.platform, owner=number, id="ONE-FOR-TWO")
    form = msgspec.structs.replace(
        whole, applicant=mine, platform=platform, administered_by=(number,)
    )
    both = [Applied(asked, shared, S95) for _ in range(2)]
    both[0].at(datetime(2017, 1, 16, 11, tzinfo=ASTANA))
    for one in both:
        assert one.file(form)["flaws"] == []
    for one in both:
        one.ready()
    by_whom, copies = S95.act.by, S95.act.copies

    def drawn(one: Applied, code: str, fails: int = 0) -> str:
        made = entry(date(2018, 1, 15), code=code, bin=number, system_uid="1.2.398.7")
        names = signed(copies)
        return str(one.step("DRAW_UP_ACT", by_whom, fails=fails, entry=made, signatures=names))

    assert "SEZ01" in drawn(both[0], "SEZ01", fails=409)
    drawn(both[0], "SEZ04")
    assert "ONE-FOR-TWO" in drawn(both[1], "SEZ05", fails=409)
    both[0].deliver("ACT", copies)
    assert "ONE-FOR-TWO" in drawn(both[1], "SEZ05", fails=409)
    shared.clock.frozen = None


@clause("S216-6.2a")
def test_who_has_to_act_is_told_before_a_term_ends_and_when_it_is_over(
    shared: Story, asked: Asker
) -> None:
    case = Applied(asked, shared, S216)
    case.at(datetime(2018, 8, 29, 11, tzinfo=ASTANA))
    case.file(form_216())
    told = []
    for day in (6, 7, 7, 8, 9):
        case.at(datetime(2018, 9, day, 9, tzinfo=ASTANA))
        with suppress(NeedsPerson):  # other applications of this Registry are years further
            shared.registry.admissions.watch()
        events = asked.get(f"{PATH}/{case.id}/events")
        told.append([one["event"]["overdue"] for one in events if "term-told" in one["topic"]])
    assert told == [[], [False], [False], [False, True], [False, True]]
    [term] = asked.get(f"{PATH}/{case.id}/terms")
    assert [one["day"] for one in term["counted"]["days"] if one["number"] is None] == [
        "2018-08-30", "2018-08-31", "2018-09-01", "2018-09-02",
    ]  # fmt: skip
    shared.clock.frozen = None


def test_a_clock_that_began_anew_takes_no_step_before_the_newest_and_says_so(
    shared: Story, asked: Asker
) -> None:
    case = Applied(asked, shared, S216)
    case.at(datetime(2018, 8, 29, 11, tzinfo=ASTANA))
    case.file(form_216())
    case.at(datetime(2018, 8, 28, 11, tzinfo=ASTANA))
    assert "set the clock" in str(case.step("NOTIFY", S216.intake, fails=409))
    with pytest.raises(NeedsPerson, match=f"{case.id}: the clock is behind its step"):
        shared.registry.admissions.watch()
    case.at(datetime(2018, 8, 29, 12, tzinfo=ASTANA))
    case.step("NOTIFY", S216.intake)
    reasons = [{"clause": "S216-6.1", "text": "x"}]
    assert case.step("RETURN", S216.intake, fails=409, reasons=reasons)
    shared.clock.frozen = None


def test_applications_are_known_to_the_next_process_and_bad_ones_are_named(
    shared: Story, asked: Asker
) -> None:
    admissions = shared.registry.admissions
    known = dict(admissions.known)
    admissions.load()
    assert admissions.known == known != {}
    nothing = "00000000-0000-0000-0000-000000000000"
    assert asked("GET", f"{PATH}/{nothing}").status_code == 404
    for body, word in (({"form": {"sez": "1"}}, "sez"), ({}, "form")):
        refused = asked("POST", PATH, json=body)
        assert (refused.status_code, word in refused.text) == (422, True), refused.text
    unknown = asked("POST", f"{PATH}/{_first(asked)}/steps", json={"step": {"kind": "FLY"}})
    assert (unknown.status_code, "FLY" in unknown.text) == (422, True)
    counted = asked.get("/api/v1/calendar/term", since="2018-08-29T11:00:00+06:00", number=5)
    assert counted["last_day"] == "2018-09-07"
    assert asked.get("/api/v1/calendar/editions/1")["number"] == 1
    assert [one["id"] for one in asked.get(f"{PATH}/regulations")] == ["S95", "S216"]


@clause("S216-6.2a")
def test_a_term_behind_the_end_of_the_calendar_calls_a_person_and_holds_up_nobody(
    story: Story,
) -> None:
    admissions = story.registry.admissions
    with asking(story) as ask:
        case = Applied(ask, story, S216)
        case.at(datetime(2027, 12, 30, 11, tzinfo=ASTANA))
        case.file(form_216())
        with pytest.raises(NeedsPerson, match=r"2027"):
            admissions.watch()
        assert not admissions.duty().vital
