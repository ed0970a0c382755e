"""(m) An audit of a million objects: bytes on the wire by trees of checksums, against the list.

An object is changed as a dishonest administrator would do it: a property within the signed bytes,
and the tree that is kept. The bytes are those of the bodies of both directions as they pass,
compressed: until the object is named, and with its signed record, by which the property is named.
A note tells them with the heads of HTTP. The SEZ was called once before, as the hourly watch over
logs does it.
"""

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from registry.audits.order import AuditWanted
from registry.audits.questions import Call
from registry.audits.states import AuditState, EndedAudit
from sez.app import SezSystem
from shared_contracts.event_log.checksums.kept import KeptChecksum, keep
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from shared_contracts.soap.wire import Passed
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure
from tests.bench.relay import Relay
from tests.bench.tree_stores import AUTHORITY, KIND, Stores, stores

NODE_MODULES = Path(__file__).resolve().parents[2] / ".tools" / "node_modules"

SHOWN = 8
"""Calls of an audit whose bytes are told one by one."""


PROPERTY = "/Purchase/Name/Ru"
TO_OTHER = (b"<Ru>", b"<Ru>X")
"""What is changed in a document, and how."""


@dataclass
class Counted:
    """The calls of the Registry: how many, and the bytes of both directions as they passed."""

    call: Call
    passed: Passed
    relay: Relay
    reached: list[int] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    longest: float = 0.0

    def note(self) -> None:
        """How many bytes passed up to now, of bodies and in all."""
        self.reached.append(int(sum(self.passed.told().values())))
        self.whole.append(self.relay.octets)

    def __call__(self, endpoint: str, operation: str, body: bytes) -> bytes:
        began = time.monotonic()
        answer = self.call(endpoint, operation, body)
        self.note()
        self.longest = max(self.longest, time.monotonic() - began)
        return answer


@dataclass(frozen=True)
class Taken:
    """An audit as it ended, the bytes of each of its calls, its seconds."""

    state: AuditState
    sizes: Sequence[int]
    with_heads: int
    seconds: float


@dataclass
class Ground:
    """Both systems with the same objects."""

    stores: Stores
    counted: Counted
    notes: list[str] = field(default_factory=list)

    def told(self, note: str) -> None:
        """Note it, and show it at once: a run takes minutes."""
        self.notes.append(note)
        sys.stderr.write(f"{note}\n")

    def audit(self, depth: ChecksumDepth | None, steps: int = 10_000) -> Taken:
        """An audit to its end, or so many steps of it."""
        audits, began = self.stores.registry.audits, time.monotonic()
        self.counted.note()
        first = len(self.counted.reached) - 1
        ordered = audits.order(
            AuditWanted(
                sez_code="SEZ01",
                contents=(AuditContent.CHECKSUMS,),
                depth=depth,
                ground="17",
                ordered_by="bench",
                authority_bin=AUTHORITY,
            )
        )
        assert isinstance(ordered, AuditState)
        while steps and audits.step():
            steps -= 1
        state: Any = audits.find(ordered.order.audit_id).state
        sizes = [after - before for before, after in pairwise(self.counted.reached[first:])]
        with_heads = self.counted.whole[-1] - self.counted.whole[first]
        return Taken(state, sizes, with_heads, time.monotonic() - began)


def measure(grounds: Grounds, objects: int, many: int) -> Outcome:
    """Kilobytes of an audit that finds one, and ``many``, of so many objects."""
    figures: list[Figure] = []
    with joined(grounds, objects, many) as on:
        listed, before = _listed(on, objects), 0
        walked = dict[int, float]()
        for count in (1, many):
            change(on.stores.system, on.stores.real[before:count])
            before = count
            for depth in ChecksumDepth:
                taken = on.audit(depth)
                on.told(_told(taken, depth, objects, count))
                check_named(on, taken, count)
                figures += _figures(taken, depth, listed, objects)
                if depth is ChecksumDepth.TREE:
                    walked[count] = sum(taken.sizes[:-count])
        figures += _against_negentropy(on, objects, walked)
        on.notes.append(
            f"trees: longest call {on.counted.longest:.1f} s; most memory of both systems in one "
            f"process {_peak():.0f} MB; {_sizes(on.stores.system)}; the list is "
            f"{listed / 1e6:.0f} MB, by ten of its pages"
        )
    return Outcome(tuple(figures), tuple(on.notes))


@contextmanager
def joined(grounds: Grounds, objects: int, real: int) -> Iterator[Ground]:
    """Both systems, filled, and the calls of the Registry counted."""
    with stores(grounds, objects, real) as made:
        made.registry.sez_logs.round()
        asking: Any = made.registry.audits.obtaining.questions
        counted = Counted(asking.call, asking.call.__self__.passed, made.relay)
        object.__setattr__(asking, "call", counted)
        yield Ground(made, counted)


