"""Whether the tests notice a mutant: they run in a process of their own, which knows it alone."""

import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import tempfile
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from typing_extensions import override

from tests.mutants.mutant import FOLDERS, ROOT, Mutant

TESTS = (
    "tests/shared_contracts/rules",
    "tests/registry/records/rules",
    "tests/registry/purchases/test_course.py",
)
"""The tests that hold the rules, quickest first."""

OPTIONS = (
    *("-q", "-x", "--noconftest", "-p", "no:cacheprovider"),
    *("-p", "no:xdist", "-p", "no:hypothesispytest"),
    *("-k", "not millisecond and not whatever and not no_sequence"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what was imported beforehand
)
"""How pytest runs: until the first failure, without what takes seconds or measures time.

What is noticed only by the long search of a property has no case of its own, and needs one.
"""

OURS = ("registry", "sez", "shared_contracts", "deploy", "tests")
"""The packages of the project."""

LONGEST = 90
"""Seconds of computing after which a mutant counts as noticed: it never ends.

Not seconds of the clock: on a machine with other work a mutant that no test notices would count as
noticed, and the tests as failing.
"""

SLEEPING = 1800
"""Seconds of the clock after which it counts as noticed: it waits for what never comes."""

PRELOADED = ("hypothesis", "shared_contracts.xml.schema", "shared_contracts.classifiers.builtin")
"""What every trial needs and no mutant touches: imported once, before the processes part."""


class Altered(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module in its altered form."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.source = mutant, mutant.source()

    @override
    def find_spec(self, fullname: str, *_rest: object) -> ModuleSpec | None:
        """The altered module, and no other."""
        if fullname != self.mutant.module:
            return None
        path = str(ROOT / self.mutant.file)
        return importlib.util.spec_from_file_location(fullname, path, loader=self)

    @override
    def exec_module(self, module: ModuleType) -> None:
        """Run the altered source as the module."""
        exec(compile(self.source, str(ROOT / self.mutant.file), "exec"), module.__dict__)  # noqa: S102


def preload() -> bool:
    """Import what all trials share, and run the tests as the code is; whether they passed.

    A first trial tells which libraries the tests load; of the project only what no mutant touches
    is imported. RuntimeError if a module to be altered came with it.
    """
    for name in PRELOADED:
        importlib.import_module(name)
    with tempfile.NamedTemporaryFile("r") as told:
        start(None, told.name)
        passed = ended()[1]
        for name in filter(_is_library, told.read().split()):
            with contextlib.suppress(
                Exception
            ):  # parts of libraries that want to be imported in order
                importlib.import_module(name)
    early = [name for name in sys.modules if name.startswith(tuple(map(_package, FOLDERS)))]
    if early:
        raise RuntimeError(f"imported before it is altered: {', '.join(early)}")
    return passed


def start(mutant: Mutant | None, told: str = "") -> int:
    """Start a trial of ``mutant``, or of the code as it is; the process id.

    The names of all modules that were loaded are written to the file ``told``, if it is named.
    """
    child = os.fork()
    if child:
        return child
    try:
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        signal.alarm(SLEEPING)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        if mutant is not None:
            sys.meta_path.insert(0, Altered(mutant))
        ended_with = int(pytest.main([*OPTIONS, *(str(ROOT / test) for test in TESTS)]))
        if told:
            Path(told).write_text("\n".join(sys.modules), "utf-8")
        os._exit(ended_with)
    except BaseException:  # noqa: BLE001  # the process ends here, whatever happened
        os._exit(70)


def ended() -> tuple[int, bool]:
    """Wait for a trial to end: its process id, and whether the tests passed."""
    child, status = os.wait()
    return child, status == 0


def _is_library(name: str) -> bool:
    return name.partition(".")[0] not in {*OURS, "__main__", "conftest"}


def _package(folder: str) -> str:
    return folder.replace("/", ".")
