"""The kit for SEZs: ours passes every case, and for each case one fails it alone."""

import os
from collections.abc import Iterator

import pytest

from deploy.stand import free_ports
from sez.time_sync.drift import ClockMeasured
from shared_contracts import astana_time
from shared_contracts.conformance import session_run
from shared_contracts.conformance.case import Suite, words
from shared_contracts.conformance.running import Asked, run_case
from shared_contracts.conformance.session import CaseVerdict
from shared_contracts.conformance.sez_exam import SezExam
from shared_contracts.conformance.sez_suite import SEZ_BOOK
from shared_contracts.language import Language
from shared_contracts.law.table import read_clauses
from tests.clauses import clause
from tests.conformance.broken import BrokenProxy
from tests.conformance.broken_sezs import ANSWERS, ASKED, SENT, DistortedRelay
from tests.conformance.sez_stands import SezStand, sez_stand
from tests.conformance.stands import ran
from tests.pki import Pki
from tests.postgres import Databases

NEVER_SEEN_FAILING: frozenset[str] = frozenset()
"""Cases for which no broken SEZ is known; the reason beside each."""

ORDER = [one.case_id for one in SEZ_BOOK.chosen(tuple(Suite), ())]
MATRIX = bool(os.environ.get("CONFORMANCE_MATRIX"))
"""Whether every case is run against every broken SEZ; else its own alone."""


@pytest.fixture(scope="module")
def stand(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SezStand]:
    with sez_stand(pki, tmp_path_factory.mktemp("sez"), databases) as opened:
        yield opened


@clause("S216-9.0", "S216-9.1", "S216-9.2", "S216-9.3", "S216-9.4", "S216-9.5", "S216-9.6")
def test_our_sez_passes_every_case(stand: SezStand) -> None:
    reporter = session_run.Reporter(Language.RU, lambda _: None, lambda _: None)
    with stand.exam() as exam:
        report = session_run.run(exam, SEZ_BOOK, Asked(SEZ_BOOK.side, tuple(Suite)), reporter)
    ill = [one for one in report.outcomes if one.verdict is not CaseVerdict.PASSED]
    told = [(one.case_id, one.expected, one.found, one.reason) for one in ill]
    assert not ill, "\n".join(map(str, told))
    assert {one.case_id for one in report.outcomes} == set(words(SEZ_BOOK.side))


@pytest.mark.parametrize("case_id", ANSWERS)
def test_a_sez_that_answers_otherwise_fails_its_case_alone(stand: SezStand, case_id: str) -> None:
    proxy = BrokenProxy(stand.address, stand.pki.signer("sez"), ANSWERS[case_id]())
    with proxy.served() as address, stand.exam(address) as exam:
        fails_alone(exam, case_id)


@pytest.mark.parametrize("case_id", SENT)
def test_a_sez_that_sends_otherwise_fails_its_case_alone(stand: SezStand, case_id: str) -> None:
    relay = DistortedRelay(stand.relay, SENT[case_id](), stand.pki.signer("sez"))
    with stand.exam(relay=relay) as exam:
        fails_alone(exam, case_id)


@pytest.mark.parametrize("case_id", ASKED)
def test_a_sez_that_asks_otherwise_fails_its_case_alone(stand: SezStand, case_id: str) -> None:
    relay = DistortedRelay(stand.relay, lambda *_: None, stand.pki.signer("sez"))
    relay.asked = ASKED[case_id]
    with stand.exam(relay=relay) as exam:
        fails_alone(exam, case_id)


def test_what_the_hook_has_signed_is_dated_by_the_clock_of_the_sez(stand: SezStand) -> None:
    ahead = ClockMeasured(offset_seconds=1.5, delay_seconds=0.0, measured_at=astana_time.now())
    stand.system.clock.correct(ahead)
    try:
        with stand.exam() as exam:
            outcome = run_case(exam, SEZ_BOOK.cases["Z-OBJECT-3"])
    finally:
        stand.system.compare_clocks()
    assert outcome.verdict is CaseVerdict.PASSED, outcome


def fails_alone(exam: SezExam, case_id: str) -> None:
    failed = run_case(exam, SEZ_BOOK.cases[case_id])
    assert failed.verdict is CaseVerdict.FAILED, failed
    assert failed.cure is not None
    others = [one for one in ORDER if one != case_id] if MATRIX else []
    outcomes = {one: run_case(exam, SEZ_BOOK.cases[one]) for one in others}
    assert not {one for one, it in outcomes.items() if it.verdict is CaseVerdict.FAILED}


def test_a_command_examines_a_sez_with_its_relay(stand: SezStand) -> None:
    authority = stand.pki.authority.folder
    where = ("--sez", stand.address, "--behind", stand.relay.target, "--keys", str(authority))
    port = f"127.0.0.1:{free_ports().sez}"
    asked = ("--listen", port, "--case", "Z-NOTICE", "--case", "Z-OBJECT-6", "--lang", "kk")
    done = ran("registry", "conformance", "run", *where, *asked)
    assert (done.returncode, "өтті 2" in done.stdout) == (0, True), done
    taken = ("--listen", stand.address.removeprefix("http://"), "--case", "Z-NOTICE")
    assert ran("registry", "conformance", "run", *where, *taken).returncode == 1
    outside = ("--listen", "0.0.0.0:8404")
    assert ran("registry", "conformance", "run", *where, *outside).returncode == 2


def test_every_case_was_seen_failing_and_has_its_words() -> None:
    assert set(SEZ_BOOK.cases) == set(words(SEZ_BOOK.side))
    assert set(SEZ_BOOK.cases) - set(ANSWERS) - set(SENT) - set(ASKED) == NEVER_SEEN_FAILING
    known = {row.id for row in read_clauses()}
    for text in words(SEZ_BOOK.side).values():
        assert set(text.clauses) <= known
        assert all((text.title.kk, text.title.ru, text.title.en))
        assert all((text.cure.kk, text.cure.ru, text.cure.en))
