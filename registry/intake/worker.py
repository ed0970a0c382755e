"""One worker process of the intake: it examines the packages that come over its pipe."""

import os
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from registry.intake.content_check import FindFile, examine_package
from registry.intake.content_report import Ask, Permission, WorkRequest, pack, pack_request
from shared_contracts.faults import Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.http.body_garbage import BODIES
from shared_contracts.messages.package import Package
from shared_contracts.process import child
from shared_contracts.process.child import READY, Worker, leave_ending_to_parent
from shared_contracts.process.garbage import collect_seldom
from shared_contracts.xml.envelope import open_envelope, payload_in, payload_of
from shared_contracts.xml.plain import plain

YIELDS = 5
"""The priority of workers (nice): the process that writes and hands out work goes first."""

QUESTION = b"?"
"""With this begins what a worker says when it asks for permission during an examination."""


def begin(files: Path) -> Worker:
    """Start a worker that examines; OSError if it is not ready in time."""
    return child.begin(files, _work)


def _work(pipe: Connection, files: Path) -> None:
    """What a worker does: answer until nobody asks any more."""
    find = FileStore(files).find
    leave_ending_to_parent()
    os.nice(YIELDS)
    collect_seldom()
    pipe.send_bytes(READY)
    while True:
        try:
            body = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            pipe.send_bytes(_answer(body, find, partial(_asked, pipe)))
        except (EOFError, OSError):
            return
        BODIES.left(len(body))


def _asked(pipe: Connection, asked: WorkRequest) -> Permission:
    """The permission that the asking process gives, or not."""
    pipe.send_bytes(QUESTION + pack_request(asked))
    return Permission(pipe.recv_bytes().decode())


def _answer(body: bytes, find: FindFile, ask: Ask) -> bytes:
    """What is found out about the package in a message; nothing where it cannot be opened."""
    try:
        element = payload_of(open_envelope(body, None), "Package")
    except Unprocessed:
        return b""
    written = plain(payload_in(body), Package)
    return pack(examine_package(element, find, ask, written=written))
