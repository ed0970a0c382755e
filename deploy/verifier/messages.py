"""Messages of systems beside events: whose word each is, and what it is given on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from cryptography import x509

from . import xmlsig
from .container import ReadContainer
from .pins import SystemPins
from .places import text_of
from .steps import Flaw

OF_REGISTRY = frozenset({"receipt", "ticket", "pending", "void-receipt"})
"""Names of evidence that the Registry signs, in whichever system's package it stands."""
ACKNOWLEDGEMENT = "acknowledgement"
NAMES = OF_REGISTRY | {
    *("package", ACKNOWLEDGEMENT, "void-statement", "answer", "request", "query", "question"),
    *("attestation", "notice"),
}
"""Names of evidence that is a message signed by a system."""

Json = dict[str, Any]
Proof = Callable[[], object]


@dataclass
class SystemMessages:
    """The messages that the index of a package names; ``states`` are those of the events."""

    members: ReadContainer
    index: Json
    states: Mapping[int, Json]
    pins: SystemPins

    def contents(self, name: str) -> list[bytes]:
        """All evidence of this name."""
        return [self.members[f"evidence/{sha256}"] for _, sha256 in self._named(name)]

    def signers(self, name: str) -> list[x509.Certificate]:
        """The certificates of those who signed the messages of this name."""
        found: list[x509.Certificate] = []
        for content in self.contents(name):
            message = xmlsig.message_in(xmlsig.parse(content))
            found += xmlsig.signatures(message)[0].certificates[:1]
        return found

    def each(self) -> Iterator[tuple[Json, Json]]:
        """Each message once: the event beside which it stands, and its entry."""
        done = set()
        for one in self.index["events"]:
            for each in one["evidence"]:
                if each["name"] in NAMES and each["sha256"] not in done:
                    done.add(each["sha256"])
                    yield one, each

    def further(
        self, event: Json, name: str, message: xmlsig.Element, signer: x509.Certificate
    ) -> Iterable[tuple[str, Proof]]:
        """The checks of a message beside those of its signature: its signer, what it is on."""
        if name in OF_REGISTRY:
            yield "SIGNER", lambda: self.pins.check_receipt(signer, self._senders)
        if name == ACKNOWLEDGEMENT:
            yield "SIGNER", lambda: self.pins.check_sender(signer, self._senders)
            yield "ACKNOWLEDGED", partial(self._check_acknowledged, event, message)
        if name == "ticket":
            yield "TICKETED", partial(self._check_ticketed, event, message)

    def _check_ticketed(self, event: Json, ticket: xmlsig.Element) -> None:
        """The ticket is on the package of its event, under the number that the event names."""
        state = self.states[event["position"]]
        packages = {
            one.get("package_hash")
            for one in self.states.values()
            if one.get("message_id") == state["message_id"]
        }
        said = (text_of(ticket, "MessageId"), text_of(ticket, "TicketId"))
        if said != (state["message_id"], state["ticket_id"]):
            raise Flaw("TICKET_PACKAGE", detail=" ".join(said))
        if text_of(ticket, "PackageHash") not in packages:
            raise Flaw("TICKET_PACKAGE", detail=text_of(ticket, "PackageHash"))

    def _check_acknowledged(self, event: Json, word: xmlsig.Element) -> None:
        """A system says that it keeps the receipt that stands here, on the same package."""
        message_id = self.states[event["position"]]["message_id"]
        receipts = {
            sha256
            for at, sha256 in self._named("receipt")
            if self.states[at].get("message_id") == message_id
        }
        said = (text_of(word, "MessageId"), text_of(word, "ReceiptSha256"))
        if said[0] != message_id or said[1] not in receipts:
            raise Flaw("ACKNOWLEDGED_RECEIPT", detail=" ".join(said))

    @cached_property
    def _senders(self) -> list[x509.Certificate]:
        return self.signers("package")

    def _named(self, name: str) -> Iterator[tuple[int, str]]:
        for one in self.index["events"]:
            for each in one["evidence"]:
                if each["name"] == name:
                    yield one["position"], each["sha256"]
