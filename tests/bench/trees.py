"""(m) An audit of a million objects: bytes on the wire by trees of checksums, against the list.

The stores are filled by SQL: each object has one signed version whose document of ``BODY`` bytes is
beside its event. The bytes are those of the SOAP bodies of both directions.
"""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from registry.app import RegistrySystem
from registry.audits.obtaining import Call
from registry.audits.order import AuditWanted
from registry.audits.states import AuditState
from sez.app import SezSystem, open_system, web
from sez.audits.live_tree import LiveTree
from sez.kinds import KINDS
from sez.settings import SezSettings
from shared_contracts.event_log.checksums.tree import CHILDLESS, DEPTH
from shared_contracts.event_log.database.migrate import migrate
from shared_contracts.messages.audit import AuditContent, ChecksumDepth, ObjectChecksum
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure
from tests.serving import serving

BODY = 1024
"""Bytes of a document."""

KIND = "PURCHASE"

EVENT = Path(__file__).resolve().parents[1] / "golden" / "events" / "registry-reachable.1.json"
"""What stands in the log of the SEZ for each signing."""

IDS = "CREATE TABLE ids AS SELECT n, overlay(gen_random_uuid()::text PLACING lpad(to_hex(n), 8, '0') FROM 1 FOR 8)::uuid AS id, gen_random_uuid() AS stream, decode(repeat(md5(n::text), {half}), 'hex') AS body FROM generate_series(1, {count}) AS n"  # noqa: E501
HEADS = (
    "INSERT INTO log.heads SELECT 'STAND', 'SEZ01', '{kind}', id, stream, 1, -n, '{{}}' FROM ids"
)
OWN = (
    "INSERT INTO log.events SELECT stream, 1, 'registry-reachable.1', '{state}', n, "
    "sha256(''), sha256(''), now() FROM ids",
    "UPDATE log.tail SET position = {count}, chain = sha256('')",
    "INSERT INTO views.tracking VALUES ('outbox', {count}) "
    "ON CONFLICT (name) DO UPDATE SET position = excluded.position",
    "INSERT INTO log.evidence SELECT stream, 1, 'document', sha256(body), body FROM ids",
    "INSERT INTO views.versions (object_id, version, document_hash, formed_at, originator_id, "
    "log_version, state, customer, operation, position) SELECT id, 1, encode(sha256(body), 'hex'), "
    "now() - interval '1 day', stream, 1, 'SYNCHRONISED', '', 'X', n FROM ids",
)
RECORDED = (
    "INSERT INTO views.versions SELECT -n, stream, 'SEZ01', 1, gen_random_uuid(), 1, "
    "encode(sha256(body), 'hex'), now() - interval '1 day', now(), 1, false FROM ids",
)
KEPT = (
    "INSERT INTO views.checksums SELECT '{holder}', left(encode(sha256(uuid_send(id)), 'hex'), 4), "
    "'PURCHASE', id, 1, sha256(body), now() - interval '1 day', n FROM ids"
)


CHANGED = (
    "UPDATE log.evidence e SET body = e.body || 'x'::bytea FROM ids i "
    "WHERE e.originator_id = i.stream AND i.id IN ({named})"
)


@dataclass
class Counted:
    """The calls of the Registry: how many, and their bytes in both directions."""

    call: Call
    calls: int = 0
    octets: int = 0
    longest: float = 0.0
    sizes: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, endpoint: str, operation: str, body: bytes) -> bytes:
        began = time.monotonic()
        answer = self.call(endpoint, operation, body)
        self.calls += 1
        self.sizes.append((len(body), len(answer)))
        self.octets += len(body) + len(answer)
        self.longest = max(self.longest, time.monotonic() - began)
        return answer


@dataclass
class Ground:
    """Both systems with the same objects."""

    registry: RegistrySystem
    system: SezSystem
    counted: Counted
    notes: list[str] = field(default_factory=list)

    def told(self, note: str) -> None:
        """Note it, and show it at once: a run takes minutes."""
        self.notes.append(note)
        sys.stderr.write(f"{note}\n")

    def audit(self, depth: ChecksumDepth | None) -> tuple[AuditState, int, int, float]:
        """How an audit ended, its calls, its bytes, its seconds."""
        audits = self.registry.audits
        before, began = (self.counted.calls, self.counted.octets), time.monotonic()
        ordered = audits.order(
            AuditWanted(
                sez_code="SEZ01",
                contents=(AuditContent.CHECKSUMS,),
                depth=depth,
                ground="17",
                ordered_by="bench",
                authority_bin="990140000806",
            )
        )
        assert isinstance(ordered, AuditState)
        while audits.step():
            pass
        state: Any = audits.find(ordered.order.audit_id).state
        spent = time.monotonic() - began
        calls, octets = self.counted.calls - before[0], self.counted.octets - before[1]
        return state, calls, octets, spent


