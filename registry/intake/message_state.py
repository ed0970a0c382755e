"""A received message of a proven sender, with the states of it and its objects in the log."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from registry.intake.content_report import MessageIdentity
from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.identity import message_key
from registry.intake.known_facts import Objects
from registry.intake.steps import Proven, Received
from registry.messages import message
from registry.messages.ticket import TicketEnded
from shared_contracts.event_log.decider import AggregateState, current_state, whole
from shared_contracts.event_log.log import HeadKey
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.package import Package


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A received message of a proven sender, and its state in the log.

    ``clash`` says that its id already belongs to other content; a deferral takes no id.
    ``ended`` is what a person decided, and is recorded before the verdict.
    """

    received: Received
    proven: Proven
    identity: MessageIdentity
    package: Package | None
    message: AggregateState[message.State]
    first_received_at: datetime
    clash: bool
    ended: TicketEnded | None = None


def look_up(
    context: IntakeContext,
    received: Received,
    proven: Proven,
    objects: Collection[HeadKey] = (),
) -> tuple[IncomingMessage, Objects]:
    """Look up message and objects at once.

    Other content under a known id is kept apart, and so is what is meant for another environment:
    there the id and the number may still be used (wire.md 6, 9).
    """
    identity, package = received.examined.identity, received.examined.package
    foreign = package is not None and package.environment != context.environment
    key = message_key(context.environment, proven, None if foreign else identity.message_id)
    heads = context.log.heads([key, *objects])
    at = current_state(MESSAGE, key, heads.get(key), uuid7)
    seen = message.seen(at.state)
    other = seen is not None and seen.package_hash != proven.package_hash
    clash = other and not isinstance(seen, message.MessageDeferred)
    if clash and not foreign:
        key = message_key(context.environment, proven, None)
        at = current_state(MESSAGE, key, context.log.heads([key]).get(key), uuid7)
        seen = message.seen(at.state)
    same = not other or clash  # a message kept apart is found by its content
    first = seen.first_received_at if seen and same else received.at
    kinds = context.kinds
    kept = (current_state(kinds[key.kind].objects, key, heads.get(key), uuid7) for key in objects)
    states = {one.key: whole(context.log, one) for one in kept}
    return IncomingMessage(received, proven, identity, package, at, first, clash or foreign), states


def alone(
    context: IntakeContext, received: Received, proven: Proven
) -> AbstractContextManager[None]:
    """The message, for one thread at a time; ``Unprocessed`` while another has it."""
    message_id = received.examined.identity.message_id
    lock = context.log.try_lock(message_key(context.environment, proven, message_id))
    if lock is None:
        raise Unprocessed(Fault.IN_PROGRESS, str(message_id), retry_after=2)
    return lock
