"""How the kit brings files: only after the Registry has asked for them (wire.md 17)."""

from collections.abc import Sequence

from shared_contracts import astana_time
from shared_contracts.conformance.case import NotExamined
from shared_contracts.conformance.protocol_documents import KitFile
from shared_contracts.conformance.registry_exam import RegistryExam, shown
from shared_contracts.conformance.wire import HttpSeen
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.purchase import Purchase

_TAKEN = (200, 201)


def put(exam: RegistryExam, sha256: str, content: bytes) -> HttpSeen:
    """PUT of a file under a name, and what came back."""
    seen = exam.caller.send("PUT", f"/files/{sha256}", content)
    exam.note("PUT /files/…", content, seen, f"HTTP {seen.status}")
    return seen


def with_files(exam: RegistryExam, files: Sequence[KitFile]) -> Purchase:
    """An announcement, not sent yet, that names files."""
    at = astana_time.now()
    purchase = exam.writer.single_source(uuid7(), at)
    return exam.writer.single_source(
        purchase.act.object_id, at, documents=tuple(one.document for one in files)
    )


def bring_files(exam: RegistryExam, files: Sequence[KitFile]) -> None:
    """Have the Registry ask for files, and bring them; once in a session."""
    names = frozenset(one.document.sha256 for one in files)
    if exam.established.get("files") == names:
        return
    body = exam.sealed(exam.package(exam.signed(with_files(exam, files))))
    seen = exam.post("TransferRecords", body)
    fault = seen.fault
    for file in files:
        if fault is not None and file.document.sha256 in fault.hashes:
            put(exam, file.document.sha256, file.content)
    if fault is not None and exam.post("TransferRecords", body).fault is not None:
        raise NotExamined(f"the files of the documentation were not taken: {shown(seen)}")
    exam.established["files"] = names
