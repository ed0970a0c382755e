"""The list of goods, works and services by code: a projection of the log, rebuilt at will.

Protocols tell what was bought; what their lots are is told by the last whole version of the
purchase that stood before them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor

from registry.goods.bought import BoughtLot, bought
from registry.protocols.protocol import ProtocolRecorded, ProtocolVoided
from registry.purchases.purchase import PurchaseAnnounced, PurchaseChanged
from shared_contracts.event_log.event import Recorded, decode
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import RECORDED, EventLog, restored
from shared_contracts.messages.purchase import Purchase

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.goods (
  code text COLLATE "C" PRIMARY KEY,
  subject_type text NOT NULL,
  name_kk text NOT NULL,
  name_ru text NOT NULL,
  times int NOT NULL,
  total numeric NOT NULL,
  first_on timestamptz,
  last_on timestamptz,
  position bigint NOT NULL);
CREATE TABLE IF NOT EXISTS views.goods_bought (
  protocol_id uuid NOT NULL,
  lot_number int NOT NULL,
  code text COLLATE "C" NOT NULL,
  price numeric NOT NULL,
  supplier text NOT NULL,
  bought_on timestamptz NOT NULL,
  PRIMARY KEY (protocol_id, lot_number));
CREATE INDEX IF NOT EXISTS goods_bought_on ON views.goods_bought (code, bought_on);
CREATE TABLE IF NOT EXISTS views.goods_history (
  position bigint NOT NULL,
  lot_number int NOT NULL,
  code text COLLATE "C" NOT NULL,
  what text NOT NULL,
  sez_code text NOT NULL,
  purchase_id uuid NOT NULL,
  protocol_id uuid NOT NULL,
  version bigint NOT NULL,
  price numeric NOT NULL,
  supplier text NOT NULL,
  bought_on timestamptz NOT NULL,
  PRIMARY KEY (position, lot_number, what));
CREATE INDEX IF NOT EXISTS goods_history_code ON views.goods_history (code, position, lot_number);
CREATE INDEX IF NOT EXISTS goods_history_protocol ON views.goods_history (protocol_id)
"""

TABLES = {
    "goods": ("code",),
    "goods_bought": ("protocol_id", "lot_number"),
    "goods_history": ("position", "lot_number", "what"),
}
"""The views and their keys."""


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """A code as it stands: how often lots of it were bought, for how much in all, since when.

    ``subject_type`` and names are those of the lot that was recorded last; sums are in tenge.
    """

    code: str
    subject_type: str
    name_kk: str
    name_ru: str
    times: int
    total: str
    first_on: datetime | None
    last_on: datetime | None
    position: int


@dataclass(frozen=True, slots=True)
class GoodsChange:
    """What a version of a protocol told of a lot: BOUGHT, or TAKEN_BACK by change or deletion."""

    position: int
    lot_number: int
    code: str
    what: str
    sez_code: str
    purchase_id: str
    protocol_id: str
    version: int
    price: str
    supplier: str
    bought_on: datetime


