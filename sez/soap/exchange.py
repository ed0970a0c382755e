"""The Registry as the SEZ's processes call it; what goes wrong becomes one kind of problem."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sez.soap.client import PeerUnreachable, RegistryClient, RemoteFault
from sez.synchronisation.delivery_problem import DeliveryProblem
from sez.time_sync.drift import ClockMeasured, measure
from shared_contracts.astana_time import now
from shared_contracts.counterpart import Counterpart, NotTheCounterpart, believe
from shared_contracts.errors import NeedsPerson
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.time import Capabilities, TimeAnswer, TimeRequest
from shared_contracts.xml import codec


@dataclass(frozen=True, slots=True)
class Exchange:
    """The connected Registry: packages, files, time."""

    client: RegistryClient
    counterpart: Counterpart

    def transfer(self, message: bytes, operation: str) -> bytes:
        """Send a signed package or question by an operation; the answer, or ``DeliveryProblem``."""
        with _problems():
            return self.client.call(operation, message)

    def void(self, statement: bytes) -> bytes:
        """State that a number was never sent; the receipt's bytes, or ``DeliveryProblem``."""
        with _problems():
            return self.client.void_sequence(statement)

    def attest(self, question: bytes) -> bytes:
        """Ask the Registry to attest a receipt; the answer's bytes, or ``DeliveryProblem``."""
        with _problems():
            return self.client.attest_receipt(question)

    def get_classifier(self, question: bytes) -> bytes:
        """Ask for a page of a classifier; the answer's bytes, or ``DeliveryProblem``."""
        with _problems():
            return self.client.get_classifier(question)

    def put_file(self, sha256: str, path: Path) -> None:
        """Send a file, or ``DeliveryProblem``."""
        with _problems():
            self.client.put_file(sha256, path)

    def ask_time(self, clock: Callable[[], datetime]) -> tuple[bytes, ClockMeasured]:
        """Compare ``clock`` with the Registry's: the signed answer and the measurement.

        The answer is believed as of its own moment: ours is what is in doubt. That it is new, the
        id of our question in it proves.
        """
        request = TimeRequest(message_id=uuid7(), client_sent_at=clock())
        with _problems():
            data = self.client.get_time(codec.to_bytes(codec.write(request)))
            returned_at = clock()
            answer = believe(data, TimeAnswer, self.counterpart, lambda told: told.server_sent_at)
            if answer.message_id != request.message_id:
                raise NotTheCounterpart(f"it answers {answer.message_id}")
        return data, measure(answer, returned_at)

    def operations(self) -> tuple[str, ...]:
        """Which operations the Registry has, by its signed word; or ``DeliveryProblem``."""
        with _problems():
            data = self.client.get_capabilities()
            return believe(data, Capabilities, self.counterpart, now()).operations

    def ask(self) -> None:
        """A small question, to see whether the Registry answers at all; or ``DeliveryProblem``.

        A fault is an answer, and so is one that is not believed: both come to light with packages.
        """
        try:
            with _problems():
                self.client.get_capabilities()
        except DeliveryProblem as problem:
            if problem.reason == "UNREACHABLE":
                raise


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except RemoteFault as fault:
        raise DeliveryProblem(fault.code, fault.text, fault.retry_after, fault.hashes) from fault
    except NeedsPerson as missing:
        raise DeliveryProblem("ENCRYPTION_KEY_NOT_HERE", str(missing), None, ()) from missing
    except NotTheCounterpart as doubt:
        raise DeliveryProblem("RECEIPT_INVALID", str(doubt), None, ()) from doubt
    except PeerUnreachable as problem:
        raise DeliveryProblem("UNREACHABLE", str(problem), problem.retry_after, ()) from problem
