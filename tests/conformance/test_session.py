"""A session as data: its published schema, its verdict, its signature."""

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from shared_contracts.astana_time import now
from shared_contracts.conformance.case import (
    CaseBook,
    CaseText,
    ConformanceCase,
    Deviation,
    ExaminedSide,
    Suite,
)
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.junit import as_junit
from shared_contracts.conformance.printed import NAME, document, session_pdf
from shared_contracts.conformance.registry_suite import BOOK
from shared_contracts.conformance.running import Asked, Notebook, run_session
from shared_contracts.conformance.sealed_session import TYPE, BrokenSeal, seal, unseal
from shared_contracts.conformance.session import (
    CaseOutcome,
    CaseVerdict,
    SessionReport,
    as_json,
    published_schema,
    read_session,
    session_schema,
    verdict_of,
)
from shared_contracts.conformance.session_run import SessionFiles
from shared_contracts.conformance.session_trust import judge
from shared_contracts.conformance.sez_suite import SEZ_BOOK
from shared_contracts.conformance.wire import Caller
from shared_contracts.errors import BadInput
from shared_contracts.language import Language
from shared_contracts.messages.document import LocalizedText
from tests.clauses import clause
from tests.pdf_readers import attachments, unread
from tests.pki import Pki


def outcome(verdict: CaseVerdict) -> CaseOutcome:
    return CaseOutcome(
        case_id="R-X", suites=(), clauses=(), title=LocalizedText(ru="x"), verdict=verdict,
        seconds=0.0,
    )  # fmt: skip


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(published_schema()) == session_schema()


