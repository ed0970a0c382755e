"""A session as a command runs it: progress, files, exit code."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import typer

from shared_contracts.conformance.case import CaseBook, ConformanceCase, Deviation, Suite
from shared_contracts.conformance.command_options import SessionWanted
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.junit import as_junit
from shared_contracts.conformance.running import Asked, Examination, run_session
from shared_contracts.conformance.sealed_session import seal
from shared_contracts.conformance.session import (
    CaseOutcome,
    CaseVerdict,
    SessionReport,
    as_json,
)
from shared_contracts.conformance.telling import listed, outcome_lines, said, total_line
from shared_contracts.conformance.wire import Caller
from shared_contracts.errors import BadInput
from shared_contracts.language import Language
from shared_contracts.messages.document import LocalizedText
from shared_contracts.signing.signers import Signer

X = TypeVar("X", bound=Examination)

EXIT_CODES = {CaseVerdict.PASSED: 0, CaseVerdict.FAILED: 1, CaseVerdict.NOT_RUN: 2}
"""How the command ends: all passed, one failed, or not all could be run."""


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """Where a session is written, as far as it is wanted: JSON, JUnit XML, PDF, the signed file."""

    as_json: Path | None = None
    junit: Path | None = None
    signed: Path | None = None
    pdf: Path | None = None

    def check(self, signer: Signer) -> None:
        """Refuse, ``BadInput``, what could not be written when the session has ended."""
        for path in filter(None, (self.as_json, self.junit, self.signed, self.pdf)):
            if path.is_dir() or not path.resolve().parent.is_dir():
                raise BadInput(f"{path}: name a file in a folder that there is")
        if self.signed is not None:
            seal(b"", signer)

    def write(self, session: SessionReport, signer: Signer, language: Language) -> None:
        """Write all that is wanted."""
        content = as_json(session)
        if self.as_json is not None:
            self.as_json.write_bytes(content)
        if self.junit is not None:
            self.junit.write_bytes(as_junit(session, language))
        if self.signed is not None:
            self.signed.write_bytes(seal(content, signer))
        if self.pdf is not None:
            from shared_contracts.conformance.printed import session_pdf  # noqa: PLC0415  # sessions without a PDF need no typst

            self.pdf.write_bytes(session_pdf(session))


@dataclass(frozen=True, slots=True)
class Reporter:
    """Tells of each case while the session runs: results by ``say``, progress by ``progress``."""

    language: Language
    say: Callable[[str], None]
    progress: Callable[[str], None]

    def heard(
        self, number: int, count: int, case: ConformanceCase[Any], outcome: CaseOutcome | None
    ) -> None:
        """A case begins, or has its outcome."""
        if outcome is None:
            self.progress(f"{number}/{count} {case.case_id} …")
        else:
            self.say("\n".join(outcome_lines(outcome, self.language)))


def run(exam: X, book: CaseBook[X], asked: Asked, reporter: Reporter) -> SessionReport:
    """Run the cases that are asked for, and tell how they ended.

    ``BadInput`` names a case that there is not.
    """
    cases = list(book.chosen(asked.suites, asked.case_ids))
    session = run_session(exam, asked, cases, reporter.heard)
    reporter.say(total_line(session, reporter.language))
    return session


def run_wanted(exam: X, book: CaseBook[X], wanted: SessionWanted, signer: Signer) -> int:
    """Run the cases with progress on standard error, write the files; gives the exit code."""
    reporter = Reporter(wanted.language, typer.echo, lambda line: typer.echo(line, err=True))
    files = SessionFiles(wanted.json, wanted.junit, wanted.signed, wanted.pdf)
    files.check(signer)
    session = run(exam, book, Asked(book.side, wanted.suites, wanted.case_ids), reporter)
    files.write(session, signer, wanted.language)
    return EXIT_CODES[session.verdict]


def list_cases(book: CaseBook[Any], wanted: SessionWanted) -> int:
    """List the cases that are asked for, all where none is named; gives the exit code."""
    suites = wanted.suites or (() if wanted.case_ids else tuple(Suite))
    for line in listed(book.chosen(suites, wanted.case_ids), wanted.language):
        typer.echo(line)
    return 0


def driver_of(wanted: SessionWanted) -> Driver:
    """How the examined system is brought to act."""

    def tell(what: LocalizedText) -> None:
        words = getattr(what, wanted.language)
        typer.echo(f"{said('operator', wanted.language)}: {words}", err=True)

    return Driver(wanted.hook, tell, wanted.patience)


def caller_of(address: str, option: str, wanted: SessionWanted) -> Caller:
    """What calls a system that answers; ``BadInput`` where none is named, or none answers."""
    if not address.startswith(("http://", "https://")):
        raise BadInput(f"{option} {address!r}: give the address of the system, https://HOST:PORT")
    caller = Caller(address, wanted.timeout)
    try:
        seen = caller.send("GET", "/soap/?wsdl")
        why = None if seen.status == _FOUND else f"HTTP {seen.status} for /soap/?wsdl"
    except Deviation as silence:
        why = silence.found
    if why is not None:
        caller.close()
        raise BadInput(said("unreachable", wanted.language, address=address, why=why))
    return caller


_FOUND = 200
