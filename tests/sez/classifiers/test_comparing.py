"""Who signs waits shortly for a comparison of classifiers, and not for a Registry that is away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import Response

from sez.classifiers import copy as copies
from shared_contracts.classifiers.edition import CLASSIFIERS
from tests.sez.link import Letter
from tests.sez.systems import BothSystems


def asked(systems: BothSystems) -> int:
    """How many questions about classifiers came by."""
    return sum(letter.is_call("GetClassifier") for letter in systems.link.passed)


def test_a_registry_that_was_away_is_not_asked_again_at_once(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    monkeypatch.setattr(copies, "AWAY", 0.0)
    assert copy.anew() is None
    systems.link.cut = False
    assert copy.anew() is copy.codes


def test_who_comes_while_others_compare_takes_what_they_find_or_goes_on(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
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
        second = threads.submit(copy.anew)
        with monkeypatch.context() as patch:
            patch.setattr(copies, "WAIT", 0.01)
            assert copy.anew() is None
        on.set()
        first.result(20)
        assert second.result(20) is copy.codes
    assert asked(systems) == len(CLASSIFIERS)
