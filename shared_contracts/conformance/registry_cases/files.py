"""Files of the documentation: asked for by name, taken, refused (wire.md 17, S216-9.1)."""

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.protocol_documents import KitFile, files_of
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.file_sending import put, with_files
from shared_contracts.conformance.registry_exam import RegistryExam, accepted
from shared_contracts.conformance.wire import HttpSeen, digest
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.file_transfer import FileTaken, FileTransfer
from shared_contracts.messages.receipt import Receipt
from shared_contracts.soap.fault import read_detail

_CREATED = 201


@BOOK.case("R-FILES-ASKED")
def asked(exam: RegistryExam) -> None:
    """The fault FILES_MISSING names exactly the files that are not there, and when to come."""
    _, missing, seen = _asked(exam)
    exam.fault(seen, Fault.FILES_MISSING)
    found = seen.fault
    names = {one.document.sha256 for one in missing}
    if found is None or set(found.hashes) != names or found.retry_after is None:
        raise Deviation(f"{len(names)} Hash and RetryAfterSeconds", f"{found}")


@BOOK.case("R-FILES-TAKEN")
def taken(exam: RegistryExam) -> None:
    """What was asked for is taken, and the same bytes of the package are then recorded."""
    body, missing, _ = _asked(exam)
    for file in missing:
        seen = put(exam, file.document.sha256, file.content)
        if seen.status != _CREATED:
            raise Deviation(f"HTTP {_CREATED}", f"HTTP {seen.status}")
    accepted(exam.read(exam.post("TransferRecords", body), Receipt))


@BOOK.case("R-FILES-BY-SOAP")
def by_soap(exam: RegistryExam) -> None:
    """A small file may come by TransferFile (S216-18.5)."""
    _, missing, _ = _asked(exam)
    file = missing[0]
    question = exam.question(FileTransfer, sha256=file.document.sha256, content=file.content)
    answer = exam.answer("TransferFile", question, FileTaken)
    if (answer.sha256, answer.size, answer.new) != (
        file.document.sha256,
        len(file.content),
        True,
    ):
        raise Deviation("FileTaken with hash, size and New=true", f"{answer}")


@BOOK.case("R-FILES-UNASKED")
def unasked(exam: RegistryExam) -> None:
    """A file that nobody asked for is not taken."""
    content = uuid7().bytes
    _refuses(put(exam, digest(content), content), Fault.FILE_NOT_ASKED)


@BOOK.case("R-FILES-OTHER")
def other_bytes(exam: RegistryExam) -> None:
    """Other bytes than the name says are not taken."""
    _, missing, _ = _asked(exam)
    _refuses(put(exam, missing[0].document.sha256, b"%PDF other"), Fault.FILE_HASH_WRONG)


def _asked(exam: RegistryExam) -> tuple[bytes, tuple[KitFile, ...], HttpSeen]:
    """A package whose files nobody has, the files, and what the Registry says to it."""
    files = files_of(f"{uuid7()}", astana_time.now())[:1]
    body = exam.sealed(exam.package(exam.signed(with_files(exam, files))))
    return body, files, exam.post("TransferRecords", body)


def _refuses(seen: HttpSeen, fault: Fault) -> None:
    told = read_detail(seen.body)
    code = told.code if told else "no code"
    if seen.status < 400 or code != fault:  # noqa: PLR2004  # HTTP's errors
        raise Deviation(f"HTTP 4xx {fault}", f"HTTP {seen.status} {code}")
