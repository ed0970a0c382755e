"""The hourly fact about strangers: how many messages came, and the digest of them all."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from shared_contracts.event_log.event import Event, topic


@topic("arrivals-counted.1")
class ArrivalsCounted(Event, frozen=True, kw_only=True):
    """So many messages of no proven sender came between two moments.

    ``digest`` is SHA-256 over their SHA-256 values, one after another, oldest first.
    """

    since: datetime
    until: datetime
    count: int
    digest: str


def count(since: datetime, until: datetime, hashes: Iterable[str]) -> ArrivalsCounted:
    """The fact about the messages with these SHA-256 values (lower hex, oldest first)."""
    values = [bytes.fromhex(value) for value in hashes]
    digest = sha256(b"".join(values)).hexdigest()
    return ArrivalsCounted(since=since, until=until, count=len(values), digest=digest)
