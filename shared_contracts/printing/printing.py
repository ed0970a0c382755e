"""A document as PDF: its data set by a template, and attached to it as they are for programs."""

import hashlib
import subprocess
import sys
from datetime import datetime
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Final

import msgspec

from shared_contracts.errors import Defect, RefusedByRule, Temporary
from shared_contracts.printing.letters import printable
from shared_contracts.printing.typesetting import TOO_LARGE, Typesetting

MOST_BYTES: Final = 8 * 1024 * 1024
"""Most bytes of what is printed, and of what is attached."""
MOST_PDF_BYTES: Final = 64 * 1024 * 1024
"""Most bytes of a PDF."""
SECONDS: Final = 60
"""Longest that one document may take, and the seconds of computing that it may take."""
MEMORY: Final = 1 << 30
"""Bytes of address space of the process that sets a document."""
TOGETHER: Final = 2
"""Documents that are set at the same time; others wait for ``SECONDS`` at most."""

_turns = BoundedSemaphore(TOGETHER)


class DocumentTemplate(StrEnum):
    """The templates, by the names of their files in ``templates``."""

    DOCUMENT = "document"
    """Blocks in their order: takes a ``PrintedDocument``."""


class Attachment(msgspec.Struct, frozen=True):
    """What a program reads instead of the pages: UTF-8 text, such as JSON."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 in lower hex, which the last page shows."""
        return hashlib.sha256(self.content).hexdigest()


def print_pdf(
    data: msgspec.Struct,
    attached: Attachment,
    at: datetime,
    template: DocumentTemplate = DocumentTemplate.DOCUMENT,
) -> bytes:
    """PDF/A-3a of ``data``, with ``attached`` inside; formed at ``at``, which the data tell.

    The same three give the same bytes. The template has ``title`` and ``number`` of the data for
    its page. ``RefusedByRule`` for data that are too large or take too long, ``Temporary`` while
    others are being set, ``Defect`` if the template does not fit the data.
    """
    told = msgspec.json.encode(_printable(msgspec.to_builtins(data)))
    if max(len(told), len(attached.content)) > MOST_BYTES:
        raise RefusedByRule(f"a document of more than {MOST_BYTES} bytes is not printed")
    wanted = Typesetting(
        template=template.value,
        at=int(at.timestamp()),
        memory=MEMORY,
        seconds=SECONDS,
        inputs={
            "data": told.decode(),
            "attached": attached.content.decode(),
            "attached-name": attached.name,
            "attached-type": attached.media_type,
            "attached-sha256": attached.sha256,
        },
    )
    return _in_turn(wanted)


def _in_turn(wanted: Typesetting) -> bytes:
    if not _turns.acquire(timeout=SECONDS):
        raise Temporary(f"{TOGETHER} documents are being printed already: ask again later")
    try:
        return _apart(wanted)
    finally:
        _turns.release()


def _apart(wanted: Typesetting) -> bytes:
    """The PDF, set by a process of its own, which is bounded."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "shared_contracts.printing.typesetting"],
            input=msgspec.json.encode(wanted),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise RefusedByRule(
            f"the document was not printed within {SECONDS} seconds: it is too large"
        ) from problem
    if done.returncode < 0 or done.returncode == TOO_LARGE or len(done.stdout) > MOST_PDF_BYTES:
        raise RefusedByRule("the document needs more time or memory than one may take")
    if done.returncode:
        raise Defect(f"the document cannot be printed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _printable(data: object) -> object:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {name: _printable(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_printable(value) for value in data]
    return data
