"""What bodies of messages leave behind is let go by their bytes, not by the number of objects."""

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from eventsourcing.persistence import OperationalError
from typing_extensions import override

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.http.body_garbage import AFTER, BodyGarbage
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.exchange import Handle
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.soap.service import serve
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion
from tests.serving import Desk, message, registry_serving

FILLED = f'<Package xmlns="{NAMESPACE}"><SezCode>{"9" * 10_000}</SezCode></Package>'.encode()


class Circle:
    """What holds itself, so that only a search finds it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def no_search() -> Iterator[None]:
    """Nothing is searched for but what these tests ask for."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_after_so_many_bytes_of_bodies_garbage_is_searched_for_and_then_counted_anew() -> None:
    bodies = BodyGarbage()
    for _ in range(2):
        held = weakref.ref(Circle())
        bodies.left(AFTER - 1)
        assert held() is not None
        bodies.left(1)
        assert held() is None


@pytest.mark.clause("S216-18.6")
def test_what_large_messages_leave_at_an_endpoint_is_let_go(tmp_path: Path) -> None:
    left = list[weakref.ref[Circle]]()

    class Leaving(Desk):
        @override
        def take(self, _payload: Element, _body: bytes, _peer: Peer = NOBODY) -> bytes:
            left.append(weakref.ref(Circle()))
            return self.answer()

    large = message(SoapVersion.V11, FILLED.replace(b"9" * 9_000, b"9" * 6_000_000))
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    with registry_serving(Leaving(), tmp_path) as base, httpx.Client(trust_env=False) as client:
        for _ in range(6):
            client.post(f"{base}/soap/", content=large, headers=headers, timeout=30)
    assert [one() is None for one in left[:3]] == [True] * 3


def ending(made: Callable[[], Exception] | None) -> Handle:
    """A service whose operations end in a problem, or well."""

    def work(_payload: Element, _body: bytes, _peer: Peer) -> bytes:
        if made is not None:
            raise made()
        return b"<Answer/>"

    return serve(REGISTRY, dict.fromkeys(REGISTRY.documents, work), fault_wording)


@pytest.mark.clause("S216-18.6")
@pytest.mark.parametrize(
    "made",
    [
        None,
        partial(Unprocessed, Fault.FILES_MISSING),
        partial(Unprocessed, Fault.NOT_A_PACKAGE),
        OperationalError,
    ],
)
@pytest.mark.parametrize("operation", ["TransferRecords", "GiveMeAll"])
def test_nobody_holds_a_message_that_was_answered(
    made: Callable[[], Exception] | None, operation: str
) -> None:
    handle = ending(made)
    body = message(SoapVersion.V12, FILLED, operation)
    before = sys.getrefcount(body)
    handle(body, SoapVersion.V12.content_type)
    assert sys.getrefcount(body) == before
