"""A Registry that can reach its SEZ, over a link on which faults can be arranged."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from registry.notices.notice import FormedNotice
from registry.notices.wanted import WantedNotice
from sez.notices import listing
from sez.notices.notice import ReceivedNotice
from shared_contracts.http.api import bearer_token
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import NoticeKind
from shared_contracts.soap.services import SEZ
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.on_demand import registry_app, sez_app
from tests.serving import serving
from tests.sez.link import FaultyLink
from tests.sez.systems import ENTRY, TIMEOUT, BothSystems

WORDS = LocalizedText(kk="Тізілімнің жаңалықтары", ru="Новости Реестра")
INFO = WantedNotice(kind=NoticeKind.INFO, subject=WORDS, body=WORDS)


@dataclass
class Told:
    """Both systems, and the link from the Registry to the SEZ."""

    systems: BothSystems
    link: FaultyLink

    def send(self, **changes: Any) -> UUID:
        """Have a notice sent."""
        return self.systems.registry.desk.send(msgspec.structs.replace(INFO, **changes))

    def state(self, notice_id: UUID, sez: str = "SEZ01") -> FormedNotice:
        """Where a notice stands at the Registry."""
        desk, mailing = self.systems.registry.desk, self.systems.registry.mailing
        [key] = desk.keys(notice_id, [sez])
        state = mailing.current_state(key).state
        assert isinstance(state, FormedNotice)
        return state

    @contextmanager
    def keeper(self) -> Iterator[httpx.Client]:
        """A program of the Registry's keeper, which shows the token."""
        registry = self.systems.registry
        with (
            serving(registry_app(registry)) as address,
            httpx.Client(base_url=address, trust_env=False, timeout=20) as client,
        ):
            token = bearer_token(registry.settings.data)
            client.headers["authorization"] = f"Bearer {token}"
            yield client

    def post(self, notice: bytes) -> bytes:
        """What the SEZ answers to a notice of whomever."""
        body = enclose(SoapVersion.V11, SEZ.namespace, "Notify", notice)
        return self.repeat(body)

    def repeat(self, body: bytes) -> bytes:
        """What the SEZ answers to the body of a request."""
        headers = {"Content-Type": SoapVersion.V11.content_type}
        address = f"{self.link.target}/soap/"
        answer = httpx.post(address, content=body, headers=headers, timeout=20, trust_env=False)
        return answer.content

    def events(self, notice_id: UUID, sez: str = "SEZ01") -> list[str]:
        """The topics of what happened to a notice."""
        desk, mailing = self.systems.registry.desk, self.systems.registry.mailing
        at = mailing.current_state(desk.keys(notice_id, [sez])[0])
        return [one.topic for one in self.systems.registry.log.stream(at.originator_id)]

    def mail_until(self, reached: Callable[[], Any]) -> None:
        """Go on mailing, as the Registry does, until something is reached."""
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            assert time.monotonic() < deadline
            if not self.systems.registry.mailing.step():
                time.sleep(0.02)

    def deliver(self, notice_id: UUID) -> None:
        """Go on mailing until a notice is acknowledged."""
        self.mail_until(lambda: self.state(notice_id).status == "DELIVERED")

    def received(self) -> list[ReceivedNotice]:
        """What the SEZ keeps."""
        system = self.systems.system
        return list(listing.notices(system.log, system.inbox.owner))

    @property
    def calls(self) -> list[bytes]:
        """The notices that came by on the link, in turn."""
        return [letter.body for letter in self.link.passed if letter.is_call("Notify")]


@pytest.fixture
def told(systems: BothSystems) -> Iterator[Told]:
    """The SEZ is served, and its endpoint stands in the register."""
    with serving(sez_app(systems.system)) as address:
        link = FaultyLink(address, strikes="Notify")
        with serving(link.app()) as endpoint:
            entry = msgspec.structs.replace(ENTRY, endpoint=endpoint)
            systems.registry.register.add(entry)
            yield Told(systems, link)
