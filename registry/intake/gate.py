"""Who may have how much work done for a message: cheap questions before dear ones.

The documents of a message are proven only where its signer is a system of the register whose
certificate comes from an authority we trust, as far as that is known without asking anybody.
A heavy message of such a system has a place of its own, and its other messages have a share of the
work together, so that others go on meanwhile.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from registry.intake.content_report import Ask, Bearing, Examined, Leave
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing import proof_cost


class IntakeGate:
    """Gives leave to prove a message's documents; one object serves all threads.

    ``is_known`` says whether whoever signed is a system of the register, ``at_once`` how many
    heavy messages may be under examination at once; of one system it is one. Its others ask for no
    more than ``proof_cost.SHARE`` together, unless there is only one of them.
    """

    def __init__(self, is_known: Callable[[Bearing], bool], at_once: int = 1) -> None:
        self._is_known, self._at_once = is_known, max(1, at_once)
        self._guard = Lock()
        self._heavy: set[str] = set()
        self._light: Counter[str] = Counter()

    @contextmanager
    def visit(self, *, light: bool = False) -> Iterator[Ask]:
        """The question that is asked for one message; its place is free again at the end.

        ``light`` says that there is no place for a heavy one.
        """
        mine: list[Bearing] = []
        try:
            yield lambda bearing: self._leave(bearing, mine, light=light)
        finally:
            with self._guard:
                self._leave_places(mine)

    def _leave(self, bearing: Bearing, mine: list[Bearing], *, light: bool) -> Leave:
        if not self._is_known(bearing):
            return Leave.STRANGER
        if bearing.work > proof_cost.MOST:
            return Leave.TOO_MUCH
        if light and _is_heavy(bearing):
            return Leave.BUSY
        with self._guard:
            self._leave_places(mine)
            if not self._has_room(bearing):
                return Leave.BUSY
            self._take_place(bearing)
            mine.append(bearing)
        return Leave.GIVEN

    def _has_room(self, bearing: Bearing) -> bool:
        code = _code(bearing)
        if _is_heavy(bearing):
            return code not in self._heavy and len(self._heavy) < self._at_once
        others = self._light[code]
        return not others or others + bearing.work <= proof_cost.SHARE

    def _take_place(self, bearing: Bearing) -> None:
        if _is_heavy(bearing):
            self._heavy.add(_code(bearing))
        else:
            self._light[_code(bearing)] += bearing.work

    def _leave_places(self, mine: list[Bearing]) -> None:
        while mine:
            bearing = mine.pop()
            if _is_heavy(bearing):
                self._heavy.discard(_code(bearing))
            else:
                self._light[_code(bearing)] -= bearing.work
                self._light += Counter()  # only those who have something under examination


def _is_heavy(bearing: Bearing) -> bool:
    return bearing.work > proof_cost.HEAVY


def _code(bearing: Bearing) -> str:
    """Whose share it takes: all messages whose signatures are not proven yet have one together."""
    return bearing.sez_code or "" if bearing.is_proven else ""


def check_leave(examined: Examined) -> None:
    """Nothing goes on whose signatures were not looked at; ``Unprocessed`` tells what to do."""
    match examined.leave:
        case Leave.TOO_MUCH:
            detail = (
                f"proving the signatures is work of {examined.work} octets, "
                f"{proof_cost.MOST} at most"
            )
            raise Unprocessed(Fault.TOO_LARGE, f"{detail}: send fewer records in a package")
        case Leave.BUSY:
            if examined.work > proof_cost.HEAVY:
                raise Unprocessed(Fault.BUSY, "a heavy message is under examination", retry_after=5)
            detail = "other messages of this system are under examination: send fewer at once"
            raise Unprocessed(Fault.BUSY, detail, retry_after=1)
        case Leave.STRANGER:  # the register or the hour has changed since it was asked
            raise Unprocessed(Fault.BUSY, "the sender has just become known", retry_after=1)
        case Leave.GIVEN:
            pass
