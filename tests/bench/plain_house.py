"""The plain stack in worker processes, as it is deployed on a machine of several cores."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from registry.classifiers.builtin import builtin
from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import now
from shared_contracts.files import FileStore
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import FileSigner
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.bench.measure import timed
from tests.bench.plain import Plain
from tests.bench.plain_checks import Bench
from tests.bench.plain_log import PlainLog
from tests.bench.sender import ENTRY


@dataclass(frozen=True)
class Recipe:
    """All that a worker needs to open a plain stack of its own over the common database."""

    settings: Mapping[str, str]
    trust: Path
    key: Path
    chain: Path
    files: Path

    def open(self) -> Plain:
        """A plain stack at work."""
        profile = load_profile(self.trust)
        files = FileStore(self.files)
        bench = Bench(
            log=PlainLog(dict(self.settings)),
            checker=CertificateChecker(profile, HttpFetch(profile.limits)),
            system=SystemRegistered(environment=Environment.STAND, registered_at=now(), **ENTRY),
            codes=builtin(),
            find=lambda sha256: files.path(sha256) if files.has(sha256) else None,
        )
        return Plain(bench, FileSigner(self.key, self.chain))


@dataclass(frozen=True)
class House:
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
                raise RuntimeError(f"the plain stack refused {refused} good packages")


@contextmanager
def plain_house(recipe: Recipe, processes: int, threads: int) -> Iterator[House]:
    """Start the workers, and end them."""
    recipe.open().bench.log.close()  # the tables are there before the workers come
    lines: list[Connection] = []
    workers = []
    try:
        for _ in range(processes):  # one after another: the library makes its tables each time
            line, worker = _begin(recipe, threads)
            lines.append(line)
            workers.append(worker)
            line.recv()
        yield House(tuple(lines))
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
    plain = recipe.open()
    line.send("open")
    with ThreadPoolExecutor(threads) as executor, suppress(EOFError):
        while True:
            messages = line.recv()
            line.send("ready")
            line.recv()
            answers = list(executor.map(plain.handle, messages))
            line.send(sum(b"ACCEPTED<" not in answer for answer in answers))
