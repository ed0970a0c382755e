"""The clock of a SEZ, which it sets by that of the Registry (S216-A3.3)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation, NotExamined, words
from shared_contracts.conformance.relay import Relay, RelayedCall, Response
from shared_contracts.conformance.sez_cases.transmitting import announced, relay_of
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.time import TimeAnswer, TimeRequest
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import answer, open_envelope, payload_of

GET_TIME = "GetTime"

CLOCKS = timedelta(minutes=5)
"""By how much the clocks of the kit and of the SEZ may differ."""

BEHIND = timedelta(seconds=30)
"""By how much the Registry's clock seems to be behind; less than what stops a SEZ."""

EXACT = timedelta(seconds=8)
"""How exactly a SEZ must follow."""


@SEZ_BOOK.case("Z-TIME")
def asks_for_time(exam: SezExam) -> None:
    """The SEZ asks for the Registry's time; each hour by itself."""
    request = _question(_synchronised(exam, relay_of(exam)))
    off = abs(request.client_sent_at - astana_time.now())
    if off > CLOCKS:
        raise Deviation(f"ClientSentAt within {CLOCKS} of the kit's clock", f"{off}")


@SEZ_BOOK.case("Z-TIME-APPLIED")
def follows_the_time(exam: SezExam) -> None:
    """After the Registry's clock was told to be behind, the SEZ forms objects by that clock."""
    relay, slow = relay_of(exam), SlowRegistry(exam.keys.signer)
    relay.arrange(slow.answered, GET_TIME)
    try:
        _synchronised(exam, relay)
        began, then = slow.now(), time.monotonic()
        formed = announced(exam, "Z-BUSY", PURCHASE).record.header.formed_at
        took = timedelta(seconds=time.monotonic() - then)
    finally:
        relay.accidents.clear()
        _synchronised(exam, relay)
    if not began - EXACT <= formed <= began + took + EXACT:
        raise Deviation(f"FormedAt by the Registry's clock, {began}", f"{formed}")
    if took > BEHIND - 2 * EXACT and formed > began + BEHIND - EXACT:
        raise NotExamined(f"by which clock it was formed cannot be told: it took {took}")


@dataclass
class SlowRegistry:
    """Answers GetTime as a Registry would whose clock is behind."""

    signer: Signer
    told: list[tuple[datetime, float]] = field(default_factory=list)

    def now(self) -> datetime:
        """What its clock shows."""
        if not self.told:
            raise NotExamined("another question met the slow clock: begin again")
        at, then = self.told[-1]
        return at + timedelta(seconds=time.monotonic() - then)

    def answered(self, _body: bytes, deliver: Callable[[], Response]) -> Response:
        """The answer of the Registry behind, with moments that are earlier."""
        genuine = deliver()
        try:
            opened = open_envelope(bytes(genuine.body), None)
            told = codec.read(payload_of(opened, "TimeAnswer"), TimeAnswer)
        except (Unprocessed, ValueError):
            return genuine
        moved = msgspec.structs.replace(
            told,
            server_received_at=told.server_received_at - BEHIND,
            server_sent_at=told.server_sent_at - BEHIND,
        )
        self.told.append((moved.server_sent_at, time.monotonic()))
        signed = sign_message(moved, f"time-{told.message_id}", self.signer)
        body = answer(opened.version, opened.namespace, GET_TIME, signed)
        return Response(body, media_type=opened.version.content_type)


def _synchronised(exam: SezExam, relay: Relay) -> RelayedCall:
    """Have the SEZ ask for the time, and wait for its question."""
    before = relay.count
    exam.driver.act(words(SEZ_BOOK.side)["Z-TIME"].operator or LocalizedText(), "time")

    def look() -> RelayedCall | None:
        return next(iter(relay.since(before, GET_TIME)), None)

    return exam.driver.wait(GET_TIME, look)


def _question(passed: RelayedCall) -> TimeRequest:
    try:
        element = payload_of(open_envelope(passed.body, None), "TimeRequest")
        if breaches := schema.validate(element, "I-XSD-1"):
            raise Deviation("a TimeRequest as its schema demands", breaches[0].path)
        return codec.read(element, TimeRequest)
    except (Unprocessed, ValueError) as problem:
        if isinstance(problem, Deviation):
            raise
        raise Deviation("a TimeRequest", str(problem)) from problem
