"""A message of a proven sender: deferred or judged, and answered once (S216-A2.1.5-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

import msgspec

from registry.messages.ticket import (
    End,
    Hold,
    MessageTicketed,
    NoteStop,
    Release,
    TicketCommand,
    TicketEvent,
    TicketIssued,
    after,
    paused,
)
from shared_contracts.errors import Defect
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment
from shared_contracts.messages.receipt import Stage

# What can happen


class MessageEvent(Event, frozen=True, kw_only=True):
    """What all facts of a message name: whose it is, and which bytes it was.

    ``package_hash`` is SHA-256 over the exclusive C14N of the signed element, signature included;
    ``evidence_sha256`` that of the HTTP body as received.
    """

    environment: Environment
    sez_code: str
    message_id: UUID
    sequence: int
    package_hash: str
    evidence_sha256: str
    received_at: datetime


@topic("package-deferred.1")
class PackageDeferred(MessageEvent, frozen=True, kw_only=True):
    """A package could not be judged yet; the same bytes are welcome again."""

    fault: str
    hashes: tuple[str, ...] = ()


@topic("package-accepted.1")
class PackageAccepted(MessageEvent, frozen=True, kw_only=True):
    """A package was recorded (S216-A2.1.5)."""

    first_received_at: datetime
    signer_sha256: str
    document_hashes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@topic("package-refused.1")
class PackageRefused(MessageEvent, frozen=True, kw_only=True):
    """A package was refused whole, at a stage, by rules (S216-A2.1.7)."""

    first_received_at: datetime
    stage: Stage
    rules: tuple[str, ...]
    document_hashes: tuple[str, ...] = ()


@topic("sequence-voided.1")
class SequenceVoided(MessageEvent, frozen=True, kw_only=True):
    """A number of the sequence was declared never sent."""

    reason: str


@topic("package-submitted.1")
class PackageSubmitted(MessageEvent, frozen=True, kw_only=True):
    """A package came to be judged later; its number is taken from now on (S216-18.1).

    ``size`` is that of the body in bytes; ``objects`` are what it changes, ``referred`` what its
    documents refer to, each as TYPE/ID.
    """

    ticket_id: UUID
    first_received_at: datetime
    signer_sha256: str
    document_hashes: tuple[str, ...]
    size: int
    objects: tuple[str, ...]
    referred: tuple[str, ...] = ()


@topic("receipt-issued.1")
class ReceiptIssued(Event, frozen=True, kw_only=True):
    """The answer was signed; its bytes stand as evidence beside this event."""

    receipt_id: UUID
    message_id: UUID
    sha256: str
    issued_at: datetime


@topic("message-deciphered.1")
class MessageDeciphered(MessageEvent, frozen=True, kw_only=True):
    """A message came enciphered (S95-15.1a): by which key, and SHA-256 of the body as it came.

    ``evidence_sha256`` is that of the body in plain.
    """

    key_number: int
    enciphered_sha256: str


def received(event: Event) -> str | None:
    """The SHA-256 of the body that a message came in, in plain where it came enciphered."""
    if isinstance(event, MessageDeciphered) or not isinstance(event, MessageEvent):
        return None
    return event.evidence_sha256


def issued(event: Event) -> str | None:
    """The SHA-256 of the receipt that was issued."""
    return event.sha256 if isinstance(event, ReceiptIssued) else None


def enciphered(event: Event) -> str | None:
    """SHA-256 of the body as it came, where it came enciphered."""
    return event.enciphered_sha256 if isinstance(event, MessageDeciphered) else None


NAMED = {"package": received, "receipt": issued, "enciphered": enciphered}
"""By which event each evidence of a message is named."""


# What it is meanwhile


class UnseenMessage(msgspec.Struct, frozen=True, tag="UNSEEN"):
    """No proven message with this id came yet."""


class MessageDeferred(msgspec.Struct, frozen=True, kw_only=True, tag="DEFERRED"):
    """The message came, and must come again."""

    package_hash: str
    first_received_at: datetime


class MessageJudged(msgspec.Struct, frozen=True, kw_only=True, tag="JUDGED"):
    """The message was judged; its receipt follows in the same transaction."""

    package_hash: str
    first_received_at: datetime


class MessageAnswered(msgspec.Struct, frozen=True, kw_only=True, tag="ANSWERED"):
    """The message was answered; a repetition gets the same receipt, byte for byte."""

    package_hash: str
    first_received_at: datetime
    receipt_sha256: str


SeenMessage: TypeAlias = MessageDeferred | MessageTicketed | MessageJudged | MessageAnswered
State = UnseenMessage | SeenMessage


def seen(message: State) -> SeenMessage | None:
    """The message with what is known of it, or None if none with its id came."""
    match message:
        case UnseenMessage():
            return None
        case MessageDeferred() | MessageTicketed() | MessageJudged() | MessageAnswered():
            return message
        case _:
            assert_never(message)


# What can be asked


@dataclass(frozen=True, slots=True)
class Defer:
    """Keep the arrival, and let the sender come again."""

    event: PackageDeferred


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Give the verdict and, with it, the receipt."""

    verdict: PackageAccepted | PackageRefused | SequenceVoided
    receipt: ReceiptIssued


