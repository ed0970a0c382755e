"""The signers of a package are asked about at once, and few packages wait for authorities."""

import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime

import pytest
from typing_extensions import override

from registry.intake import revocation_queries as module
from registry.intake.integrity import check_integrity
from registry.intake.revocation_queries import AskedChecker, RevocationQueries
from registry.intake.steps import Received, WholePackage
from registry.intake.verdict_log import Checker, Judge
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing.report import CertificateReport, Stamp
from tests.registry.intake.test_gate import examined
from tests.story import Story, raised


class Slow:
    """The Registry's checker behind a line that flows only when it is told to."""

    def __init__(self, shared: Story, asked: int) -> None:
        self._checker = shared.registry.intake.admission.checker
        self.line = threading.Barrier(asked)

    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        """The verdict, once enough others are asked for as well."""
        self.line.wait(20)
        return self._checker.check(chain, at, stamp=stamp)

    def keeps(self, _chain: Sequence[bytes], _at: datetime, _stamp: Stamp | None = None) -> bool:
        """Nothing is kept."""
        return False

    def comes_from_authority(self, chain: Sequence[bytes], at: datetime) -> bool:
        """What the checker says."""
        return self._checker.comes_from_authority(chain, at)

    def together(self) -> AbstractContextManager[Judge]:
        """Itself: what its checker says is written down at once."""
        return nullcontext(self)


def whole(shared: Story, *signers: str) -> WholePackage:
    """A package whose documents have these signers."""
    found = examined(
        shared,
        shared.packed(*(shared.sign(shared.tender(), one) for one in signers)),
    )
    whole = check_integrity(
        Received(b"", found, "", shared.now), shared.registry.intake.environment
    )
    assert isinstance(whole, WholePackage)
    return whole


def test_the_signers_of_a_package_are_asked_about_together(shared: Story) -> None:
    signers = ("customer1-head", "customer1-signer", "customer2-head-rsa")
    told = RevocationQueries(1).ask(whole(shared, *signers, "customer1-head"), Slow(shared, 3))
    assert isinstance(told, AskedChecker)
    assert len(told.reports) == 3


def test_who_finds_all_seats_held_for_long_comes_again(
    shared: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HELD", 0.0)
    desk, package = RevocationQueries(1), whole(shared, "customer1-head")
    slow = Slow(shared, 2)
    first = threading.Thread(target=desk.ask, args=(package, slow))
    first.start()
    while slow.line.n_waiting == 0:
        first.join(0.01)
    with pytest.raises(Unprocessed) as fault:
        desk.ask(package, slow)
    assert (raised(fault.value)[0], fault.value.retry_after) == ("REVOCATION_UNAVAILABLE", 2)
    slow.line.wait(20)
    first.join(20)
    assert isinstance(desk.ask(package, Slow(shared, 1)), AskedChecker)


class Broken(Slow):
    """A checker that fails for the first who asks, while the second still waits for an answer."""

    def __init__(self, shared: Story) -> None:
        super().__init__(shared, 2)
        self.asked, self.begun = threading.Semaphore(1), threading.Event()

    @override
    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        """A bug, or the verdict when its time has come."""
        if self.asked.acquire(blocking=False):
            assert self.begun.wait(20)
            raise RuntimeError("a bug")
        self.begun.set()
        return super().check(chain, at, stamp=stamp)


def test_an_answer_that_comes_after_its_package_has_left_holds_up_nobody(
    shared: Story,
) -> None:
    desk, broken = RevocationQueries(1), Broken(shared)
    with pytest.raises(RuntimeError):
        desk.ask(whole(shared, "customer1-head", "customer1-signer"), broken)
    broken.line.wait(20)
    desk._executor.shutdown(wait=True)
    assert not desk._is_silent(time.monotonic() + 60)


class Full(RevocationQueries):
    """A desk without a free seat."""

    @override
    def ask(self, whole: WholePackage, checker: Checker) -> Checker:
        """Nobody is asked."""
        raise Unprocessed(Fault.REVOCATION_UNAVAILABLE, "full", retry_after=2)


@pytest.mark.clause("S216-18.3")
def test_a_package_without_a_seat_is_deferred_and_its_arrival_counts(shared: Story) -> None:
    context = replace(shared.registry.intake, revocation_queries=Full(1))
    before, package = shared.position(), shared.packed(shared.tender())
    with pytest.raises(Unprocessed):
        replace(shared, registry=replace(shared.registry, intake=context)).post(package)
    assert shared.events(before) == ["package-deferred.1"]
    assert shared.post(package).outcome == ("ACCEPTED", "RECORDED")
