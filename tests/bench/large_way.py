"""A programme of 100,000 items from a file at the SEZ to its receipt, between two processes.

``python -m tests.bench.large_way`` starts both systems by their commands, loads the programme by
``sez programme load FILE``, waits until it is SYNCHRONISED and its items are listed, and audits
both stores. It tells the time of each stage, and ends with 1 where a process had more memory than
is promised (``BOUNDS``) or not all came as it should.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from registry.intake import large_worker
from sez.publication import large_process
from shared_contracts.event_log.auditing.audit import audit
from tests.bench.bulk import programme
from tests.bench.processes import Roots, Usage, spent, watched
from tests.journeys.stand import Stand, running_stand
from tests.pki import Pki

ITEMS: Final = 100_000

YEAR: Final = 2031

SIGNER: Final = "customer1-head"

PATIENCE: Final = 3600.0
"""Most seconds for a stage."""

_MIB: Final = 1024 * 1024

BOUNDS: Final[Mapping[str, int]] = {
    "registry": 384 * _MIB,
    "registry worker": 128 * _MIB,
    "registry large": large_worker.MEMORY,
    "sez": 384 * _MIB,
    "sez large": large_process.MEMORY,
}
"""Most bytes of resident memory that a process may have had, by what it is."""


@dataclass(slots=True)
class Course:
    """What came of a run: stages with their seconds, what each took of the processor, flaws."""

    usage: Usage
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    flaws: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage: seconds by the clock, and of the processor by role."""
        began, before = time.monotonic(), self.usage.processor()
        yield
        seconds = round(time.monotonic() - began, 1)
        used = spent(before, self.usage.processor())
        self.stages[name] = {"seconds": seconds, "processor": used}
        _tell(f"{name}: {seconds:g} s; of the processor {used}")

    def check(self, holds: bool, told: str) -> None:  # noqa: FBT001  # what must hold
        """Note a flaw where something does not hold."""
        if not holds:
            self.flaws.append(told)


def main(arguments: list[str]) -> int:
    """Play it once; 0 where all that is promised held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--results", type=Path, default=Path(".bench/large-way.json"))
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tru-large-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the user of PostgreSQL has to come through
        told = played(folder, asked.items)
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    asked.results.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    _tell(json.dumps(told, indent=2, ensure_ascii=False))
    return 1 if told["flaws"] else 0


def played(folder: Path, items: int) -> dict[str, Any]:
    """What a run in ``folder`` came to: stages, peaks in MB, flaws; both systems have ended."""
    pki = Pki(folder / "pki")
    try:
        with running_stand(pki, folder, None) as stand:
            file = folder / "programme.json"
            file.write_bytes(msgspec.json.encode(_asked(items)))
            _begin(stand)
            with watched(Roots.of(_pid(stand, "registry"), _pid(stand, "sez"))) as usage:
                course = Course(usage)
                _travel(stand, course, file, items)
            _hold_to_bounds(course)
            _audit(stand, course)
            return {
                "items": items,
                "file MB": round(file.stat().st_size / 1e6, 1),
                "load": round(os.getloadavg()[1], 1),
                "stages": course.stages,
                "peak MB": {role: round(most / 1e6) for role, most in usage.peak.items()},
                "begun MB": {role: round(most / 1e6) for role, most in usage.begun.items()},
                "flaws": course.flaws,
            }
    finally:
        pki.stop()


def _asked(items: int) -> dict[str, Any]:
    return {"programme": programme(items, YEAR), "signers": [SIGNER]}


def _begin(stand: Stand) -> None:
    stand.start_registry()
    stand.start_sez()
    stand.enter_sez()


def _pid(stand: Stand, name: str) -> int:
    return int((stand.folder / f"{name}.pid").read_text())


def _travel(stand: Stand, course: Course, file: Path, items: int) -> None:
    """Load the programme, and follow it until its items are listed."""
    with course.stage("uploaded and formed"):
        object_id = _loaded(stand, file)
    with course.stage("sent, under a ticket"):
        _until(lambda: _stand(stand, object_id)["ticketed"])
    with course.stage("examined, recorded, SYNCHRONISED"):
        _until(lambda: _stand(stand, object_id)["there"])
    with course.stage("listed"):
        [row] = _until(lambda: stand.registry.get("/api/v1/programmes", year=YEAR))
        course.check(row["items"] == items, f"the Registry lists {row['items']} items of {items}")
        address = f"/api/v1/programmes/{row['registry_id']}/items"
        _until(lambda: stand.registry.get(address, limit=1))


def _loaded(stand: Stand, file: Path) -> str:
    """Load the file by the SEZ's own command; the id of the programme."""
    done = subprocess.run(
        [Path(sys.executable).parent / "sez", "programme", "load", str(file), "--json"],
        env={**os.environ, **stand.sez_environment()},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"it ended with {done.returncode}: {done.stderr[-2000:]}")
    return str(json.loads(done.stdout)["object_id"])


def _stand(stand: Stand, object_id: str) -> dict[str, bool]:
    """Whether the programme is under a ticket, and whether it is there; RuntimeError if refused."""
    [row] = stand.sez.get(f"/api/v1/outbox/{object_id}")
    if row["state"] in {"REFUSED", "STOPPED"}:
        raise RuntimeError(f"the programme is {row}")
    there = row["state"] == "SYNCHRONISED"
    condition = row["condition"] or {}
    return {"ticketed": there or condition.get("code") == "TICKETED", "there": there}


def _until(look: Callable[[], Any]) -> Any:  # whatever is seen
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not seen within {PATIENCE:g} s")
        time.sleep(0.2)
    return seen


def _hold_to_bounds(course: Course) -> None:
    for role, most in BOUNDS.items():
        had = course.usage.peak.get(role, 0)
        course.check(had > 0, f"no process of the kind {role!r} was seen")
        course.check(had <= most, f"{role} had {had / 1e6:.0f} MB, {most / 1e6:.0f} at most")


def _audit(stand: Stand, course: Course) -> None:
    """End both systems, and audit what they stored."""
    for name in ("sez", "registry"):
        code, _ = stand.terminate(name)
        course.check(code == 0, f"{name} ended with {code}")
    with course.stage("audited"):
        for name in ("sez", "registry"):
            with stand.own_postgres(name) as dsn:
                found = audit(dsn).differences
                course.check(not found, f"audit of {name}: {found[:3]}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
