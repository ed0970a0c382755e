"""The hour within which information must be transferred after it was formed (S216-18.3).

The limit is the dated value of F-HDR-4 in the catalogue; whatever asks for the hour asks here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from shared_contracts.astana_time import ASTANA
from shared_contracts.messages.notice import AnnouncedWorks
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.rule import day_of


def hour(formed_at: datetime) -> timedelta:
    """The time that the rules of the day give to transfer what was formed at ``formed_at``."""
    return timedelta(seconds=parameters("F-HDR-4", day_of(formed_at))["limit"])


def delay(formed_at: datetime, first_received_at: datetime) -> timedelta:
    """From the forming to the first proven arrival.

    A moment without an offset is refused by its own rule; here it is read as Astana's.
    """
    formed = formed_at if formed_at.tzinfo else formed_at.replace(tzinfo=ASTANA)
    return first_received_at - formed


def is_late(formed_at: datetime, first_received_at: datetime) -> bool:
    """Whether what was formed came after its hour; exactly the hour is in time."""
    return delay(formed_at, first_received_at) > hour(formed_at)


def standing(announced: Mapping[UUID, AnnouncedWorks]) -> tuple[AnnouncedWorks, ...]:
    """The works that are still meant, of all that were announced by their notices' ids."""
    replaced = {one.replaces for one in announced.values()}
    return tuple(works for id_, works in announced.items() if id_ not in replaced)


def is_excused(
    formed_at: datetime, first_received_at: datetime, works: Iterable[AnnouncedWorks]
) -> bool:
    """Whether announced works excuse a delay: without their time it is within the hour.

    It stays late all the same (S216-18.3, S216-18.4).
    """
    counted, seen = delay(formed_at, first_received_at), formed_at
    for one in sorted(works, key=lambda one: one.begins_at):
        begin, end = max(one.begins_at, seen), min(one.ends_at, first_received_at)
        if one.excuses_hour and begin < end:
            counted, seen = counted - (end - begin), end
    return counted <= hour(formed_at)
