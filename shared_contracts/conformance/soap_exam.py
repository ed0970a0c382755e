"""The examination of one of the two systems over SOAP: what is sent, and what came back."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.running import Notebook
from shared_contracts.conformance.session import SessionStep
from shared_contracts.conformance.wire import Caller, HttpSeen, digest
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment, Part
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.system_message import SystemMessage
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.soap.services import Service
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose

P = TypeVar("P", bound=Part)
Q = TypeVar("Q", bound=SystemMessage)


@dataclass
class SoapExam:
    """An examined system, as whom the kit speaks to it, and what the cases have established."""

    caller: Caller
    keys: KitKeys
    sez_code: str
    service: Service
    environment: Environment = Environment.STAND
    notebook: Notebook = field(default_factory=Notebook)
    driver: Driver = field(default_factory=Driver)
    established: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the system is."""
        return self.caller.address

    @property
    def examiner(self) -> str:
        """Whose key signs."""
        return self.keys.system

    def sealed(self, message: Part, signer: Signer | None = None) -> bytes:
        """A message with the signature of the kit's system, or of another signer."""
        named = getattr(message, "message_id", None) or uuid7()
        return sign_message(message, f"message-{named}", signer or self.keys.signer)

    def question(self, kind: type[Q], **told: Any) -> Q:
        """A question of the kit's SEZ."""
        head: dict[str, Any] = {
            "message_id": uuid7(),
            "sez_code": self.sez_code,
            "environment": self.environment,
            "created_at": astana_time.now(),
        }
        return kind(**(head | told))

    # How it is sent

    def post(
        self, operation: str, document: bytes, soap: SoapVersion = SoapVersion.V11
    ) -> HttpSeen:
        """A document in an operation, and whatever came back, which is written down."""
        body = enclose(soap, self.service.namespace, operation, document)
        return self.post_body(operation, body, {"Content-Type": soap.content_type})

    def post_body(self, did: str, body: bytes, headers: dict[str, str]) -> HttpSeen:
        """The same for bytes that need not be a message at all."""
        try:
            seen = self.caller.send("POST", "/soap/", body, headers)
        except Deviation as silence:
            self.note(did, body, None, silence.found)
            raise
        self.note(did, body, seen, shown(seen))
        return seen

    def note(self, did: str, sent: bytes, seen: HttpSeen | None, saw: str) -> None:
        """Write an exchange down."""
        step = SessionStep(
            did=f"{did}, {len(sent)} B",
            saw=saw,
            seconds=round(seen.seconds, 4) if seen else 0.0,
            sent_sha256=digest(sent),
            received_sha256=digest(seen.body) if seen else None,
        )
        self.notebook.note(step)

    def answer(self, operation: str, message: Part, kind: type[P]) -> P:
        """The answer to a signed question; ``Deviation`` where there is none of that kind."""
        return self.read(self.post(operation, self.sealed(message)), kind)

    def read(self, seen: HttpSeen, kind: type[P]) -> P:
        """The document in an answer, as its schema demands."""
        expected = f"a document {kind.__name__} as its schema demands"
        try:
            element = schema.parse(seen.document)
            if breaches := schema.validate(element, "I-XSD-1"):
                raise Deviation(expected, f"{breaches[0].path}: {dict(breaches[0].parameters)}")
            return codec.read(element, kind)
        except (Unprocessed, ValueError) as problem:
            if isinstance(problem, Deviation):
                raise
            raise Deviation(expected, str(problem)) from problem

    def fault(self, seen: HttpSeen, *faults: Fault, status: int | None = None) -> None:
        """Demand one of these faults, and an HTTP status where one is demanded."""
        expected = f"fault {' or '.join(faults)}"
        if seen.fault is None:
            raise Deviation(expected, shown(seen))
        if seen.fault.code not in faults or (status is not None and seen.status != status):
            raise Deviation(f"{expected}, HTTP {status or seen.status}", shown(seen))


def told(receipt: Receipt) -> str:
    """What a receipt says, in codes."""
    rules = " ".join(f"{one.rule_id}({one.record or '-'})" for one in receipt.findings[:8])
    return f"Receipt {receipt.result} {receipt.stage} {rules}".rstrip()


def shown(seen: HttpSeen) -> str:
    """What came back, in codes."""
    try:
        if (fault := seen.fault) is not None:
            return f"HTTP {seen.status}, fault {fault.code}"
        element = schema.parse(seen.document)
        name = codec.local_name(element)
        if name != "Receipt":
            return f"HTTP {seen.status}, {name}"
        return f"HTTP {seen.status}, {told(codec.read(element, Receipt))}"
    except (Deviation, Unprocessed, ValueError):
        return f"HTTP {seen.status}, {len(seen.body)} B that are no SOAP answer"
