"""Who signs waits shortly for a comparison of classifiers, and not for a Registry that is away."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import Response

from sez.classifiers.copy import ClassifierCopy
from shared_contracts.classifiers.edition import CLASSIFIERS
from tests.sez.link import Letter
from tests.sez.systems import BothSystems


def asked(systems: BothSystems) -> int:
    """How many questions about classifiers came by."""
    return sum(letter.is_call("GetClassifier") for letter in systems.link.passed)


def has_come(function: str, value: str) -> bool:
    """Whether a thread is in a function of that name, and has set a value there."""
    return any(
        frame.f_code.co_name == function and value in frame.f_locals
        for frame in sys._current_frames().values()
    )


def test_a_registry_that_was_away_is_not_asked_again_at_once(systems: BothSystems) -> None:
    copy = systems.system.classifiers
    systems.link.cut = True
    assert copy.anew() is None
    systems.link.cut = False
    before = asked(systems)
    assert copy.anew() is None
    assert asked(systems) == before
    copy.refresh()
    assert copy.anew() is copy.codes
    systems.link.cut = True
    copy.away = 0.0
    assert copy.anew() is None
    systems.link.cut = False
    assert copy.anew() is copy.codes


def test_who_comes_while_others_compare_takes_what_they_find_or_goes_on(
    systems: BothSystems,
) -> None:
    copy, there, on = systems.system.classifiers, threading.Event(), threading.Event()

    def held(letter: Letter) -> Response:
        there.set()
        assert on.wait(20)
        return letter.deliver()

    systems.link.strikes = "GetClassifier"
    systems.link.accidents.append(held)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(copy.refresh)
        assert there.wait(20)
        assert copy.anew(wait=0.01) is None
        second = threads.submit(copy.anew, 20.0)
        deadline = time.monotonic() + 20
        while not has_come(ClassifierCopy.anew.__name__, "came"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        on.set()
        first.result(20)
        assert second.result(20) is copy.codes
    assert asked(systems) == len(CLASSIFIERS)