@dataclass(frozen=True, slots=True)
class Submit:
    """Take the message to be judged later, and give its ticket."""

    event: PackageSubmitted
    ticket: TicketIssued


Command: TypeAlias = Defer | GiveAnswer | Submit | TicketCommand

# Decide


def decide(message: State, command: Command) -> Sequence[Event]:
    """Say what happens to a message; ``Defect`` where nothing may happen any more."""
    match message, command:
        case _, (Hold() | Release() | End() | NoteStop()):
            return paused(message, command) if isinstance(message, MessageTicketed) else []
        case ((MessageJudged() | MessageAnswered()), _):
            raise Defect("the message has its answer; a second one is never given")
        case MessageTicketed(), Defer(event):  # what is tried again and again is told once
            told = (message.cause, message.hashes) == (event.fault, event.hashes)
            return [] if told else [event]
        case _, Defer(event):
            return [event]
        case MessageTicketed(), Submit():
            raise Defect("the message has its ticket; a second one is never given")
        case _, (Submit(event, answer) | GiveAnswer(event, answer)):
            return [event, answer]


# Evolve


def evolve(message: State, event: Event) -> State:
    """What a message is after ``event``."""
    match message, event:
        case MessageDeferred(package_hash=known), PackageDeferred(package_hash=again) if (
            known == again
        ):
            return message
        case ((UnseenMessage() | MessageDeferred()), PackageDeferred()):
            return MessageDeferred(
                package_hash=event.package_hash, first_received_at=event.received_at
            )
        case ((UnseenMessage() | MessageDeferred()), PackageSubmitted()):
            return MessageTicketed(
                package_hash=event.package_hash,
                first_received_at=event.first_received_at,
                received_at=event.received_at,
                ticket_id=event.ticket_id,
            )
        case MessageTicketed(), PackageDeferred() | TicketEvent():
            return _waiting(message, event)
        case (
            (UnseenMessage() | MessageDeferred() | MessageTicketed()),
            PackageAccepted() | PackageRefused(),
        ):
            return MessageJudged(
                package_hash=event.package_hash, first_received_at=event.first_received_at
            )
        case ((UnseenMessage() | MessageDeferred()), SequenceVoided()):
            return MessageJudged(
                package_hash=event.package_hash, first_received_at=event.received_at
            )
        case MessageJudged(), ReceiptIssued():
            return MessageAnswered(
                package_hash=message.package_hash,
                first_received_at=message.first_received_at,
                receipt_sha256=event.sha256,
            )
        case (_, MessageDeciphered()) | _:  # how it came changes nothing
            return message


def _waiting(message: MessageTicketed, event: PackageDeferred | TicketEvent) -> MessageTicketed:
    if isinstance(event, PackageDeferred):
        return msgspec.structs.replace(message, cause=event.fault, hashes=event.hashes)
    return after(message, event)
