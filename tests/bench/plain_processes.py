"""A stack in worker processes, as it is deployed on a machine of several cores."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import now
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.files import FileStore
from shared_contracts.messages.document import Environment
from shared_contracts.process.garbage import collect_seldom
from shared_contracts.signing.sign import FileSigner
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.bench.measure import timed
from tests.bench.plain import Plain
from tests.bench.plain_checks import Bench
from tests.bench.plain_log import PlainLog
from tests.bench.plain_tools import SpyneTools
from tests.bench.sender import ENTRIES
from tests.bench.strong import Strong, XmlsecTools


class Stack(Protocol):
    """What answers messages."""

    def accepts(self, body: bytes) -> bool:
        """Answer a message and say whether all is well with it."""

    def close(self) -> None:
        """Let go of what is held."""


class Recipe(Protocol):
    """All that a worker needs to open a stack of its own over the common database."""

    def open(self) -> Stack:
        """A stack at work."""


@dataclass(frozen=True)
class PlainRecipe:
    """A plain stack, or with ``strong`` the strong one, for the senders of the bench."""

    settings: Mapping[str, str]
    trust: Path
    key: Path
    chain: Path
    files: Path
    strong: bool = False

    def open(self) -> Plain:
        """The stack at work."""
        profile = load_profile(self.trust)
        files, signer = FileStore(self.files), FileSigner(self.key, self.chain)
        bench = Bench(
            log=PlainLog(dict(self.settings)),
            checker=CertificateChecker(profile, HttpFetch(profile.limits)),
            systems={
                entry["code"]: SystemRegistered(
                    environment=Environment.STAND, registered_at=now(), **entry
                )
                for entry in ENTRIES
            },
            codes=builtin(),
            find=lambda sha256: files.path(sha256) if files.has(sha256) else None,
            tools=XmlsecTools(signer) if self.strong else SpyneTools(signer),
        )
        return Strong(bench, signer) if self.strong else Plain(bench, signer)


@dataclass(frozen=True)
class PlainProcesses:
    """Worker processes that wait for messages; each works with the same number of threads."""

    lines: tuple[Connection, ...]

    def work(self, messages: Sequence[bytes]) -> float:
        """Seconds in which all messages are answered; handing them out is not counted."""
        for number, line in enumerate(self.lines):
            line.send(list(messages[number :: len(self.lines)]))
        for line in self.lines:
            line.recv()
        return timed(self._go)

    def _go(self) -> None:
        for line in self.lines:
            line.send(None)
        for line in self.lines:
            if (refused := line.recv()) != 0:
                raise RuntimeError(f"a stack refused {refused} good packages")


@contextmanager
def plain_processes(recipe: Recipe, processes: int, threads: int) -> Iterator[PlainProcesses]:
    """Start the workers, and end them."""
    recipe.open().close()  # the tables are there before the workers come
    lines: list[Connection] = []
    workers = []
    try:
        for _ in range(processes):  # one after another: the library makes its tables each time
            line, worker = _begin(recipe, threads)
            lines.append(line)
            workers.append(worker)
            line.recv()
        yield PlainProcesses(tuple(lines))
    finally:
        for line in lines:
            line.close()
        for worker in workers:
            worker.join()


def _begin(recipe: Recipe, threads: int) -> tuple[Connection, BaseProcess]:
    context = get_context("spawn")
    near, far = context.Pipe()
    worker = context.Process(target=_work, args=(far, recipe, threads), daemon=True)
    worker.start()
    far.close()  # so that the end of one side is seen by the other
    return near, worker


def _work(line: Connection, recipe: Recipe, threads: int) -> None:
    """What a worker does: answer batches until nobody asks any more."""
    stack = recipe.open()
    collect_seldom()  # as ours does
    line.send("open")
    with ThreadPoolExecutor(threads) as executor, suppress(EOFError):
        while True:
            messages = line.recv()
            line.send("ready")
            line.recv()
            line.send(sum(not well for well in executor.map(stack.accepts, messages)))
