"""What waits for a person, by cause, and how all of one cause is let go again (S216-18.3)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sez.synchronisation.settling import NothingToDo, Settling
from shared_contracts.event_log.log import EventLog

AT_ONCE = 200
"""Most packages that are let go in one request."""

_WAITING = """
SELECT v.message_id, p.last_reason AS cause FROM views.versions v
  JOIN views.packages p USING (message_id) WHERE v.state = 'STOPPED'
UNION
SELECT v.message_id, f ->> 'rule_id' FROM views.versions v,
  jsonb_array_elements(v.findings::jsonb) f
  WHERE v.state = 'REFUSED' AND f ->> 'severity' = 'ERROR'
UNION
SELECT message_id, coalesce(ticket_cause, 'TICKET_HELD') FROM views.packages
  WHERE state = 'IN_FLIGHT' AND ticket_id IS NOT NULL AND ticket_held
"""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why packages wait for a person: a rule that refused, a fault, BY_HAND; and how many.

    What the Registry holds under a ticket waits for what keeps it there.
    """

    cause: str
    packages: int


@dataclass(frozen=True, slots=True)
class Left:
    """A package that stays as it is, and why."""

    message_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Retried:
    """How many packages were let go, which were not; ``after`` is where to go on, if anywhere.

    ``until`` is the last of those that waited when the first request came; ``waiting`` is how many
    wait now, those that stopped since then among them.
    """

    retried: int
    left: tuple[Left, ...]
    after: UUID | None
    until: UUID | None
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingAsked:
    """What waits for ``cause``, or for any, by ids above ``after`` and up to ``until``."""

    cause: str | None = None
    after: UUID | None = None
    until: UUID | None = None


def first_waiting(log: EventLog, object_ids: Collection[UUID]) -> dict[UUID, int]:
    """The first version of each tender that waits for a person; those after it wait behind it."""
    query = (
        "SELECT object_id, min(version) FROM views.versions "
        "WHERE object_id = ANY(%s::uuid[]) AND state IN ('REFUSED', 'STOPPED') GROUP BY 1"
    )
    return dict(log.recorder.select(query, (list(object_ids),)))


def causes(log: EventLog) -> list[Cause]:
    """The causes for which packages wait for a person, the most frequent first."""
    query = f"SELECT cause, count(*) FROM ({_WAITING}) w GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608  # fixed text
    return [Cause(*row) for row in log.recorder.select(query, ())]


def retry_all(settling: Settling, asked: WaitingAsked) -> Retried:
    """Let the next packages of those ``asked`` for go; without ``until``, of all that wait now.

    What was stopped goes as it is, what was refused leaves anew.
    """
    settling.follower.catch_up()
    recorder = settling.receipts.log.recorder
    until = asked.until
    if until is None:
        newest = f"SELECT message_id FROM ({_WAITING}) w ORDER BY 1 DESC LIMIT 1"  # noqa: S608  # fixed text
        until = next((row[0] for row in recorder.select(newest, ())), None)
    query = (
        f"SELECT DISTINCT message_id FROM ({_WAITING}) w WHERE message_id > %s "  # noqa: S608  # fixed text
        "AND message_id <= %s AND coalesce(cause = %s, true) ORDER BY 1 LIMIT %s"
    )
    rows = recorder.select(query, (asked.after or _FIRST, until, asked.cause, AT_ONCE))
    left = []
    for (message_id,) in rows:
        try:
            settling.retry(message_id)
        except NothingToDo as why:
            left.append(Left(message_id, str(why)))
    more = rows[-1][0] if len(rows) == AT_ONCE else None
    still = (
        f"SELECT count(DISTINCT message_id) FROM ({_WAITING}) w WHERE coalesce(cause = %s, true)"  # noqa: S608  # fixed text
    )
    [(waiting,)] = recorder.select(still, (asked.cause,))
    return Retried(
        len(rows) - len(left), tuple(left), more, until=until if more else None, waiting=waiting
    )
