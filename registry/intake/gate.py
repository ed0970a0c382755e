"""Who may have how much work done for a message: cheap questions before dear ones.

The documents of a message are proven only where its signer is a system of the register whose
certificate comes from an authority we trust, as far as that can be told without asking anybody.
A heavy message of such a system has a place of its own, so that others go on meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from registry.intake.content_report import Ask, Bearing, Examined, Leave
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing import proof_cost


class IntakeGate:
    """Gives leave to prove a message's documents; one object serves all threads.

    ``is_known`` says whether whoever signed is a system of the register, ``at_once`` how many
    heavy messages may be under examination at once; of one system it is one.
    """

    def __init__(self, is_known: Callable[[Bearing], bool], at_once: int = 1) -> None:
        self._is_known, self._at_once = is_known, max(1, at_once)
        self._guard = Lock()
        self._heavy: set[str] = set()

    @contextmanager
    def visit(self, *, light: bool = False) -> Iterator[Ask]:
        """The question that is asked for one message; its place is free again at the end.

        ``light`` says that there is no place for a heavy one.
        """
        mine: list[str] = []
        try:
            yield lambda bearing: self._leave(bearing, None if light else mine)
        finally:
            with self._guard:
                self._heavy.difference_update(mine)

    def _leave(self, bearing: Bearing, mine: list[str] | None) -> Leave:
        if not self._is_known(bearing):
            return Leave.STRANGER
        if bearing.work > proof_cost.MOST:
            return Leave.TOO_MUCH
        if bearing.work <= proof_cost.HEAVY:
            return Leave.GIVEN
        has_place = mine is not None and (mine or self._took_place(bearing, mine))
        return Leave.GIVEN if has_place else Leave.BUSY

    def _took_place(self, bearing: Bearing, mine: list[str]) -> bool:
        code = bearing.sez_code or ""
        with self._guard:
            if code in self._heavy or len(self._heavy) >= self._at_once:
                return False
            self._heavy.add(code)
        mine.append(code)
        return True


def check_leave(examined: Examined) -> None:
    """Nothing goes on whose signatures were not looked at; ``Unprocessed`` tells what to do."""
    match examined.leave:
        case Leave.TOO_MUCH:
            told = (
                f"proving the signatures is work of {examined.work} octets, "
                f"{proof_cost.MOST} at most"
            )
            raise Unprocessed(Fault.TOO_LARGE, f"{told}: send fewer records in a package")
        case Leave.BUSY:
            raise Unprocessed(Fault.BUSY, "a heavy message is under examination", retry_after=5)
        case Leave.STRANGER:  # the register or the hour has changed since it was asked
            raise Unprocessed(Fault.BUSY, "the sender has just become known", retry_after=1)
        case Leave.GIVEN:
            pass
