"""Both systems with a million objects: some of them real, the others filled in by SQL.

The real ones were announced by the SEZ and taken by the Registry; those are what is changed, so
that an audit examines an object as it is delivered. Each of the others has one signed version whose
document of ``BODY`` bytes is beside an event that says nothing; no audit has to look into it.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

import registry.app
import registry.web
from deploy.authority.identities import REGISTRY_OPERATOR
from registry.app import RegistrySystem
from registry.systems.entry import RegisterEntry
from sez.app import SezSystem, open_system
from sez.audits.listing import Read
from sez.audits.live_tree import LiveTree
from sez.audits.stored_files import StoredFiles
from sez.examples.making import ExampleRequest, Examples
from sez.kinds import KINDS
from sez.settings import SezSettings
from sez.synchronisation import listing
from sez.tendering.examples import EXAMPLES
from sez.web import web
from shared_contracts.event_log.checksums.tree import CHILDLESS, DEPTH
from shared_contracts.event_log.database.migrate import migrate
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import ObjectChecksum
from tests.bench.grounds import Grounds
from tests.bench.relay import Relay, relayed
from tests.bench.sender import ENTRIES
from tests.serving import serving

AUTHORITY = "990140000806"

BODY = 1024
"""Bytes of a document that is filled in."""

KIND = "PURCHASE"

EVENT = Path(__file__).resolve().parents[1] / "golden" / "events" / "registry-reachable.1.json"
"""What stands in the log of the SEZ for each signing that is filled in."""

IDS = "CREATE TABLE ids AS SELECT {first} + n AS n, overlay(gen_random_uuid()::text PLACING lpad(to_hex(n), 8, '0') FROM 1 FOR 8)::uuid AS id, gen_random_uuid() AS stream, decode(repeat(md5(n::text), {half}), 'hex') AS body FROM generate_series(1, {count}) AS n"  # noqa: E501
HEADS = (
    "INSERT INTO log.heads SELECT 'STAND', 'SEZ01', '{kind}', id, stream, 1, -n, '{{}}' FROM ids"
)
OWN = (
    "INSERT INTO log.events SELECT stream, 1, 'registry-reachable.1', '{state}', n, "
    "sha256(''), sha256(''), now() FROM ids",
    "UPDATE log.tail SET position = {first} + {count}, chain = sha256('')",
    "INSERT INTO views.tracking VALUES ('outbox', {first} + {count}) "
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


@dataclass
class Stores:
    """Both systems with the same objects; ``real`` are those that can be examined.

    What the Registry asks of the SEZ passes the relay.
    """

    registry: RegistrySystem
    system: SezSystem
    relay: Relay
    real: list[UUID] = field(default_factory=list)


@contextmanager
def stores(grounds: Grounds, objects: int, real: int) -> Iterator[Stores]:
    """Both systems, filled, each served on loopback."""
    opened = grounds.registry("trees_registry")
    opened.audits.authority_bin = AUTHORITY
    dsn = grounds.database("trees_sez")
    migrate(dsn)
    with ExitStack() as stack:
        system = open_system(
            SezSettings(
                data=grounds.folder / "trees_sez",
                database_url=dsn,
                registry=stack.enter_context(serving(registry.web.web(opened))),
                registry_bin=REGISTRY_OPERATOR.bin,
                trust=grounds.pki.trust,
                key=grounds.pki.authority.key("sez"),
                certificate=grounds.pki.authority.chain("sez"),
                users=grounds.pki.authority.folder,
                first_pause=0.05,
                longest_pause=0.4,
            )
        )
        stack.callback(system.close)
        relay = stack.enter_context(relayed(stack.enter_context(serving(web(system)))))
        entry = RegisterEntry(**next(one for one in ENTRIES if one["code"] == "SEZ01"))
        opened.register.add(msgspec.structs.replace(entry, endpoint=relay.address))
        made = Stores(opened, system, relay, _announced(opened, system, real))
        _fill(opened, system, objects - real)
        yield made


def _announced(opened: RegistrySystem, system: SezSystem, count: int) -> list[UUID]:
    """Purchases that the SEZ announced and the Registry took."""
    examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
    order = ExampleRequest(example="announcement", signer="customer1-head")
    made = [examples.announce(order, uuid7()) for _ in range(count)]
    until = time.monotonic() + 60 + count
    while True:
        system.changes.first.ask_due()
        tried = system.sender.step() + opened.judging.step()
        system.sender.follower.catch_up()
        if not (left := listing.unsynchronised(system.log)):
            break
        if time.monotonic() > until:
            raise RuntimeError(f"{len(left)} were not synchronised, the first: {left[0]}")
        if not tried:
            time.sleep(0.02)
    opened.intake.listed.catch_up()
    return made


def _fill(opened: RegistrySystem, system: SezSystem, objects: int) -> None:
    """The same objects into both stores, with their trees."""
    own, other = (str(one.settings.database_url) for one in (system, opened))
    named = {
        "first": str(system.log.last_position()),
        "count": str(objects),
        "half": str(BODY // 16),
        "state": EVENT.read_text(encoding="utf-8"),
    }
    _run(own, IDS.format(**named), "GRANT SELECT ON ids TO PUBLIC")
    with psycopg.connect(own) as source, psycopg.connect(other) as target:
        target.execute("CREATE TABLE ids (n int, id uuid, stream uuid, body bytea)")
        with (
            source.cursor().copy("COPY ids TO STDOUT") as out,
            target.cursor().copy("COPY ids FROM STDIN") as into,
        ):
            for block in out:
                into.write(block)
    levels = None
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
    tree = LiveTree(StoredFiles(lambda _name: None))
    with psycopg.connect(dsn) as owner, owner.cursor(name="all") as cursor:
        cursor.itersize = 5000
        query = (
            "SELECT object_id, encode(document_hash, 'hex'), formed_at FROM views.checksums "
            "ORDER BY object_id"
        )
        rows = iter(cursor.execute(query))

        def read(_files: StoredFiles, _after: UUID, most: int, _until: float) -> Read:
            found = [_checksum(row) for row in islice(rows, most)]
            return Read(found, more=len(found) == most)

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
        owner.execute("DELETE FROM views.checksum_nodes")
        with owner.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO views.checksum_nodes VALUES (%s, %s, %s, %s)",
                [row for row in rows if row[3] != CHILDLESS],
            )
