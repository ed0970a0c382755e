"""Lines of a protocol come from a signed session of the conformance kit, or from a person."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from registry.admission.sessions import MOST_BYTES, cases_of
from shared_contracts.conformance.case import ExaminedSide, Suite, words
from shared_contracts.conformance.sealed_session import seal
from shared_contracts.conformance.session import (
    FORMAT,
    CaseOutcome,
    CaseVerdict,
    SessionReport,
    as_json,
    verdict_of,
)
from shared_contracts.event_log.auditing.audit import audit
from tests.clauses import clause
from tests.pdf_readers import bare, texts
from tests.postgres import owner_of
from tests.registry.admission.samples import S216, entry, form_216, lines, members, signed
from tests.registry.admission.test_journey import BIN, PATH, Applied, applicant
from tests.registry.asking import Asker, asking
from tests.story import Story

FIRST, SECOND, THIRD = (one.id for one in S216.stage)
POINTS = [f"9.{number}" for number in range(1, 9)]
OTHER_BIN = "210840021074"
COPIES = ("AUTH_SOLID", "AUTH_HCU", "APPLICANT")


@pytest.fixture(scope="module")
def asked(shared: Story) -> Iterator[Asker]:
    """Asks the Registry of this module."""
    with asking(shared) as asker:
        yield asker


class Examined(Applied):
    """An application in its preliminary tests, and sessions that examine its system."""

    def begin(self, number: str = BIN) -> "Examined":
        """Filed now by the applicant with this BIN, and led to the preliminary tests."""
        form = applicant(form_216())
        whose = msgspec.structs.replace(form.applicant, number=number)
        self.file(msgspec.structs.replace(form, applicant=whose))
        self.step("NOTIFY", "AUTH_SOLID")
        self.step("CREATE_GROUP", "AUTH_SOLID", members=members(S216))
        self.step("BEGIN", "GROUP", stage=FIRST)
        self.step("CONCLUDE", "GROUP", stage=FIRST, lines=lines(S216, FIRST), **SIGNED)
        self.deliver(FIRST, COPIES)
        self.step("BEGIN", "GROUP", stage=SECOND)
        return self

    def session(
        self, ends: dict[str, CaseVerdict] | None = None, key: str = "registry", **changes: Any
    ) -> bytes:
        """A session of the suite ``preliminary`` in which cases of a point end so."""
        suite = changes.pop("suite", Suite.PRELIMINARY)
        outcomes = tuple(outcome(suite, ends or {}))
        at = self.story.clock()
        whole: dict[str, Any] = {
            "format": FORMAT, "session_id": uuid4(), "examined": ExaminedSide.SEZ,
            "address": "http://127.0.0.1:1", "sez_code": "SEZ03", "examiner": "registry",
            "kit_version": "0.1.0", "contract_versions": ("1.1",), "suites": (suite,),
            "cases": (), "began_at": at, "ended_at": at, "verdict": verdict_of(outcomes),
            "outcomes": outcomes,
        }  # fmt: skip
        told = SessionReport(**(whole | changes))
        return seal(as_json(told), self.story.pki.signer(key))

    def conclude(self, session: bytes | None, *told: Any, fails: int = 0) -> Any:
        """The preliminary tests end by this session and these lines."""
        file = {} if session is None else {"session": b64encode(session).decode()}
        asked = {"stage": SECOND, "lines": told} | SIGNED | file
        return self.step("CONCLUDE", "GROUP", fails=fails, **asked)

    def protocol(self) -> dict[str, Any]:
        """The protocol of the preliminary tests."""
        found: dict[str, Any] = self.ask.get(f"{PATH}/{self.id}/documents/preliminary-tests-1")
        return found


SIGNED: dict[str, Any] = {"signatures": signed(COPIES)}


def outcome(suite: Suite, ends: dict[str, CaseVerdict]) -> Iterator[CaseOutcome]:
    """Each case of a suite, passed unless its clause ends otherwise."""
    for name, text in words(ExaminedSide.SEZ).items():
        if suite in text.suites:
            verdict = next((ends[one] for one in text.clauses if one in ends), CaseVerdict.PASSED)
            yield CaseOutcome(
                case_id=name, suites=text.suites, clauses=text.clauses, title=text.title,
                verdict=verdict, seconds=0.0,
            )  # fmt: skip


def line(point: str, *, fits: bool, **proof: str) -> dict[str, Any]:
    """A line that is told."""
    return {"list": "OBJECTS", "point": point, "fits": fits, **proof}


@pytest.fixture
def tested(shared: Story, asked: Asker) -> Examined:
    """An application in its preliminary tests."""
    return Examined(asked, shared, S216).begin()


@clause("S216-8.1a", "S216-9.0", "S216-9.1", "S216-9.8")
def test_a_session_gives_each_point_its_line_and_stays_beside_the_protocol(
    tested: Examined, tmp_path: Path
) -> None:
    session = tested.session()
    assert tested.conclude(session)["examined"] == "SEZ03"
    told, sha256 = tested.protocol(), hashlib.sha256(session).hexdigest()
    assert [(one["point"], one["fits"]) for one in told["lines"]] == [(one, True) for one in POINTS]
    assert {one["session_sha256"] for one in told["lines"]} == {sha256}
    assert (told["verdict"], told["session"]["sez_code"]) == ("POSITIVE", "SEZ03")
    path = f"{PATH}/{tested.id}/documents"
    assert tested.ask("GET", f"{path}/preliminary-tests-1/session").content == session
    assert tested.ask("GET", f"{path}/functional-check-1/session").status_code == 404
    pdf = tested.ask("GET", f"{path}/preliminary-tests-1.pdf").content
    for read in texts(pdf, tmp_path).values():
        assert bare("Подписанная сессия набора проверок") in read
    assert not audit(owner_of(tested.story.registry.settings.database_url)).differences


@clause("S216-8.1c")
def test_a_case_that_failed_makes_its_point_unfit_whatever_a_person_says(tested: Examined) -> None:
    session = tested.session({"S216-9.2": CaseVerdict.FAILED})
    better = line("9.2", fits=True, reason="Всё хорошо")
    assert "found that it does not fit" in str(tested.conclude(session, better, fails=409))
    worse = line("9.1", fits=False, reason="Нет поля на казахском")
    tested.conclude(session, worse)
    told = tested.protocol()
    assert [one["point"] for one in told["lines"] if not one["fits"]] == ["9.1", "9.2"]
    first, second = told["lines"][:2]
    assert (first.get("session_sha256"), first["reason"]) == (None, "Нет поля на казахском")
    assert (told["verdict"], "reason" in second) == ("NEGATIVE", False)


@clause("S216-8.1a")
def test_a_point_that_no_session_proves_needs_a_persons_reason_which_is_printed(
    tested: Examined, tmp_path: Path
) -> None:
    session = tested.session({"S216-9.5": CaseVerdict.NOT_RUN})
    assert "9.5" in str(tested.conclude(session, fails=409))
    bare_line = line("9.5", fits=True)
    assert "neither a signed session" in str(tested.conclude(session, bare_line, fails=409))
    claimed = line("9.5", fits=True, session_sha256=hashlib.sha256(session).hexdigest())
    assert "no session came along" in str(tested.conclude(session, claimed, fails=409))
    tested.conclude(session, line("9.5", fits=True, reason="Проверено вручную, запись 4"))
    pdf = tested.ask("GET", f"{PATH}/{tested.id}/documents/preliminary-tests-1.pdf").content
    for read in texts(pdf, tmp_path).values():
        assert bare("Проверено вручную, запись 4") in read


def test_a_line_that_names_a_session_which_did_not_come_along_is_refused(tested: Examined) -> None:
    claimed = [line(one, fits=True, session_sha256="cd" * 32) for one in POINTS]
    assert "no session came along" in str(tested.conclude(None, *claimed, fails=409))
    assert "no session came along" in str(tested.conclude(tested.session(), *claimed, fails=409))


def test_a_session_that_leaves_out_cases_of_a_point_proves_nothing_of_it(tested: Examined) -> None:
    [whole, more] = cases_of(Suite.PRELIMINARY, "S216-9.8")
    some = tuple(one for one in outcome(Suite.PRELIMINARY, {}) if one.case_id != more)
    session = tested.session(outcomes=some)
    assert whole in {one.case_id for one in some}
    assert "OBJECTS 9.8" in str(tested.conclude(session, fails=409))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"key": "sez"}, "let another run the kit"),
        ({"key": "sez-expired"}, "not believed"),
        ({"examined": ExaminedSide.REGISTRY}, "examines no SEZ"),
        ({"suite": Suite.LOAD}, "no point is proven"),
    ],
)
def test_a_session_that_is_not_of_this_application_or_step_is_refused(
    tested: Examined, changes: dict[str, Any], why: str
) -> None:
    assert why in str(tested.conclude(tested.session(**changes), fails=409))


@pytest.mark.parametrize("apart", [timedelta(days=-1), timedelta(minutes=10)])
def test_a_session_of_another_time_than_the_round_is_refused(
    tested: Examined, apart: timedelta
) -> None:
    at = tested.story.clock() + apart
    session = tested.session(began_at=at, ended_at=at)
    assert "within this round" in str(tested.conclude(session, fails=409))


def test_what_is_no_signed_session_is_named(tested: Examined) -> None:
    whole = tested.session()
    for bad in (b"", b"{}", whole.replace(b'"payload": "', b'"payload": "e'), whole[:-9]):
        assert "session: " in str(tested.conclude(bad, fails=422))
    assert "at most" in str(tested.conclude(b" " * (MOST_BYTES + 1), fails=422))


@clause("S216-8.1a", "S216-8.3a")
def test_a_session_and_its_code_stand_in_the_applications_of_one_applicant(
    tested: Examined,
) -> None:
    other = Examined(tested.ask, tested.story, S216).begin(OTHER_BIN)
    session = tested.session(sez_code="SEZ77")
    tested.conclude(session)
    for taken in (session, other.session(sez_code="SEZ77")):
        assert "another system was examined" in str(other.conclude(taken, fails=409))
    assert other.conclude(other.session(sez_code="SEZ78"))["examined"] == "SEZ78"


def test_later_sessions_and_the_act_are_of_the_system_that_was_examined(tested: Examined) -> None:
    tested.conclude(tested.session())
    tested.deliver(SECOND, COPIES)
    tested.step("BEGIN", "GROUP", stage=THIRD)
    other = tested.session(suite=Suite.ACCEPTANCE, sez_code="OTHER")
    file: dict[str, Any] = {"session": b64encode(other).decode(), "fails": 409} | SIGNED
    refused = tested.step("CONCLUDE", "GROUP", stage=THIRD, **file)
    assert "another system was examined" in str(refused)
    tested.step("CONCLUDE", "GROUP", stage=THIRD, lines=lines(S216, THIRD), **SIGNED)
    tested.deliver(THIRD, COPIES)
    made = entry(tested.story.clock().date(), code="OTHER", bin=BIN)
    told: dict[str, Any] = {"entry": made, "signatures": signed(S216.act.copies), "fails": 409}
    assert "another system was examined" in str(tested.step("DRAW_UP_ACT", "GROUP", **told))
