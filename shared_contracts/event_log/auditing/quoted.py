"""What the receipts in the store quote of the log: checkpoints, and the leaves of verdicts."""

import html
import re
from collections.abc import Iterator

from psycopg import Connection

from shared_contracts.event_log.declared import Declared

_NOTE = re.compile(rb"<(?:\w+:)?Checkpoint(?:\s[^>]*)?>([^<]*)<")
_LEAF = re.compile(rb"<(?:\w+:)?LeafHash(?:\s[^>]*)?>([^<]*)<")
_QUOTING = (
    "SELECT p.body FROM log.events e JOIN log.evidence p "
    "USING (originator_id, originator_version) WHERE e.topic = ANY (%s) AND p.name = ANY (%s)"
)
_BATCH = 64


def quoted_notes(connection: Connection, declared: Declared) -> tuple[str, ...]:
    """Each checkpoint that receipts of this system quote, once; few, for each serves an hour."""
    return tuple(sorted({note for note in _notes(connection, declared) if note}))


def quoted_note(body: bytes) -> str | None:
    """The checkpoint that a receipt quotes; None if it quotes none."""
    found = _NOTE.search(body)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


def quoted_leaf(body: bytes) -> str | None:
    """The leaf of the verdict that a receipt quotes, lower hex; None if it quotes none."""
    found = _LEAF.search(body)
    return found[1].decode("ascii", "replace").strip() if found else None


def _notes(connection: Connection, declared: Declared) -> Iterator[str]:
    topics, names = list(declared.quoting), list(declared.quoting.values())
    with connection.cursor(name="quoting", binary=True) as cursor:
        cursor.itersize = _BATCH
        known: set[bytes] = set()
        for (body,) in cursor.execute(_QUOTING.encode(), (topics, names)):
            found = _NOTE.search(body)
            if found and found[1] not in known:
                known.add(found[1])
                yield html.unescape(found[1].decode("utf-8", "replace"))
