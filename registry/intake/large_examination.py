"""A large document under a ticket is examined, and each attempt that was ended is on record.

A process that its bounds of time or memory ended would be ended so again: how often that happened
stands in the log, so that no restart of the Registry forgets it (decision 0052).
"""

from registry.intake.content_report import Examined
from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.large_worker import ExaminationEnded
from registry.messages import message
from registry.messages.ticket import ExaminationStopped, MessageTicketed, NoteStop
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7


def examined_large(
    context: IntakeContext, key: HeadKey, state: MessageTicketed, body: bytes
) -> Examined:
    """What is found of a package with large documents; ``Unprocessed`` if not now.

    Meanwhile its system has less of the gate for its other messages.
    """
    try:
        with context.gate.large(key.sez_code):
            return context.examine_large(body, state.stops or 0)
    except ExaminationEnded as ended:
        _note(context, key, str(ended))
        raise


def _note(context: IntakeContext, key: HeadKey, why: str) -> None:
    with context.log.locks([key]):
        head = context.log.heads([key]).get(key)
        at: AggregateState[message.State] = current_state(MESSAGE, key, head, uuid7)
        if not isinstance(at.state, MessageTicketed):
            return
        stopped = ExaminationStopped(
            message_id=key.object_id,
            ticket_id=at.state.ticket_id,
            detail=why,
            stopped_at=context.clock(),
        )
        events = message.decide(at.state, NoteStop(stopped))
        context.log.append(Commit(at.facts(events), (at.after(events).head(),)))
