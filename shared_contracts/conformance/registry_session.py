"""A session that examines a Registry, from the options of its command."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from shared_contracts.conformance.command_options import SessionWanted
from shared_contracts.conformance.kit_sez import KitSez
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.registry_exam import LoadBounds, RegistryExam, SequenceNumbers
from shared_contracts.conformance.registry_suite import BOOK
from shared_contracts.conformance.relay import served
from shared_contracts.conformance.session_run import (
    caller_of,
    driver_of,
    list_cases,
    run_wanted,
)
from shared_contracts.errors import BadInput
from shared_contracts.messages.document import Environment


@dataclass(frozen=True, slots=True)
class NumberFile:
    """Keeps the next number of the kit's sequence between sessions: each is used once."""

    path: Path

    def read(self) -> int:
        """The next number; 1 where the file is not there yet."""
        if not self.path.exists():
            return 1
        text = self.path.read_text("ascii").strip()
        if not text.isdecimal() or not int(text):
            raise BadInput(f"{self.path} holds {text[:40]!r}: the next number of the sequence")
        return int(text)

    def write(self, number: int) -> None:
        """Keep the next number."""
        self.path.write_text(f"{number}\n", "ascii")


@dataclass
class RegistryKit:
    """Which Registry is examined, and as whom the kit speaks to it."""

    address: str
    keys: Path
    system: str
    sez_code: str
    environment: Environment
    numbers: Path | None = None
    packages: int = LoadBounds.packages
    late: float = LoadBounds.late_seconds
    listen: str | None = None


def examine(kit: RegistryKit, wanted: SessionWanted) -> int:
    """Run the session, or list its cases; gives the exit code."""
    if wanted.list_them:
        return list_cases(BOOK, wanted)
    keys = KitKeys(kit.keys, kit.system)
    kept = NumberFile(kit.numbers or Path(f"conformance-{kit.sez_code}.number"))
    sequence = SequenceNumbers(kept.read(), kept.write)
    caller = caller_of(kit.address, "--registry", wanted)
    exam = RegistryExam(caller, keys, kit.sez_code, environment=kit.environment, numbers=sequence)
    exam.driver = driver_of(wanted)
    exam.load = LoadBounds(packages=kit.packages, late_seconds=kit.late)
    with ExitStack() as stack:
        if kit.listen is not None:
            exam.kit_sez = KitSez(lambda: keys.signer, kit.sez_code)
            exam.listens_at = f"http://{kit.listen}"
            stack.enter_context(served(exam.kit_sez.app(), kit.listen))
        return run_wanted(exam, BOOK, wanted, keys.signer)
