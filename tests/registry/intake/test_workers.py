"""What a worker process finds out about a package is what this process finds out."""

from collections.abc import Iterator

import pytest
from lxml import etree

from registry.intake.workers import SMALL, Workers
from shared_contracts.envelope import SoapVersion, enclose, open_envelope, payload_of
from shared_contracts.soap.services import REGISTRY
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
    house: Story, workers: tuple[Workers, Workers], *, broken: bool
) -> None:
    documents = [house.tender(**({"lot_count": 9} if broken else {})) for _ in range(3)]
    root = etree.fromstring(house.packed(*documents))
    if broken:
        root[1].text = "SEZ09"
    body = enclose(SoapVersion.V12, REGISTRY.namespace, "TransferRecords", etree.tostring(root))
    assert len(body) > SMALL
    element = payload_of(open_envelope(body, None), "Package")
    beside, here = (desk.examine(element, body) for desk in workers)
    assert beside == here
    assert (here.bad_signature is not None) is broken


def test_what_is_not_in_order_is_left_to_whoever_opens_it(
    house: Story, workers: tuple[Workers, Workers]
) -> None:
    package = house.packed(*(house.tender() for _ in range(3)))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    with_one, with_none = workers
    assert with_one.examine_unopened(body) is not None
    assert with_one.examine_unopened(body[:-20]) is None
    assert with_none.examine_unopened(body) is None
