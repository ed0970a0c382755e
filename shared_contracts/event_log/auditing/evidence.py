"""The evidence is what the chained events commit to: nothing else, and nothing missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from lxml import etree
from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.auditing.quoted import quoted_leaf
from shared_contracts.event_log.auditing.streams import ALL_STREAMS, StreamRange
from shared_contracts.event_log.declared import CANONICAL, Declared
from shared_contracts.event_log.proven_evidence import bytes_sha256

# A full join: events without evidence are seen, and evidence without an event.
_PAIRS = (
    "SELECT originator_id, originator_version, e.position, e.topic, e.state, p.name, p.sha256, "
    "p.body, e.leaf "
    "FROM (SELECT * FROM log.events WHERE originator_id BETWEEN %s AND %s) e "
    "FULL JOIN (SELECT * FROM log.evidence WHERE originator_id BETWEEN %s AND %s) p "
    "USING (originator_id, originator_version) "
    "WHERE p.name IS NOT NULL OR NOT e.topic = ANY (%s) "
    "ORDER BY e.position, originator_id, originator_version, p.name"
)
_BATCH = 16
"""Rows read at once: a body can have 20 MB."""


@dataclass
class _EvidenceReader:
    """Judges events with what stands beside them, in the order of positions."""

    declared: Declared
    last: dict[UUID, str] = field(default_factory=dict)
    """The value by which an event repeats its forerunner, by stream."""
    leaves: dict[UUID, str] = field(default_factory=dict)
    """The leaf of the event before, by stream, until a receipt quotes it."""

    def judge(self, rows: list[TupleRow]) -> Iterator[Difference]:
        """What differs beside one event."""
        originator_id, _, position, topic, state = rows[0][:5]
        beside = {row[5]: (row[6], row[7]) for row in rows if row[5] is not None}
        yield from _altered(position, originator_id, beside)
        yield from self._quoted(rows[0], beside)
        wanted = self.declared.beside.get(topic)
        if wanted is None:
            yield from _unknown(position, originator_id, topic, beside)
            return
        content = _content(state) if wanted else {}
        repeated = self._repeats(originator_id, topic, content)
        for name in sorted(wanted.keys() | beside.keys()):
            rule = wanted.get(name)
            made = _hash(beside[name][1], rule) if name in beside else ""
            told = _told(rule, content, made)
            if told != made and not (repeated and not made):
                column = f"evidence {name}"
                yield Difference(position, originator_id, column, made or "missing", told)

    def _quoted(
        self, row: TupleRow, beside: dict[str, tuple[bytes, bytes]]
    ) -> Iterator[Difference]:
        """A receipt quotes the leaf of its verdict, which is the event before in the stream."""
        originator_id, _, position, topic = row[:4]
        quoting = self.declared.quoting.get(topic)
        if quoting is None:
            if topic in self.declared.quoted:
                self.leaves[originator_id] = row[8].hex()
            return
        leaf = self.leaves.pop(originator_id, "no verdict before")
        told = quoted_leaf(beside[quoting][1]) if quoting in beside else None
        if told is not None and told != leaf:
            yield Difference(position, originator_id, "leaf", leaf, f"{told} by the receipt")

    def _repeats(self, originator_id: UUID, topic: str, content: dict[str, Any]) -> bool:
        if topic not in self.declared.repeated_by:
            return False
        value = str(content.get(self.declared.repeated_by[topic]))
        known, self.last[originator_id] = self.last.get(originator_id), value
        return known == value


def check_evidence(
    connection: Connection, declared: Declared, streams: StreamRange = ALL_STREAMS
) -> Iterator[Difference]:
    """Every evidence is the one its event names, and every evidence that is named is there.

    Told in the order of ``place_in_log``.
    """
    reader = _EvidenceReader(declared)
    nothing = [topic for topic, beside in declared.beside.items() if not beside]
    with connection.cursor(name="evidence", binary=True) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_PAIRS.encode(), (*streams, *streams, nothing))
        for _, rows in groupby(cursor, key=lambda row: row[:2]):
            yield from reader.judge(list(rows))


def place_in_log(one: Difference) -> tuple[bool, int, int]:
    """Where differences of evidence stand: by the log, those of no event at its end."""
    stream = one.originator_id.int if one.originator_id else 0
    return one.position is None, one.position or 0, stream


def _altered(
    position: int | None, originator_id: UUID, beside: dict[str, tuple[bytes, bytes]]
) -> Iterator[Difference]:
    for name, (digest, body) in beside.items():
        made = sha256(body).digest()
        if digest != made:
            column = f"evidence {name}"
            yield Difference(position, originator_id, column, digest.hex(), made.hex())


def _unknown(
    position: int | None, originator_id: UUID, topic: str | None, names: dict[str, Any]
) -> Iterator[Difference]:
    """Evidence of no event, or an event which this program does not know."""
    if topic is not None:
        why = "no such topic in this program: it is another's, or a newer program's"
        yield Difference(position, originator_id, "topic", topic, why)
    for name in names if topic is None else ():
        yield Difference(None, originator_id, f"evidence {name}", "present", "no such event")


def _told(rule: str | None, content: dict[str, Any], made: str) -> str:
    """The hash which the event names; where it commits to presence only, that of the bytes."""
    if rule is None:
        return "not named by the event"
    if not rule:
        return made or "present"
    return str(content.get(rule.removeprefix(CANONICAL)))


def _hash(body: bytes, rule: str | None) -> str:
    """SHA-256, lower hex, of the bytes, or of the canonical form if the event names that."""
    canonical = rule is not None and rule.startswith(CANONICAL)
    return _canonical_sha256(body) if canonical else bytes_sha256(body)


def _canonical_sha256(body: bytes) -> str:
    """SHA-256 of the exclusive canonical form of XML; of the bytes, if they are none."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return bytes_sha256(body)
    return bytes_sha256(etree.tostring(root, method="c14n", exclusive=True))


def _content(state: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError):  # told as another leaf
        return {}
    return content if isinstance(content, dict) else {}
