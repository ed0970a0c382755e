"""The kit for Registries: ours passes every case, and for each case one fails it alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from shared_contracts.conformance import session_run
from shared_contracts.conformance.case import CaseBook, Suite, words
from shared_contracts.conformance.registry_suite import BOOK
from shared_contracts.conformance.running import Asked, run_case
from shared_contracts.conformance.sealed_session import BrokenSeal, seal, unseal
from shared_contracts.conformance.session import CaseVerdict, as_json
from shared_contracts.language import Language
from shared_contracts.law.table import read_clauses
from tests.clauses import clause
from tests.conformance.broken import BrokenProxy
from tests.conformance.broken_registries import BROKEN, YoungLog
from tests.conformance.broken_senders import SENT
from tests.conformance.stands import RegistryStand, ran, registry_stand
from tests.pki import Pki
from tests.postgres import Databases

NEVER_SEEN_FAILING: frozenset[str] = frozenset()
"""Cases for which no broken Registry is known; the reason beside each."""

ORDER = [one.case_id for one in BOOK.chosen(tuple(Suite), ())]
MATRIX = bool(os.environ.get("CONFORMANCE_MATRIX"))
"""Whether every case is run against every broken Registry; else its neighbour alone."""


@pytest.fixture(scope="module")
def stand(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RegistryStand]:
    with registry_stand(pki, tmp_path_factory.mktemp("registry"), databases) as opened:
        yield opened


@clause("S216-9.0", "S95-13.1", "S95-13.4", "S95-13.5")
def test_our_registry_passes_every_case(stand: RegistryStand, tmp_path: Path) -> None:
    said: list[str] = []
    reporter = session_run.Reporter(Language.KK, said.append, lambda _: None)
    with stand.exam() as exam:
        report = session_run.run(exam, BOOK, Asked(BOOK.side, tuple(Suite)), reporter)
    ill = [one for one in report.outcomes if one.verdict is not CaseVerdict.PASSED]
    assert not ill, [(one.case_id, one.expected, one.found, one.reason) for one in ill]
    assert {one.case_id for one in report.outcomes} == set(words(BOOK.side))
    files = session_run.SessionFiles(*(tmp_path / name for name in ("json", "junit", "signed")))
    signer = stand.pki.signer("sez2")
    files.write(report, signer, Language.RU)
    junit = etree.fromstring((tmp_path / "junit").read_bytes())
    assert len(junit.findall(".//testcase")) == len(report.outcomes)
    signed = (tmp_path / "signed").read_bytes()
    assert unseal(signed).session == report
    assert unseal(signed).content == (tmp_path / "json").read_bytes()
    with pytest.raises(BrokenSeal):
        unseal(seal(as_json(report), signer).replace(b'"payload": "', b'"payload": "e', 1))
    assert said[-1].startswith("барлығы")


@pytest.mark.parametrize("case_id", BROKEN)
def test_a_broken_registry_fails_its_case_alone(stand: RegistryStand, case_id: str) -> None:
    proxy = BrokenProxy(stand.address, stand.pki.signer("registry"), BROKEN[case_id]())
    place = ORDER.index(case_id)
    others = ORDER if MATRIX else [ORDER[(place + 1) % len(ORDER)]]
    with proxy.served() as address, stand.exam(address) as exam:
        failed = run_case(exam, BOOK.cases[case_id])
        assert failed.verdict is CaseVerdict.FAILED, failed
        assert failed.expected
        assert failed.cure is not None
        unlike = {
            one: outcome
            for one in others
            if one != case_id
            and (outcome := run_case(exam, BOOK.cases[one])).verdict is CaseVerdict.FAILED
        }
    assert not unlike


def test_a_registry_that_has_sealed_nothing_yet_fails_no_case_for_it(stand: RegistryStand) -> None:
    proxy = BrokenProxy(stand.address, stand.pki.signer("registry"), YoungLog())
    with proxy.served() as address, stand.exam(address) as exam:
        seen = run_case(exam, BOOK.cases["R-EXTENSION-PROOF"])
    assert seen.verdict is CaseVerdict.PASSED, seen


@pytest.mark.parametrize("case_id", SENT)
def test_a_registry_that_sends_otherwise_fails_its_case(stand: RegistryStand, case_id: str) -> None:
    with stand.exam(distortion=SENT[case_id]) as exam:
        failed = run_case(exam, BOOK.cases[case_id])
        assert failed.verdict is CaseVerdict.FAILED, failed
        others = [one for one in SENT if one != case_id] if MATRIX else []
        outcomes = {one: run_case(exam, BOOK.cases[one]).verdict for one in others}
    assert CaseVerdict.FAILED not in outcomes.values(), outcomes


def test_every_case_was_seen_failing_and_has_its_words() -> None:
    assert set(BOOK.cases) == set(words(BOOK.side))
    assert set(BOOK.cases) - set(BROKEN) - set(SENT) == NEVER_SEEN_FAILING
    known = {row.id for row in read_clauses()}
    for text in words(BOOK.side).values():
        assert set(text.clauses) <= known
        assert all((text.title.kk, text.title.ru, text.title.en))
        assert all((text.cure.kk, text.cure.ru, text.cure.en))


def test_a_command_runs_cases_and_the_other_party_verifies_the_session(
    stand: RegistryStand, tmp_path: Path
) -> None:
    signed, numbers = tmp_path / "session", tmp_path / "numbers"
    numbers.write_text(f"{stand.numbers.next_number}\n")
    authority = stand.pki.authority
    keys = ("--keys", str(authority.folder), "--numbers", str(numbers))
    files = ("--session", str(signed), "--lang", "ru")
    done = ran("sez", "conformance", "run", "--registry", stand.address, *keys, *files,
               "--case", "R-TIME", "--case", "R-HASH")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "всего 2: пройдено 2" in done.stdout
    stand.numbers.next_number = int(numbers.read_text())
    trust = ("--profile", str(stand.pki.trust))
    told = ran("contracts", "conformance", "verify", str(signed), *trust)
    assert (told.returncode, "PASSED" in told.stdout) == (0, True), told
    other = ("--signer", str(authority.chain("sez")))
    assert ran("contracts", "conformance", "verify", str(signed), *other).returncode == 1
    nobody = ran("sez", "conformance", "run", "--registry", "http://127.0.0.1:9", *keys)
    assert nobody.returncode == 2
    assert "127.0.0.1:9" in nobody.stderr
    unknown = ran("sez", "conformance", "run", "--registry", stand.address, *keys, "--case", "X")
    assert unknown.returncode == 2


def test_a_book_takes_no_two_cases_of_one_name() -> None:
    book: CaseBook[object] = CaseBook(BOOK.side)
    book.case("R-TIME")(lambda _: None)
    with pytest.raises(ValueError, match="R-TIME"):
        book.case("R-TIME")(lambda _: None)


def test_a_file_that_cannot_be_read_as_a_session_is_named_and_ends_with_2(tmp_path: Path) -> None:
    file = tmp_path / "package.xml"
    file.write_text("<a/>")
    told = ran("contracts", "conformance", "verify", str(file), "--lang", "ru")
    assert (told.returncode, f"{file} не JSON" in told.stderr) == (2, True), told
