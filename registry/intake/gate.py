"""Who may have how much work done for a message: cheap questions before dear ones.

The documents of a message are proven only where its signer is a system of the register whose
certificate comes from an authority we trust, as far as that is known without asking anybody.
A heavy message of such a system has a place of its own, and its other messages have a share of the
work together, so that others go on meanwhile.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from registry.intake.content_report import Ask, Examined, Permission, WorkRequest
from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing import proof_cost

PUT_OFF = 60.0
"""Seconds for which a peer gets no dear work unproven, after such work was done for it in vain."""

PEERS = 2000
"""Most peers that are put off at once; beyond that the one heard of longest ago is forgotten."""


class IntakeGate:
    """Gives permission to prove a message's documents; one object serves all threads.

    ``is_known`` says whether whoever signed is a system of the register, ``at_once`` how many
    heavy messages may be under examination at once; of one system it is one. Its others ask for no
    more than ``proof_cost.SHARE`` together, unless there is only one of them. While a large
    document of a system is examined beside these, it has no heavy message, and half of the share.
    """

    def __init__(self, is_known: Callable[[WorkRequest], bool], at_once: int = 1) -> None:
        self._is_known, self._at_once = is_known, max(1, at_once)
        self._guard = Lock()
        self._heavy: set[str] = set()
        self._light: Counter[str] = Counter()
        self._large: Counter[str] = Counter()
        self._put_off: BoundedCache[str, float] = BoundedCache(PEERS)

    def note(self, peer: str, examined: Examined) -> None:
        """Put a peer off whose message asked for dear work and then bore no good signature.

        Such a message takes the place of those whose signature is good and not proven yet.
        """
        if examined.bad_signature and examined.work > proof_cost.FREE:
            self._put_off.put(peer, time.monotonic() + PUT_OFF)

    @contextmanager
    def large(self, sez_code: str) -> Iterator[None]:
        """A large document of a system is examined meanwhile, in a process of its own.

        It takes of what the system has and not of what others have: nobody else waits for it.
        """
        with self._guard:
            self._large[sez_code] += 1
        try:
            yield
        finally:
            with self._guard:
                self._large[sez_code] -= 1
                self._large += Counter()  # only those who have one under examination

    @contextmanager
    def visit(self, peer: str = "", *, light: bool = False) -> Iterator[Ask]:
        """The question that is asked for one message of a peer; its place is free again at the end.

        ``light`` says that there is no place for a heavy one.
        """
        mine: list[WorkRequest] = []
        try:
            yield lambda asked: self._permission(asked, mine, peer, light=light)
        finally:
            with self._guard:
                self._give_back(mine)

    def _permission(
        self, asked: WorkRequest, mine: list[WorkRequest], peer: str, *, light: bool
    ) -> Permission:
        if not self._is_known(asked):
            return Permission.STRANGER
        if asked.work > proof_cost.MOST:
            return Permission.TOO_MUCH
        if light and _is_heavy(asked):
            return Permission.BUSY
        if not asked.is_proven and time.monotonic() < (self._put_off.get(peer) or 0.0):
            return Permission.PUT_OFF
        with self._guard:
            self._give_back(mine)
            if not self._has_room(asked):
                return Permission.BUSY
            self._take_place(asked)
            mine.append(asked)
        return Permission.GIVEN

    def _has_room(self, asked: WorkRequest) -> bool:
        code = _code(asked)
        has_large = bool(self._large[code])
        if _is_heavy(asked):
            return code not in self._heavy and not has_large and len(self._heavy) < self._at_once
        others, share = self._light[code], proof_cost.SHARE // (2 if has_large else 1)
        return not others or others + asked.work <= share

    def _take_place(self, asked: WorkRequest) -> None:
        if _is_heavy(asked):
            self._heavy.add(_code(asked))
        else:
            self._light[_code(asked)] += asked.work

    def _give_back(self, mine: list[WorkRequest]) -> None:
        while mine:
            asked = mine.pop()
            if _is_heavy(asked):
                self._heavy.discard(_code(asked))
            else:
                self._light[_code(asked)] -= asked.work
                self._light += Counter()  # only those who have something under examination


def _is_heavy(asked: WorkRequest) -> bool:
    return asked.work > proof_cost.HEAVY


def _code(asked: WorkRequest) -> str:
    """Whose share it takes: all messages whose signatures are not proven yet have one together."""
    return asked.sez_code or "" if asked.is_proven else ""


def check_permission(examined: Examined) -> None:
    """Nothing goes on whose signatures were not looked at; ``Unprocessed`` tells what to do."""
    match examined.permission:
        case Permission.TOO_MUCH:
            detail = (
                f"proving the signatures is work of {examined.work} octets, "
                f"{proof_cost.MOST} at most"
            )
            raise Unprocessed(Fault.TOO_LARGE, f"{detail}: send fewer records in a package")
        case Permission.BUSY:
            if examined.work > proof_cost.HEAVY:
                raise Unprocessed(Fault.BUSY, "a heavy message is under examination", retry_after=5)
            detail = "other messages of this system are under examination: send fewer at once"
            raise Unprocessed(Fault.BUSY, detail, retry_after=1)
        case Permission.PUT_OFF:
            detail = (
                "a message from this address bore no good signature: those that cost as much are "
                f"taken again within {PUT_OFF:.0f} seconds"
            )
            raise Unprocessed(Fault.BUSY, detail, retry_after=round(PUT_OFF))
        case Permission.STRANGER:  # the register or the hour has changed since it was asked
            raise Unprocessed(Fault.BUSY, "the sender has just become known", retry_after=1)
        case Permission.GIVEN:
            pass
