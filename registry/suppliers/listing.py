"""What may be looked up of suppliers and producers: a projection of the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Cursor

from registry.records.listing import paged
from registry.suppliers.matching import words
from registry.suppliers.supplier import (
    SupplierAdded,
    SupplierChanged,
    SupplierDeleted,
    SupplierRecorded,
    claimed,
)
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.supplier import SupplierCard

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.suppliers (
  registry_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  number text NOT NULL,
  kind text NOT NULL,
  bin text, iin text, country text, foreign_number text,
  name_kk text, name_ru text, name_en text,
  kato text, opf text,
  producer boolean NOT NULL,
  standing text NOT NULL,
  status text NOT NULL,
  chosen uuid,
  version bigint NOT NULL,
  card_hash text NOT NULL,
  position bigint NOT NULL);
CREATE INDEX IF NOT EXISTS suppliers_number ON views.suppliers (number, registry_id);
CREATE INDEX IF NOT EXISTS suppliers_sez ON views.suppliers (sez_code, registry_id);
CREATE TABLE IF NOT EXISTS views.supplier_words (
  word text COLLATE "C" NOT NULL,
  registry_id uuid NOT NULL,
  PRIMARY KEY (word, registry_id));
CREATE INDEX IF NOT EXISTS supplier_words_of ON views.supplier_words (registry_id);
CREATE TABLE IF NOT EXISTS views.producers (
  registry_id uuid NOT NULL,
  item int NOT NULL,
  producer text NOT NULL,
  name text NOT NULL,
  skp_code text NOT NULL,
  paper text NOT NULL,
  paper_number text NOT NULL,
  valid_to date,
  local_content_percent numeric NOT NULL,
  PRIMARY KEY (registry_id, item));
CREATE INDEX IF NOT EXISTS producers_code ON views.producers (skp_code, registry_id, item)
"""

TABLES = {
    "suppliers": ("registry_id",),
    "supplier_words": ("word", "registry_id"),
    "producers": ("registry_id", "item"),
}
"""The views and their keys."""


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier as it is listed; ``standing`` is what its card says, ``status`` the card's own."""

    registry_id: UUID
    sez_code: str
    object_id: UUID
    number: str
    kind: str
    bin: str | None
    iin: str | None
    country: str | None
    foreign_number: str | None
    name_kk: str | None
    name_ru: str | None
    name_en: str | None
    kato: str | None
    opf: str | None
    producer: bool
    standing: str
    status: str
    chosen: UUID | None
    version: int
    card_hash: str
    position: int


@dataclass(frozen=True, slots=True)
class ProducerRow:
    """Goods of Kazakhstan origin: who makes them, and by which paper; percent as text."""

    registry_id: UUID
    item: int
    producer: str
    name: str
    skp_code: str
    paper: str
    paper_number: str
    valid_to: date | None
    local_content_percent: str


_CARD = (
    "INSERT INTO views.suppliers VALUES "
    "(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,'ACTIVE',%s,%s,%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET kind = excluded.kind, name_kk = excluded.name_kk, "
    "name_ru = excluded.name_ru, name_en = excluded.name_en, kato = excluded.kato, "
    "opf = excluded.opf, producer = excluded.producer, standing = excluded.standing, "
    "version = excluded.version, card_hash = excluded.card_hash, position = excluded.position"
)
_DELETED = (
    "UPDATE views.suppliers SET status = 'DELETED', version = %s, card_hash = %s, position = %s "
    "WHERE registry_id = %s"
)


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date with events: of each supplier its last card, then deletions."""
    recorded = [(at, at.event) for at in events]
    mine = [(at, one) for at, one in recorded if isinstance(one, SupplierRecorded)]
    cards = {
        event.registry_id: (at, event)
        for at, event in mine
        if isinstance(event, SupplierAdded | SupplierChanged)
    }
    for at, card in cards.values():
        cursor.execute(_CARD, _card(at, card))
        _replace_words(cursor, card)
        _replace_producers(cursor, card)
    for at, event in mine:
        if isinstance(event, SupplierDeleted):
            header = event.header
            gone = (header.version, header.document_hash, at.position, event.registry_id)
            cursor.execute(_DELETED, gone)


def _card(at: Recorded, event: SupplierAdded | SupplierChanged) -> tuple[Any, ...]:
    card, staff, abroad = event.document, event.document.producer_staff, event.document.foreign_id
    return (
        *(event.registry_id, event.sez_code, event.header.object_id, card.number, card.kind),
        *(card.bin, card.iin, abroad and abroad.country, abroad and abroad.number),
        *(card.name.kk, card.name.ru, card.name.en, card.legal_address.kato, card.opf),
        *(staff is not None and staff.confirmed, card.status),
        None if card.choice is None else card.choice.registry_id,
        *(event.header.version, event.header.document_hash, at.position),
    )


def _replace_words(cursor: Cursor[Any], event: SupplierAdded | SupplierChanged) -> None:
    name, registry_id = event.document.name, event.registry_id
    cursor.execute("DELETE FROM views.supplier_words WHERE registry_id = %s", (registry_id,))
    rows = [(word, registry_id) for word in words(name.kk, name.ru, name.en)]
    cursor.executemany("INSERT INTO views.supplier_words VALUES (%s, %s)", rows)


def _replace_producers(cursor: Cursor[Any], event: SupplierAdded | SupplierChanged) -> None:
    cursor.execute("DELETE FROM views.producers WHERE registry_id = %s", (event.registry_id,))
    rows = [(event.registry_id, *row) for row in _goods(event.document)]
    statement = "INSERT INTO views.producers VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s)"
    cursor.executemany(statement, rows)


def _goods(card: SupplierCard) -> list[tuple[Any, ...]]:
    """The goods of a card: a producer is not always the supplier (S216-2.1b)."""
    rows = []
    for item, goods in enumerate(card.goods_records, 1):
        maker = goods.producer
        number = card.number if maker is None else maker.bin or maker.iin or ""
        name = card.name.shown if maker is None else maker.name.shown
        paper = (goods.skp_code, goods.kind, goods.number, goods.valid_to)
        rows.append((item, number, name, *paper, goods.local_content_percent))
    return rows


_ROWS: LiteralString = "SELECT * FROM views.suppliers "


def suppliers(log: EventLog, asked: Mapping[str, object], limit: int = 100) -> list[SupplierRow]:
    """Suppliers by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, SupplierRow, _ROWS, asked, limit)


