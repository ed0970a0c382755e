"""A store made consistent again after a change, as whoever owns it and knows the program can.

Leaves, chain, tail, nodes and checkpoints are made anew from the events, the receipts quote what
stands now, heads, claims and views are folded anew. What nobody can make without the system's key
are signatures: with the key the checkpoints are signed again, without it they keep their old ones.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection

from deploy.drill.sides import Side
from shared_contracts.event_log.auditing.quoted import quoted_leaf, quoted_note
from shared_contracts.event_log.declared import declared
from shared_contracts.event_log.derived import Derived, derived
from shared_contracts.event_log.event import decode
from shared_contracts.event_log.leaf import GENESIS, chain, leaf
from shared_contracts.event_log.log import RECORDED, restored
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, NoteKey, parse, signed
from shared_contracts.event_log.proofs.merkle import CompactRange, Subtree
from shared_contracts.event_log.proofs.paths import is_kept
from shared_contracts.signing.note import public_key, sign_note
from shared_contracts.signing.sign import FileSigner

Signing = Callable[[Checkpoint, str], str]
"""Gives the note of a checkpoint that takes the place of an older note."""


def with_key(key: Path, certificate: Path) -> Signing:
    """Notes as the system itself signs them."""
    signer = FileSigner(key, certificate)
    sign = partial(sign_note, signer)
    return lambda made, _: signed(made, NoteKey(made.origin, public_key(signer), sign))


def without_key(made: Checkpoint, old: str) -> str:
    """The new text over the old signature, which is all that is there without the key."""
    return made.text + old[old.rindex("\n\n") + 1 :]


@dataclass
class Reforging:
    """Makes everything anew over one connection of the owner, guards taken away."""

    owner: Connection[Any]
    side: Side
    sign: Signing
    tree: CompactRange = field(default_factory=CompactRange)
    nodes: list[tuple[Subtree, bytes]] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    _leaves: dict[UUID, str] = field(default_factory=dict)

    def everything(self) -> None:
        """The whole store, so that nothing in it contradicts anything else."""
        rows = self.owner.execute("SELECT size, note FROM log.checkpoints").fetchall()
        self.notes = dict(rows)
        self._events()
        self.owner.execute("UPDATE log.evidence SET sha256 = sha256(body)")
        self._sealed()
        system = next(one for one in derived() if one.system == self.side)
        self._heads(system)
        self._claims(system)
        self._views(system)

    def _events(self) -> None:
        link = GENESIS
        self._seal()
        rows = self.owner.execute(
            "SELECT originator_id, originator_version, topic, state FROM log.events "
            "ORDER BY position"
        ).fetchall()
        self.owner.execute("UPDATE log.events SET position = -abs(position) - 1000000")
        for position, (stream, version, topic, state) in enumerate(rows, 1):
            kept = self._requoted(stream, version, topic, state)
            made = leaf(stream, version, topic, kept)
            link = chain(link, position, made)
            self.owner.execute(
                "UPDATE log.events SET position = %s, state = %s, leaf = %s, chain = %s "
                "WHERE originator_id = %s AND originator_version = %s",
                (position, kept, made, link, stream, version),
            )
            self._leaves[stream] = made.hex()
            self.tree = self.tree.extended((made,), lambda *one: self.nodes.append(one))
            self._seal()
        self.owner.execute("UPDATE log.tail SET position = %s, chain = %s", (len(rows), link))

    def _seal(self) -> None:
        """The note of a checkpoint of this size, if there is one."""
        old = self.notes.get(self.tree.size)
        if old is not None and parse(old).root != self.tree.root:
            made = replace(parse(old), size=self.tree.size, root=self.tree.root)
            self.notes[self.tree.size] = self.sign(made, old)

    def _requoted(self, stream: UUID, version: int, topic: str, state: bytes) -> bytes:
        """The event of a receipt, after the receipt quotes leaf and checkpoint as they are now."""
        name = declared().quoting.get(topic)
        if name is None:
            return state
        where = (stream, version, name)
        row = self.owner.execute(
            "SELECT body FROM log.evidence "
            "WHERE (originator_id, originator_version, name) = (%s, %s, %s)",
            where,
        ).fetchone()
        if row is None:
            return state
        body = made = bytes(row[0])
        if told := quoted_leaf(body):
            made = made.replace(told.encode(), self._leaves.get(stream, told).encode())
        if note := quoted_note(body):
            made = re.sub(
                re.escape(html.escape(note, quote=False).encode()),
                html.escape(self.notes.get(parse(note).size, note), quote=False).encode(),
                made,
            )
        self.owner.execute(
            "UPDATE log.evidence SET body = %s "
            "WHERE (originator_id, originator_version, name) = (%s, %s, %s)",
            (made, *where),
        )
        old, new = (sha256(one).hexdigest().encode() for one in (body, made))
        return state.replace(old, new)

    def _sealed(self) -> None:
        """Checkpoints and nodes of the events that are there, and none of more."""
        size = self.tree.size
        rows = self.owner.execute("SELECT leaf FROM log.events ORDER BY position").fetchall()
        leaves = [row[0] for row in rows]
        self.owner.execute("DELETE FROM log.checkpoints WHERE size > %s", (size,))
        for one in self.notes.keys() - {big for big in self.notes if big > size}:
            tree = CompactRange().extended(leaves[:one])
            self.owner.execute(
                "UPDATE log.checkpoints SET root = %s, edge = %s, note = %s WHERE size = %s",
                (tree.root, list(tree.edge), self.notes[one], one),
            )
        sealed = max((one for one in self.notes if one <= size), default=0)
        self.owner.execute("DELETE FROM log.nodes")
        for made, root in self.nodes:
            if is_kept(made) and made.end <= sealed:
                self.owner.execute(
                    "INSERT INTO log.nodes VALUES (%s, %s, %s)", (made.height, made.index, root)
                )

    def _heads(self, system: Derived) -> None:
        folded: dict[UUID, list[Any]] = {}
        rows = self.owner.execute(
            "SELECT originator_id, originator_version, position, topic, state FROM log.events "
            "ORDER BY originator_id, originator_version"
        ).fetchall()
        for stream, of in groupby(rows, key=lambda row: row[0]):
            folded[stream] = list(of)
        heads = self.owner.execute("SELECT kind, originator_id FROM log.heads").fetchall()
        for kind, stream in heads:
            events = folded.get(stream, [])
            if not events:
                self.owner.execute("DELETE FROM log.heads WHERE originator_id = %s", (stream,))
                continue
            state = system.kinds[kind].fold(decode(row[3], row[4]) for row in events)
            self.owner.execute(
                "UPDATE log.heads SET version = %s, position = %s, state = %s "
                "WHERE originator_id = %s AND kind = %s",
                (events[-1][1], events[-1][2], msgspec.json.encode(state), stream, kind),
            )

    def _claims(self, system: Derived) -> None:
        self.owner.execute("DELETE FROM log.claims")
        rows = self.owner.execute(
            "SELECT originator_id, topic, state FROM log.events ORDER BY position"
        ).fetchall()
        for stream, topic, state in rows:
            for claim in system.claims(stream, decode(topic, state)):
                self.owner.execute(
                    "INSERT INTO log.claims VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (claim.key, claim.value),
                )

    def _views(self, system: Derived) -> None:
        for table in system.views.tables:
            self.owner.execute(f"DELETE FROM views.{table}".encode())  # noqa: S608  # declared names
        with self.owner.cursor(binary=True) as cursor:
            cursor.execute((RECORDED + "position > 0 ORDER BY 1").encode())
            events = [restored(row) for row in cursor.fetchall()]
        with self.owner.cursor() as cursor:
            system.views.apply(cursor, events)
        self.owner.execute(
            "UPDATE views.tracking SET position = %s WHERE name = %s",
            (len(events), system.views.follower),
        )