def measure(grounds: Grounds, objects: int, many: int) -> Outcome:
    """Kilobytes of an audit that finds one, and ``many``, of so many objects."""
    figures: list[Figure] = []
    with joined(grounds, objects) as on:
        listed = _listed(on, objects)
        for count in (1, many):
            _change(on.system, count)
            for depth in ChecksumDepth:
                state, calls, octets, seconds = on.audit(depth)
                found = getattr(state, "found", 0)
                on.told(
                    f"trees: {objects} objects, {count} changed, {depth}: {found} found, {calls} "
                    f"calls, {octets} bytes, {seconds:.1f} s, sizes {on.counted.sizes[-calls:][:8]}"
                )
                if found != count:
                    raise RuntimeError(f"{on.notes[-1]}: {getattr(state, 'problem', '')}")
                name = f"checksums_{'one' if count == 1 else 'many'}_{depth.lower()}"
                figures.append(figure(name, "KB", [(octets / 1e3, listed / 1e3)]))
                if (count, depth) == (1, ChecksumDepth.TREE):
                    figures.append(figure("checksums_one_calls", "calls", [(calls, objects / 200)]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        on.notes.append(
            f"trees: longest call {on.counted.longest:.1f} s; most memory of both systems in one "
            f"process {peak:.0f} MB; {_sizes(on.system)}; the list is {listed / 1e6:.0f} MB, "
            "by ten of its pages"
        )
    return Outcome(tuple(figures), tuple(on.notes))


def _listed(on: Ground, objects: int) -> float:
    """Bytes of the whole list, by its first ten pages."""
    audits = on.registry.audits
    ordered = audits.order(
        AuditWanted(
            sez_code="SEZ01",
            contents=(AuditContent.CHECKSUMS,),
            ground="17",
            ordered_by="bench",
            authority_bin="990140000806",
        )
    )
    assert isinstance(ordered, AuditState)
    audits.step()
    state: Any = audits.find(ordered.order.audit_id).state
    if not state.entries:
        raise RuntimeError(f"no page was taken: {state}")
    entries: int = state.entries
    octets = on.counted.octets
    if not hasattr(state, "outcome"):
        audits.end(ordered.order.audit_id, "measured")
    return float(octets) * objects / entries


def _change(system: SezSystem, count: int) -> None:
    """Change the bytes of objects and the kept tree, so that each depth finds them."""
    select = system.log.recorder.select
    rows = select(
        "SELECT o.id FROM (SELECT id FROM ids ORDER BY md5(n::text) LIMIT %s) o",
        (count,),
    )
    ids: list[UUID] = [row[0] for row in rows]
    named = ", ".join(f"'{one}'" for one in ids)
    changed = CHANGED.format(named=named)
    _run(str(system.settings.database_url), changed)
    with system.log.recorder.transaction() as cursor:
        _rekeep(cursor, ids)


def _rekeep(cursor: Any, ids: list[UUID]) -> None:
    from shared_contracts.event_log.checksums.kept import KeptChecksum, keep  # noqa: PLC0415

    moment = cursor.execute("SELECT now() - interval '1 day'").fetchone()[0]
    keep(cursor, [KeptChecksum("", KIND, one, 1, "a" * 64, moment, 0) for one in ids])


@contextmanager
def joined(grounds: Grounds, objects: int) -> Iterator[Ground]:
    """Both systems, filled, the SEZ served on loopback."""
    from deploy.authority.identities import REGISTRY_OPERATOR  # noqa: PLC0415

    registry = grounds.registry("trees_registry")
    dsn = grounds.database("trees_sez")
    migrate(dsn)
    with ExitStack() as stack:
        system = open_system(
            SezSettings(
                data=grounds.folder / "trees_sez",
                database_url=dsn,
                registry="http://127.0.0.1:9",
                registry_bin=REGISTRY_OPERATOR.bin,
                trust=grounds.pki.trust,
                key=grounds.pki.authority.key("sez"),
                certificate=grounds.pki.authority.chain("sez"),
                users=grounds.pki.authority.folder,
            )
        )
        stack.callback(system.close)
        _fill(registry, system, objects)
        address = stack.enter_context(serving(web(system)))
        entry = next(one for one in registry.register.all() if one.code == "SEZ01")
        registry.register.add(_with_endpoint(entry, address))
        audits = registry.audits
        audits.authority_bin = "990140000806"
        counted = Counted(audits.obtaining.call)
        object.__setattr__(audits.obtaining, "call", counted)
        yield Ground(registry, system, counted)


def _with_endpoint(entry: Any, address: str) -> Any:
    from registry.systems.entry import RegisterEntry  # noqa: PLC0415
    from tests.bench.sender import ENTRIES  # noqa: PLC0415

    first = next(one for one in ENTRIES if one["code"] == entry.code)
    return msgspec.structs.replace(RegisterEntry(**first), endpoint=address)


def _fill(registry: RegistrySystem, system: SezSystem, objects: int) -> None:
    """The same objects into both stores, with their trees."""
    own, other = (str(one.settings.database_url) for one in (system, registry))
    half = BODY // 16
    _run(own, IDS.format(half=half, count=objects), "GRANT SELECT ON ids TO PUBLIC")
    named = {"count": str(objects), "state": EVENT.read_text(encoding="utf-8")}
    levels = None
    with psycopg.connect(own) as source, psycopg.connect(other) as target:
        target.execute("CREATE TABLE ids (n int, id uuid, stream uuid, body bytea)")
        with (
            source.cursor().copy("COPY ids TO STDOUT") as out,
            target.cursor().copy("COPY ids FROM STDIN") as into,
        ):
            for block in out:
                into.write(block)
    for dsn, statements, holder in ((own, OWN, ""), (other, RECORDED, "SEZ01")):
        kind = KIND if holder else KINDS[KIND].objects.name
        made = [one.format(**named, kind=kind, holder=holder) for one in (HEADS, *statements, KEPT)]
        _run(dsn, *made)
        levels = levels or _levels(dsn)
        _keep(dsn, holder, levels)
        _run(dsn, "VACUUM ANALYZE")


def _run(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as owner:
        for table in ("events", "heads", "evidence"):
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER USER".encode())
        for statement in statements:
            owner.execute(statement.encode())
        for table in ("events", "heads", "evidence"):
            owner.execute(f"ALTER TABLE log.{table} ENABLE TRIGGER USER".encode())


def _levels(dsn: str) -> LiveTree:
    """The nodes over all objects."""
    tree = LiveTree()
    with psycopg.connect(dsn) as owner, owner.cursor(name="all") as cursor:
        cursor.itersize = 5000
        query = (
            "SELECT object_id, encode(document_hash, 'hex'), formed_at FROM views.checksums "
            "ORDER BY object_id"
        )
        rows = iter(cursor.execute(query))

        def read(_after: UUID, most: int) -> list[ObjectChecksum]:
            found = (next(rows, None) for _ in range(most))
            return [_checksum(row) for row in found if row is not None]

        tree.go_on(read, 3600)
    return tree


def _checksum(row: Any) -> ObjectChecksum:
    return ObjectChecksum(
        object_type=KIND,
        object_id=row[0],
        version=1,
        document_hash=row[1],
        stored_hash=row[1],
        formed_at=row[2],
        position=0,
    )


def _keep(dsn: str, holder: str, tree: LiveTree) -> None:
    with psycopg.connect(dsn) as owner:
        names = [
            f"{n:0{length}x}" if length else ""
            for length in range(DEPTH)
            for n in range(16**length)
        ]
        rows = [(holder, KIND, one, tree.children(KIND, one)) for one in names]
        with owner.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO views.checksum_nodes VALUES (%s, %s, %s, %s)",
                [row for row in rows if row[3] != CHILDLESS],
            )


def _sizes(system: SezSystem) -> str:
    query = (
        "SELECT pg_total_relation_size('views.checksums') / 1048576, "
        "pg_total_relation_size('views.checksum_nodes') / 1024"
    )
    [(objects, nodes)] = system.log.recorder.select(query, ())
    return f"the kept tree is {objects} MB of objects and {nodes} KB of nodes"