@pytest.mark.parametrize(
    ("found", "verdict"),
    [("PASSED", "PASSED"), ("PASSED FAILED NOT_RUN", "FAILED"), ("PASSED NOT_RUN", "NOT_RUN"),
     ("", "NOT_RUN")],
)  # fmt: skip
def test_a_session_is_passed_only_if_every_case_is(found: str, verdict: str) -> None:
    assert verdict_of(outcome(CaseVerdict(one)) for one in found.split()) == verdict


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """A server that answers each connection with these bytes; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    asked, _ = listener.accept()
                except OSError:
                    return
                with asked:
                    asked.recv(65536)
                    asked.sendall(reply)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def coded(body: bytes, coding: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("coding", "found"),
    [("gzip", "gzip become more than"), ("gzip, gzip", "gzip, gzip"), ("deflate", "deflate")],
)
def test_a_small_answer_that_becomes_a_large_one_is_not_made(coding: str, found: str) -> None:
    bomb = gzip.compress(bytes(8 << 20))
    with answering(coded(bomb, coding)) as address, pytest.raises(Deviation, match=found):
        Caller(address, 10).send("GET", "/")
    with answering(coded(gzip.compress(b"<a/>"), "gzip")) as address:
        assert Caller(address, 10).send("GET", "/").body == b"<a/>"


class Nothing:
    """An examination of nobody."""

    address, sez_code, examiner = "http://127.0.0.1:1", "SEZ02", "sez2"

    def __init__(self) -> None:
        self.notebook = Notebook()


def ran(perform: Callable[[Nothing], None]) -> SessionReport:
    title = LocalizedText(kk="x", ru="x", en="x")
    case = ConformanceCase("R-X", CaseText((Suite.SECURITY,), (), title, title), perform)
    return run_session(Nothing(), Asked(ExaminedSide.REGISTRY), [case], lambda *_: None)


def act(hook: str) -> None:
    Driver(hook).act(LocalizedText(ru="x"), "audit")


def test_words_of_an_examined_system_act_on_no_terminal_and_end_no_session() -> None:
    reply = b"HTTP/1.1 500 no\r\nContent-Length: 9\r\n\r\n\x00\x1b[2J\xc2\x9bA\xff"
    with answering(reply) as hook:
        report = ran(lambda _exam: act(hook))
    [found] = report.outcomes
    assert found.verdict is CaseVerdict.NOT_RUN
    assert found.reason is not None
    assert found.reason.isprintable()
    assert "\\u001b[2J" in found.reason
    assert etree.fromstring(as_junit(report, Language.KK))[0].get("errors") == "1"
    assert read_session(as_json(report)) == report


def test_two_readers_read_every_letter_of_a_printed_session_and_its_data(tmp_path: Path) -> None:
    report = ran(lambda _exam: act("http://127.0.0.1:9"))
    pdf = session_pdf(report)
    assert unread(pdf, document(report), as_json(report), tmp_path) == {}
    assert all(inside[NAME] == as_json(report) for inside in attachments(pdf).values())
    assert session_pdf(report) == pdf


def test_where_a_session_cannot_be_written_is_told_before_it_begins(
    pki: Pki, tmp_path: Path
) -> None:
    signer = pki.signer("sez2")
    SessionFiles(signed=tmp_path / "here").check(signer)
    for path in (tmp_path / "absent" / "file", tmp_path):
        with pytest.raises(BadInput, match="folder that there is"):
            SessionFiles(junit=path).check(signer)
    with pytest.raises(BadInput, match="ES256"):
        SessionFiles(signed=tmp_path / "here").check(pki.signer("sez-gost"))


def test_a_broken_signed_session_is_told_so_whatever_is_broken(pki: Pki) -> None:
    sealed = json.loads(seal(as_json(ran(lambda _exam: None)), pki.signer("sez2")))
    head = {"alg": "ES256", "typ": TYPE, "x5c": ["AAAA"]}
    broken: list[Any] = [
        "x", "\ufeff", head | {"alg": []}, head | {"crit": ["b64"], "b64": False}, [], {},
    ]  # fmt: skip
    texts = [one if isinstance(one, str) else json.dumps(one) for one in broken]
    for text in (*texts, "[" * 100_000):
        protected = msgspec.json.encode(text.encode())[1:-1].decode()
        changed = sealed | {"protected": protected.translate(str.maketrans("+/", "-_"))}
        with pytest.raises(BrokenSeal):
            unseal(json.dumps(changed).encode())
    for changed in (sealed | {"signature": f"{sealed['signature']}!"}, [[]]):
        with pytest.raises(BrokenSeal):
            unseal(json.dumps(changed).encode())
    assert unseal(json.dumps(sealed).encode()).session.verdict is CaseVerdict.PASSED


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ended_at": now().replace(tzinfo=None)}, "has no offset"),
        ({"began_at": now() + timedelta(days=1500)}, "before began_at"),
        ({"outcomes": (outcome(CaseVerdict.PASSED),) * 2}, "R-X stands there twice"),
    ],
)
def test_a_session_that_cannot_be_is_not_read(changes: dict[str, Any], told: str) -> None:
    report = msgspec.structs.replace(ran(lambda _exam: None), **changes)
    with pytest.raises(ValueError, match=told):
        read_session(as_json(report))


@clause(
    "S216-9.1", "S216-9.2", "S216-9.3", "S216-9.4", "S216-9.5", "S216-9.6", "S216-9.7", "S216-9.8"
)
@pytest.mark.parametrize("suite", [Suite.PRELIMINARY, Suite.ACCEPTANCE])
@pytest.mark.parametrize("book", [BOOK, SEZ_BOOK], ids=["registry", "sez"])
def test_both_tests_of_the_order_carry_all_eight_objects(book: CaseBook[Any], suite: Suite) -> None:
    carried = {one for case in book.chosen((suite,), ()) for one in case.text.clauses}
    assert {f"S216-9.{number}" for number in range(1, 9)} <= carried


@pytest.mark.parametrize(
    ("before", "doubt"),
    [
        (timedelta(minutes=30), None),
        (timedelta(days=4000), "it was not in force at the end of the session"),
    ],
)
def test_the_signer_of_a_session_is_good_now_and_was_at_its_end(
    pki: Pki, before: timedelta, doubt: str | None
) -> None:
    ended = now() - before  # the authority makes the list of its own certificates now
    report = ran(lambda _exam: None)
    report = msgspec.structs.replace(report, began_at=ended, ended_at=ended)
    told = judge(unseal(seal(as_json(report), pki.signer("sez2"))), Path(pki.trust), None)
    assert (told or "").startswith(doubt or ""), told
    assert (told is None) is (doubt is None), told
