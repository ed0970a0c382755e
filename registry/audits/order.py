"""An audit as it is ordered, and what an order must keep (S216-12b)."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.limits import NAME
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from shared_contracts.messages.kinds import KINDS
from shared_contracts.rules.rule import blank

GROUND = 4000
"""Most characters of a ground."""


class AuditWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is ordered: of which system, what, within which scope, on what ground, by whom.

    Without ``contents`` all are obtained, without ``object_types`` objects of all types. ``since``
    and ``until`` bound what was recorded of changes and events. With a ``depth`` checksums are
    compared as trees, and told only where they differ; other contents have none.
    """

    sez_code: str
    contents: tuple[AuditContent, ...] = tuple(AuditContent)
    object_types: tuple[str, ...] = ()
    depth: ChecksumDepth | None = None
    since: datetime | None = None
    until: datetime | None = None
    ground: str
    ordered_by: str
    authority_bin: str


def check_order(wanted: AuditWanted, now: datetime) -> None:
    """Raise ``BadInput`` with all that is wrong with an order."""
    if flaws := [*_named(wanted), *_deep(wanted), *_timed(wanted, now)]:
        raise BadInput("; ".join(flaws))


def _named(wanted: AuditWanted) -> Iterator[str]:
    if blank(wanted.ground) or len(wanted.ground) > GROUND:
        yield f"ground: say in 1 to {GROUND} characters why it is ordered"
    if blank(wanted.ordered_by) or len(wanted.ordered_by) > NAME:
        yield f"ordered_by: name who ordered it, in 1 to {NAME} characters"
    if not wanted.contents or len(set(wanted.contents)) != len(wanted.contents):
        yield f"contents: give one or more of {', '.join(AuditContent)}, each once"
    if foreign := [one for one in wanted.object_types if one not in KINDS]:
        yield f"object_types {', '.join(foreign)[:200]!r}: give some of {', '.join(KINDS)}"
    if len(set(wanted.object_types)) != len(wanted.object_types):
        yield "object_types: give each once"


def _deep(wanted: AuditWanted) -> Iterator[str]:
    if wanted.depth is not None and AuditContent.CHECKSUMS not in wanted.contents:
        yield f"depth {wanted.depth}: it is of CHECKSUMS, name them among contents or leave it out"


def _timed(wanted: AuditWanted, now: datetime) -> Iterator[str]:
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        if moment is not None and moment.tzinfo is None:
            yield f"{name} {moment.isoformat()}: give its offset, such as +05:00"
        elif moment is not None and moment > now:
            yield f"{name} {moment.isoformat()}: give a moment that has passed"
    bounds = (wanted.since, wanted.until)
    aware = [one for one in bounds if one is not None and one.tzinfo is not None]
    if len(aware) == len(bounds) and aware[1] < aware[0]:
        yield "until: give a moment after since"
