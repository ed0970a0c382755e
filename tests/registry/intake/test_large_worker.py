"""The wait for the process of a large document ends, and memory's end is told as what it is."""

import time
from multiprocessing import Pipe
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from registry.intake.content_report import ExaminedDocument
from registry.intake.large_worker import _with_listing
from registry.intake.slice_check import examine_large
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.package import FileRef
from tests.clauses import clause
from tests.registry.intake.test_large import large
from tests.story import Story, record


@clause("S216-18.5")
def test_a_process_that_stops_between_report_and_listing_is_not_waited_for() -> None:
    ours, theirs = Pipe()
    document = ExaminedDocument(number=1, sha256="", size=0, apart=Apart(sha256=""))
    with ours, theirs, pytest.raises(Unprocessed) as busy:
        _with_listing(ours, document, time.monotonic() + 0.05)
    assert busy.value.fault is Fault.BUSY
    ours, theirs = Pipe()
    with ours, theirs:
        theirs.send_bytes(b"[]")
        read = _with_listing(ours, document, time.monotonic() + 5)
    assert read.apart == Apart(sha256="", listing=b"[]")


def full() -> None:
    """What is asked between slices, when there is no more memory."""
    raise MemoryError


@clause("S216-18.5")
def test_where_memory_has_ended_a_document_is_not_called_broken(
    story: Story, tmp_path: Path
) -> None:
    kept = tmp_path / str(uuid4())
    kept.write_bytes(b"<Programme><Items>")
    ref = FileRef(sha256="0" * 64, size=kept.stat().st_size)
    whole = record(story.sign(large(story, 1)))
    beside = msgspec.structs.replace(whole, document=None, file_ref=ref)
    assert (examine_large(1, beside, kept).unreadable or "").startswith("NOT_XML")
    with pytest.raises(MemoryError):
        examine_large(1, beside, kept, check=full)