def of_number(log: EventLog, number: str, limit: int) -> list[SupplierRow]:
    """Suppliers on record under a number, those of the first identifiers first."""
    query: LiteralString = (
        f"{_ROWS}WHERE number = %s AND status = 'ACTIVE' ORDER BY registry_id LIMIT %s"
    )
    return [SupplierRow(*row) for row in log.recorder.select(query, (number, limit))]


def last_taker(log: EventLog, number: str) -> UUID | None:
    """The card that took a number last, not by a choice; None if none has."""
    query = (
        "SELECT registry_id FROM views.suppliers WHERE number = %s AND chosen IS NULL "
        "ORDER BY position DESC LIMIT 1"
    )
    return next((found for (found,) in log.recorder.select(query, (number,))), None)


def of_words(
    log: EventLog, begun: Sequence[str], kato: str, opf: str | None, limit: int
) -> list[SupplierRow]:
    """Suppliers whose name has a word for each of ``begun`` that begins so, within an area."""
    term: LiteralString = (
        "registry_id IN (SELECT registry_id FROM views.supplier_words "
        "WHERE word >= %s AND word < %s) AND "
    )
    query: LiteralString = (
        f"{_ROWS}WHERE {''.join(term for _ in begun)} status = 'ACTIVE' "
        "AND left(coalesce(kato, ''), %s) = %s AND (%s::text IS NULL OR opf = %s) "
        "ORDER BY registry_id LIMIT %s"
    )
    bounds = [bound for word in begun for bound in (word, f"{word}\U0010ffff")]
    values = (*bounds, len(kato), kato, opf, opf, limit)
    return [SupplierRow(*row) for row in log.recorder.select(query, values)]


def producers(log: EventLog, *, skp_code: str = "", limit: int = 100) -> list[ProducerRow]:
    """Goods of Kazakhstan origin whose code begins with ``skp_code``, by code (S216-2.1b)."""
    query = (
        "SELECT registry_id, item, producer, name, skp_code, paper, paper_number, valid_to, "
        "local_content_percent::text FROM views.producers WHERE left(skp_code, %s) = %s "
        "ORDER BY skp_code, registry_id, item LIMIT %s"
    )
    values = (len(skp_code), skp_code, limit)
    return [ProducerRow(*row) for row in log.recorder.select(query, values)]


_PARTICIPANTS = """
SELECT n.number FROM unnest(%s::text[], %s::text[]) AS n(key, number)
JOIN log.claims c ON c.key = n.key
WHERE NOT EXISTS (SELECT 1 FROM views.suppliers s WHERE s.number = n.number)
  OR EXISTS (SELECT 1 FROM views.suppliers s
    WHERE s.number = n.number AND s.status = 'ACTIVE' AND s.standing = 'ACTIVE')
UNION ALL (SELECT '' FROM views.suppliers LIMIT 1)"""


def participants(
    log: EventLog, environment: str, numbers: Collection[str]
) -> frozenset[str] | None:
    """Which of ``numbers`` are active participants; None while no supplier is on record.

    One query. Who was added counts from the commit that did it; who is no longer active, or has
    taken a number anew, is told from others when the views have followed.
    """
    keys = [claimed(environment, number) for number in numbers]
    rows = log.recorder.select(_PARTICIPANTS, (keys, list(numbers)))
    found = {number for (number,) in rows}
    return frozenset(found - {""}) if found else None