_PURCHASE = """
SELECT e.topic, e.state FROM views.purchases p JOIN log.events e ON e.originator_id = p.registry_id
WHERE p.sez_code = %s AND p.object_id = %s AND e.position < %s
  AND e.topic = ANY('{purchase-announced.1,purchase-changed.1}')
ORDER BY e.originator_version DESC LIMIT 1"""
_TAKEN_BACK = """
WITH gone AS (DELETE FROM views.goods_bought WHERE protocol_id = %s RETURNING *),
told AS (INSERT INTO views.goods_history
  SELECT %s, lot_number, code, 'TAKEN_BACK', %s, %s, protocol_id, %s, price, supplier, bought_on
  FROM gone)
SELECT code, count(*), sum(price) FROM gone GROUP BY code"""
_PURCHASE_OF = "SELECT purchase_id FROM views.goods_history WHERE protocol_id = %s LIMIT 1"
_LESS = (
    "UPDATE views.goods SET times = times - %s, total = total - %s, position = %s WHERE code = %s"
)
_BOUGHT = "INSERT INTO views.goods_bought VALUES (%s,%s,%s,%s,%s,%s)"
_TOLD = "INSERT INTO views.goods_history VALUES (%s,%s,%s,'BOUGHT',%s,%s,%s,%s,%s,%s,%s)"
_MORE = (
    "INSERT INTO views.goods VALUES (%s,%s,%s,%s,1,%s,NULL,NULL,%s) ON CONFLICT (code) DO UPDATE "
    "SET times = goods.times + 1, total = goods.total + excluded.total, "
    "subject_type = excluded.subject_type, name_kk = excluded.name_kk, "
    "name_ru = excluded.name_ru, position = excluded.position"
)
_TERM = """
UPDATE views.goods g SET
  first_on = (SELECT min(bought_on) FROM views.goods_bought b WHERE b.code = g.code),
  last_on = (SELECT max(bought_on) FROM views.goods_bought b WHERE b.code = g.code)
WHERE code = ANY(%s)"""


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date with events of protocols, one after another."""
    for at in events:
        if isinstance(at.event, ProtocolRecorded | ProtocolVoided):
            _follow(cursor, at.position, at.event)


def _follow(cursor: Cursor[Any], position: int, event: ProtocolRecorded | ProtocolVoided) -> None:
    """What a protocol told before is taken back; what it tells now was bought."""
    codes = set(_taken_back(cursor, position, event))
    if isinstance(event, ProtocolRecorded):
        document = event.document
        purchase = _purchase(cursor, (event.sez_code, document.purchase_id, position))
        lots = [] if purchase is None else list(bought(document, purchase))
        _add(cursor, position, event, lots)
        codes.update(one.lot.skp_code for one in lots)
    if codes:
        cursor.execute(_TERM, (sorted(codes),))


def _taken_back(
    cursor: Cursor[Any], position: int, event: ProtocolRecorded | ProtocolVoided
) -> Iterator[str]:
    protocol_id = event.registry_id
    of = cursor.execute(_PURCHASE_OF, (protocol_id,)).fetchone()
    if of is None:
        return
    told = (protocol_id, position, event.sez_code, of[0], event.header.version)
    for code, times, total in cursor.execute(_TAKEN_BACK, told).fetchall():
        cursor.execute(_LESS, (times, total, position, code))
        yield code


def _purchase(cursor: Cursor[Any], named: tuple[object, ...]) -> Purchase | None:
    """The purchase as its last whole version before a position states it."""
    row = cursor.execute(_PURCHASE, named).fetchone()
    if row is None:
        return None
    event = decode(row[0], bytes(row[1]))
    return event.document if isinstance(event, PurchaseAnnounced | PurchaseChanged) else None


def _add(
    cursor: Cursor[Any], position: int, event: ProtocolRecorded, lots: Sequence[BoughtLot]
) -> None:
    document, protocol_id = event.document, event.registry_id
    whose = (event.sez_code, document.purchase_id, protocol_id, event.header.version)
    for one in lots:
        lot, code, on = one.lot, one.lot.skp_code, document.protocol_date
        deal = (one.price, one.supplier, on)
        cursor.execute(_BOUGHT, (protocol_id, lot.lot_number, code, *deal))
        cursor.execute(_TOLD, (position, lot.lot_number, code, *whose, *deal))
        name = (lot.name.kk, lot.name.ru)
        cursor.execute(_MORE, (code, lot.subject_type, *name, one.price, position))


_ROW = (
    "SELECT code, subject_type, name_kk, name_ru, times, total::text, first_on, last_on, position"
)


def goods(log: EventLog, *, code: str = "", after: str = "", limit: int = 100) -> list[GoodsRow]:
    """What was bought and stands, by code: those that begin with ``code``, ``after`` another."""
    query = (
        f"{_ROW} FROM views.goods WHERE code > %s AND code >= %s AND code < %s "  # fixed text
        "AND times > 0 ORDER BY code LIMIT %s"
    )
    values = (after, code, f"{code}\U0010ffff", limit)
    return [GoodsRow(*row) for row in log.recorder.select(query, values)]


def one_code(log: EventLog, code: str) -> GoodsRow | None:
    """A code that was ever bought, or None."""
    query = f"{_ROW} FROM views.goods WHERE code = %s"  # fixed text
    return next((GoodsRow(*row) for row in log.recorder.select(query, (code,))), None)


def history(log: EventLog, code: str, after: int = 0, limit: int = 100) -> list[GoodsChange]:
    """What was told of a code after a position, in the order of the log.

    What one version told is never cut: a page may be longer than ``limit`` by its lots.
    """
    query = (
        "SELECT position, lot_number, code, what, sez_code, purchase_id::text, protocol_id::text, "
        "version, price::text, supplier, bought_on FROM views.goods_history "
        "WHERE code = %s AND position > %s ORDER BY position FETCH FIRST %s ROWS WITH TIES"
    )
    rows = [GoodsChange(*row) for row in log.recorder.select(query, (code, after, limit))]
    return sorted(rows, key=lambda one: (one.position, one.what == "BOUGHT", one.lot_number))


_TOPICS = (
    "single-source-protocol-recorded.1",
    "results-protocol-recorded.1",
    "protocol-voided.1",
)
_PROTOCOLS = (
    RECORDED + "topic = ANY(%s) AND position <= "  # noqa: S608  # fixed text
    "(SELECT position FROM views.tracking WHERE name = 'views') ORDER BY 1"
)


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there; they are filled from what was recorded before."""
    [(there,)] = log.recorder.select("SELECT to_regclass('views.goods') IS NOT NULL", ())
    make_views(log, SCHEMA)
    if not there:
        rows = log.recorder.select(_PROTOCOLS, (list(_TOPICS),))
        with log.recorder.transaction() as cursor:
            apply(cursor, [restored(row) for row in rows])
