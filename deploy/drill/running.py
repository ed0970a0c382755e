"""Runs drills, each on copies of its own of both stores."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from deploy.drill.at_work import DoesNotOpen, Work, at_work
from deploy.drill.audits import AUDITS, Tampered, audited
from deploy.drill.drills import Drill
from deploy.drill.hand import hand_on
from deploy.drill.replays import replayed
from deploy.drill.sides import Side, other
from deploy.drill.snapshot import BACKUP, Snapshot
from deploy.drill.table import DrillResult
from deploy.drill.wanted import (
    Expected,
    names,
)


def run(drill: Drill, side: Side, snapshot: Snapshot) -> list[DrillResult]:
    """Tamper with a copy of a side's store, and ask every audit that there is of that side."""
    with ExitStack() as held:
        source = BACKUP if drill.from_backup else None
        dsns: dict[Side, str] = {
            side: held.enter_context(snapshot.copied(side, source)),
            other(side): held.enter_context(snapshot.copied(other(side))),
        }
        with hand_on(snapshot, side, dsns[side]) as hand:
            expected = drill.damage(hand)
        found = audited(snapshot, side, dsns[side])
        rebuilt = replayed(snapshot, side, dsns[side])
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="tru-drill-")))
        work: Work | None = None
        reason = ""
        try:
            work = held.enter_context(at_work(snapshot, dsns, folder))
        except DoesNotOpen as closed:
            reason = str(closed)
        tampered = Tampered(snapshot, side, dsns, work, reason, found, rebuilt)
        return list(_asked(drill, tampered, expected))


def _asked(drill: Drill, tampered: Tampered, expected: Expected) -> Iterator[DrillResult]:
    for one in AUDITS:
        if tampered.side not in one.sides:
            continue
        heard, wanted = one.hear(tampered), expected.get(one.name, names())
        yield DrillResult(
            drill=drill.name,
            side=tampered.side,
            audit=one.name,
            depth=one.depth,
            remembers=one.remembers,
            found=bool(heard.named),
            named=tuple(sorted(heard.named)),
            expected=tuple(sorted(wanted.places)),
            as_expected=wanted.is_met(heard.named),
            message=heard.message,
            proves_nothing=drill.proves_nothing,
        )