def _figures(taken: Taken, depth: ChecksumDepth, listed: float, objects: int) -> Iterator[Figure]:
    """Bytes of one until it is named, and with its signed record; of many with all records."""
    whole, base = sum(taken.sizes) / 1e3, listed / 1e3
    if taken.state.examined > 1:
        yield figure(f"checksums_many_{depth.lower()}", "KB", [(whole, base)])
        return
    yield figure(f"checksums_one_{depth.lower()}", "KB", [(sum(taken.sizes[:-1]) / 1e3, base)])
    if depth is ChecksumDepth.TREE:
        yield figure("checksums_one_record", "KB", [(whole, base)])
        yield figure("checksums_one_calls", "calls", [(len(taken.sizes), objects / 200)])


def _against_negentropy(on: Ground, objects: int, walked: Mapping[int, float]) -> Iterator[Figure]:
    """What it takes until the objects are named, against a protocol that signs nothing."""
    if shutil.which("node") is None or not (NODE_MODULES / "nostr-tools").is_dir():
        on.told(
            "trees: NOT compared with negentropy: node or its nostr-tools is not here, make tools"
        )
        return
    script = Path(__file__).with_name("negentropy.cjs")
    told = ["node", str(script), str(NODE_MODULES), str(objects), *map(str, walked)]
    done = subprocess.run(told, capture_output=True, text=True, check=True, timeout=1200)
    for line in done.stdout.splitlines():
        other = json.loads(line)
        ours, count = walked[other["changed"]], other["changed"]
        if other["found"] != 2 * count:  # what one side has, and what the other has in its place
            raise RuntimeError(f"negentropy found {other['found']} members for {count} changed")
        on.told(
            f"trees: negentropy names {count} of {objects} by {other['calls']} calls, "
            f"{other['octets']} bytes without signatures or envelopes; an audit until it names "
            f"them: {ours:.0f} bytes, signed"
        )
        name = f"checksums_{'one' if count == 1 else 'many'}_vs_negentropy"
        yield figure(name, "KB", [(ours / 1e3, other["octets"] / 1e3)])


def _told(taken: Taken, depth: ChecksumDepth, objects: int, count: int) -> str:
    sizes = ", ".join(map(str, taken.sizes[:SHOWN]))
    return (
        f"trees: {objects} objects, {count} changed, {depth}: {taken.state.examined} examined, "
        f"{len(taken.sizes)} calls, {sum(taken.sizes)} bytes ({sizes}), {taken.with_heads} with "
        f"heads of HTTP, {taken.seconds:.1f} s"
    )


def check_named(on: Ground, taken: Taken, count: int) -> None:
    """The audit ended, and named the property of each object that was changed."""
    state = taken.state
    problem = getattr(state, "problem", "")
    if not isinstance(state, EndedAudit) or state.examined != count:
        raise RuntimeError(f"it did not end, or not with {count} objects: {problem} {state.status}")
    shown = on.stores.registry.audits.objects(state.order.audit_id, 0, 200)
    for one in shown:
        if not any(found.path == PROPERTY for found in one.found.findings):
            raise RuntimeError(f"{PROPERTY} was not named: {one.found.findings}")


def _listed(on: Ground, objects: int) -> float:
    """Bytes of the whole list, by its first ten pages."""
    taken = on.audit(None, steps=1)
    if not taken.state.entries:
        raise RuntimeError(f"no page was taken: {taken.state}")
    if not isinstance(taken.state, EndedAudit):
        on.stores.registry.audits.end(taken.state.order.audit_id, "measured")
    return float(sum(taken.sizes)) * objects / taken.state.entries


def change(system: SezSystem, objects: Sequence[UUID]) -> None:
    """Change one property within signed bytes, and the tree that is kept to fit them."""
    streams = "SELECT object_id, originator_id FROM views.versions WHERE object_id = ANY(%s)"
    rows = system.log.recorder.select(streams, ([*objects],))
    hashes = dict[UUID, str]()
    with psycopg.connect(str(system.settings.database_url), autocommit=True) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER USER")
        for object_id, stream in rows:
            body = system.log.evidence(stream, 1, "document") or b""
            changed = body.replace(*TO_OTHER, 1)
            if changed == body:
                raise RuntimeError(f"the document of {object_id} has no {TO_OTHER[0]!r}")
            hashes[object_id] = hashlib.sha256(changed).hexdigest()
            owner.execute(
                "UPDATE log.evidence SET body = %s WHERE originator_id = %s AND name = 'document'",
                (changed, stream),
            )
        owner.execute("ALTER TABLE log.evidence ENABLE TRIGGER USER")
    with system.log.recorder.transaction() as cursor:
        [moment] = cursor.execute("SELECT now() - interval '1 day'").fetchone() or ()
        keep(
            cursor,
            [KeptChecksum("", KIND, one, 1, made, moment, 0) for one, made in hashes.items()],
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sizes(system: SezSystem) -> str:
    query = (
        "SELECT pg_total_relation_size('views.checksums') / 1048576, "
        "pg_total_relation_size('views.checksum_nodes') / 1024"
    )
    [(objects, nodes)] = system.log.recorder.select(query, ())
    return f"the kept tree is {objects} MB of objects and {nodes} KB of nodes"
