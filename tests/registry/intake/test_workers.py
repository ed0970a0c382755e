"""What a worker process finds out about a package is what this process finds out."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from registry.intake import worker_losses
from registry.intake import workers as workers_module
from registry.intake.content_report import Ask
from registry.intake.workers import SMALL, Workers
from shared_contracts.errors import NotReady
from shared_contracts.faults import Unprocessed
from shared_contracts.process.child import Worker
from shared_contracts.process.duties import Watch, every
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.story import Story


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workers, Workers]]:
    """The same desk twice: with one process beside this one, and with none."""
    files = tmp_path_factory.mktemp("files")
    with_one, with_none = Workers(1, files), Workers(0, files)
    yield with_one, with_none
    with_one.close()
    with_none.close()


@pytest.mark.parametrize("broken", [False, True])
def test_a_worker_finds_the_same(
    shared: Story, workers: tuple[Workers, Workers], *, broken: bool
) -> None:
    documents = [shared.tender(**({"lot_count": 9} if broken else {})) for _ in range(3)]
    root = etree.fromstring(shared.packed(*documents))
    if broken:
        root[1].text = "SEZ09"
    body = enclose(SoapVersion.V12, REGISTRY.namespace, "TransferRecords", etree.tostring(root))
    assert len(body) > SMALL
    element = payload_of(open_envelope(body, None), "Package")
    beside, here = (desk.examine(element, body) for desk in workers)
    assert beside == here
    assert (here.bad_signature is not None) is broken


def test_a_small_package_is_left_to_this_process_unless_others_are_under_way(
    shared: Story, workers: tuple[Workers, Workers]
) -> None:
    package = shared.packed(shared.tender())
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    assert len(body) < SMALL
    with_one, with_none = workers
    here = with_none.examine(payload_of(open_envelope(body, None), "Package"), body)
    assert with_one.examine_unopened(body) is None
    assert with_one.examine_unopened(body, 1) == here
    assert with_none.examine_unopened(body, 1) is None


@pytest.mark.clause("S216-18.7")
def test_a_small_package_waits_for_no_worker_that_is_at_work(
    shared: Story, desk: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "ANSWER", 4.0)
    body = enclose(
        SoapVersion.V11, REGISTRY.namespace, "TransferRecords", shared.packed(shared.tender())
    )
    stop(desk, signal.SIGSTOP)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(desk.examine_unopened, big(shared)) for _ in range(2)]
        time.sleep(0.5)
        start = time.monotonic()
        assert desk.examine_unopened(body, 2) is None
        assert time.monotonic() - start < 1.0
        for one in asked:
            assert isinstance(one.exception(60), Unprocessed)


def test_what_is_not_in_order_is_left_to_whoever_opens_it(
    shared: Story, workers: tuple[Workers, Workers]
) -> None:
    package = shared.packed(*(shared.tender() for _ in range(3)))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    with_one, with_none = workers
    assert with_one.examine_unopened(body) is not None
    assert with_one.examine_unopened(body[:-20]) is None
    assert with_none.examine_unopened(body) is None


def big(shared: Story) -> bytes:
    """A message that a worker is asked about."""
    package = shared.packed(*(shared.tender() for _ in range(3)))
    return enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)


def stop(desk: Workers, what: signal.Signals) -> list[int]:
    """Send a signal to every worker process; their ids."""
    pids = [worker.process.pid or 0 for worker in desk._workers()]
    for pid in pids:
        os.kill(pid, what)
    return pids


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Workers]:
    """Two workers, which are tended as in the process."""
    workers, ended = Workers(2, tmp_path), threading.Event()
    watch = Watch("tru", [every("workers", 0.05, workers.tend)])
    watch.begin(ended)
    yield workers
    ended.set()
    watch.end()
    workers.close()


@pytest.mark.clause("S216-18.7")
def test_a_worker_that_is_killed_costs_its_sender_nothing(shared: Story, desk: Workers) -> None:
    body = big(shared)
    expected = desk.examine_unopened(body)
    with ThreadPoolExecutor(1) as pool:
        pids = stop(desk, signal.SIGSTOP)  # so that the question is under way when it is killed
        asked = pool.submit(desk.examine_unopened, body)
        time.sleep(0.2)
        stop(desk, signal.SIGKILL)
        assert asked.result(60) == expected
    assert desk.lost >= 1
    deadline = time.monotonic() + 60
    while set(pids) & {worker.process.pid for worker in desk._workers()}:
        assert time.monotonic() < deadline, "a worker that was killed is not replaced"
        time.sleep(0.05)


@pytest.mark.clause("S216-18.7")
def test_frozen_workers_are_ended_and_replaced_and_others_do_not_wait_behind(
    shared: Story, desk: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "ANSWER", 4.0)
    monkeypatch.setattr(workers_module, "UNEASY", 0.5)
    body = big(shared)
    element = payload_of(open_envelope(body, None), "Package")
    expected = desk.examine(element, body)
    stop(desk, signal.SIGSTOP)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(desk.examine_unopened, body) for _ in range(2)]
        time.sleep(0.8)
        with pytest.raises(NotReady, match="no worker has answered"):
            desk.check()
        assert pool.submit(desk.examine, element, body).result(60) == expected
        assert not any(one.done() for one in asked)
        for one in asked:
            with pytest.raises(Unprocessed, match="BUSY"):
                one.result(60)
    desk.suspects.clear(body)
    assert desk.examine_unopened(body) == expected
    assert desk.check() == "2 of 2"


def test_a_message_too_large_for_the_pipe_does_not_hang_before_a_frozen_worker(
    desk: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "ANSWER", 1.0)
    stop(desk, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool, pytest.raises(Unprocessed, match="BUSY"):
        pool.submit(desk.examine_unopened, b"x" * 8_000_000).result(60)


def test_a_message_over_which_two_workers_were_lost_is_put_off(
    desk: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_losses, "FIRST", 30.0)

    def killed(worker: Worker, _body: bytes, _ask: Ask) -> bytes:
        raise workers_module._Lost(worker)

    body = b"x" * SMALL
    monkeypatch.setattr(workers_module, "_answered", killed)
    with pytest.raises(Unprocessed, match="workers were lost"):
        desk.examine_unopened(body)
    monkeypatch.undo()
    with pytest.raises(Unprocessed, match="BUSY") as put_off:
        desk.examine_unopened(body)
    assert 0 < (put_off.value.retry_after or 0) <= 30
    assert desk.examine_unopened(b"y" * SMALL) is None
    assert desk.lost == 2


def test_a_worker_that_ended_while_nobody_asked_it_is_replaced(desk: Workers) -> None:
    pids = stop(desk, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while set(pids) & {worker.process.pid for worker in desk._workers()} or desk.running() < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert desk.check() == "2 of 2"


@pytest.mark.parametrize("which", [0, 1])
def test_each_worker_that_ended_is_noticed_whichever_would_be_asked_next(
    desk: Workers, which: int
) -> None:
    struck = sorted(worker.process.pid or 0 for worker in desk._workers())[which]
    os.kill(struck, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while desk.lost < 1 or desk.running() < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert struck not in {worker.process.pid for worker in desk._workers()}


def test_workers_end_at_once_although_they_are_frozen(shared: Story, tmp_path: Path) -> None:
    desk, body = Workers(2, tmp_path), big(shared)
    stop(desk, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(desk.examine_unopened, body)
        time.sleep(0.2)
        began = time.monotonic()
        desk.close()
        with pytest.raises(Unprocessed, match="MAINTENANCE"):
            asked.result(10)
    assert time.monotonic() - began < 8
