"""What the replay of a store names: events that are not as recorded, rows that do not follow."""

from collections.abc import Iterator, Mapping

from deploy.drill.sides import CODE, Side
from deploy.drill.snapshot import EMPTY, Snapshot
from shared_contracts.errors import Diagnosed
from shared_contracts.event_log.derived import Whose
from shared_contracts.event_log.replaying.replay import ReplayAsked, Replayed, replay
from shared_contracts.messages.document import Environment


def replayed(snapshot: Snapshot, side: Side, dsn: str) -> Mapping[str, str]:
    """What `registry replay` or `sez replay` names, by place, with its words."""
    whose = Whose(Environment.STAND, CODE if side == "sez" else "")
    with snapshot.copied(side, EMPTY) as into:
        try:
            outcome = replay(dsn, into, ReplayAsked(side, whose, processes=False))
        except Diagnosed as refused:
            return {"refused": str(refused)}
    return dict(_named(outcome))


def _named(outcome: Replayed) -> Iterator[tuple[str, str]]:
    for one in outcome.wrong:
        yield (f"{one.fault} at {one.position}", str(one))
    if row := outcome.differing:
        words = f"{row.table} {row.key}, {row.column}: stored {row.stored}; made {row.made}"
        yield f"{row.table} {row.column}", words[:400]
