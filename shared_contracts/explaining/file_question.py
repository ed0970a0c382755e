"""From what a person types to a question about a signed file."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared_contracts.astana_time import now
from shared_contracts.explaining.explain import VerificationQuestion
from shared_contracts.explaining.trust_import import open_profile
from shared_contracts.explaining.wording import Unusable, cause
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import DocumentKind
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.validation.saved import SavedAnswers
from shared_contracts.xml import schema

_NUMBER = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """For which moment is asked, and by whose trust."""

    at: datetime
    checker: CertificateChecker | None

    def about(self, numbers: Sequence[str], kind: DocumentKind | None) -> VerificationQuestion:
        """The question with BIN or IIN of those who may be signed for, and as what; Unusable."""
        for number in numbers:
            if not _NUMBER.fullmatch(number):
                raise Unusable("NUMBER", number)
        return VerificationQuestion(self.at, self.checker, tuple(numbers), kind)


@contextmanager
def asking(at: str, profile: Path | None, offline: Path | None) -> Iterator[FileQuestion]:
    """Ask the authorities of a trust profile, or saved answers, as long as this is open.

    Raises Unusable for a moment, a profile or a folder that cannot be used.
    """
    moment = read_moment(at)
    if profile is None:
        if offline is not None:
            raise Unusable("OFFLINE_ALONE", offline)
        yield FileQuestion(moment, None)
        return
    trusted = open_profile(profile)
    if offline is not None:
        yield FileQuestion(moment, CertificateChecker(trusted, _saved(offline, moment)))
        return
    with closing(HttpFetch(trusted.limits)) as fetch:
        yield FileQuestion(moment, CertificateChecker(trusted, fetch))


def read_moment(written: str) -> datetime:
    """A moment with its offset; the present one if nothing is written; Unusable otherwise."""
    if not written:
        return now()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as wrong:
        raise Unusable("MOMENT", written) from wrong
    if moment.tzinfo is None:
        raise Unusable("MOMENT", written)
    return moment


def read_signed(path: Path) -> bytes:
    """The bytes of a file, as they are; Unusable if not readable, no XML, or too much."""
    try:
        size = path.stat().st_size
        if size > MESSAGE_BYTES:
            raise Unusable("TOO_LARGE", path, size, str(MESSAGE_BYTES))
        data = path.read_bytes()
    except OSError as wrong:
        raise Unusable("FILE", path, cause(wrong)) from wrong
    try:
        schema.parse(data)
    except Unprocessed as problem:
        if problem.fault is not Fault.DTD_FORBIDDEN:  # which is a verdict of its own
            flaw = "NOT_XML" if problem.fault is Fault.NOT_XML else "LIMITS"
            raise Unusable(flaw, path, problem.detail) from problem
    return data


def _saved(folder: Path, at: datetime) -> SavedAnswers:
    try:
        return SavedAnswers(folder, at)
    except (OSError, ValueError) as wrong:
        raise Unusable("OFFLINE", folder, cause(wrong)) from wrong
