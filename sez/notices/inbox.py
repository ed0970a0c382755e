"""Takes the Registry's notices: proven, kept with their bytes, acknowledged.

The same notice is given the same acknowledgement, byte for byte, however often it comes
(S216-A2.5.2, S216-13b).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from uuid import UUID

from sez.notices.notice import NOTICE, NoticeReceived, NotReceived, ReceivedNotice, State, decide
from sez.records.owner import Owner
from shared_contracts.astana_time import to_astana
from shared_contracts.counterpart import Counterpart, NotProvenYet, NotTheCounterpart, believe
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.notice import AnnouncedWorks, Notice, NoticeTaken
from shared_contracts.rules.hour import standing
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.xml import schema
from shared_contracts.xml.codec import Element

AGAIN = 10
"""Seconds after which the Registry is to come again where an authority did not answer."""


@dataclass(slots=True)
class Inbox:
    """Where notices are taken; ``registry`` is who must have signed them; safe for all threads."""

    log: EventLog
    owner: Owner
    registry: Counterpart
    signer: Signer
    clock: Callable[[], datetime]
    came: InitVar[Iterable[ReceivedNotice]]
    _works: dict[UUID, AnnouncedWorks] = field(default_factory=dict)

    def __post_init__(self, came: Iterable[ReceivedNotice]) -> None:
        """Note the works that were announced before this process began."""
        for one in came:
            self._note(one.notice)

    def works(self) -> AnnouncedWorks | None:
        """The announced works in which nothing is sent now, those that end last; or None."""
        now = self.clock()
        meant = standing(dict(self._works))
        found = [one for one in meant if one.excuses_hour and one.begins_at <= now < one.ends_at]
        return max(found, key=lambda one: one.ends_at, default=None)

    def take(self, element: Element, data: bytes) -> bytes:
        """The acknowledgement of a notice, whose bytes are ``data``.

        ``Unprocessed`` says why it is not taken: NOTICE_REFUSED names the field, the rule and the
        value, NOT_THE_REGISTRY the doubt in the signer.
        """
        if breaches := schema.validate(element, "I-XSD-1"):
            first = breaches[0]
            named = first.parameters
            rule = f"{named['facet']}, expected {named['expected'] or '—'}"
            raise Unprocessed(Fault.NOTICE_REFUSED, f"{first.path}: {rule}, not {first.value!r}")
        notice = self._proven(data)
        self._check_addressee(notice)
        key = HeadKey(self.owner.environment, self.owner.sez_code, NOTICE.name, notice.notice_id)
        with self.log.locks([key]):
            at = current_state(NOTICE, key, self.log.heads([key]).get(key), uuid7)
            if isinstance(at.state, NotReceived):
                return self._kept(at, notice, data)
            return self._repeated(at, data)

    def _proven(self, data: bytes) -> Notice:
        try:
            return believe(data, Notice, self.registry, self.clock())
        except NotProvenYet as unknown:
            fault = Fault.REVOCATION_UNAVAILABLE
            raise Unprocessed(fault, str(unknown), retry_after=AGAIN) from unknown
        except NotTheCounterpart as doubt:
            raise Unprocessed(Fault.NOT_THE_REGISTRY, str(doubt)) from doubt

    def _check_addressee(self, notice: Notice) -> None:
        for name, said, expected in (
            ("Environment", notice.environment, self.owner.environment),
            ("SezCode", notice.sez_code, self.owner.sez_code),
        ):
            if said != expected:
                told = f"/Notice/{name}: expected {expected}, not {said!r}"
                raise Unprocessed(Fault.NOTICE_REFUSED, told)

    def _kept(self, at: AggregateState[State], notice: Notice, data: bytes) -> bytes:
        now = self.clock()
        taken = NoticeTaken(
            notice_id=notice.notice_id,
            environment=notice.environment,
            sez_code=notice.sez_code,
            notice_sha256=(sha256 := hashlib.sha256(data).hexdigest()),
            taken_at=to_astana(now),
        )
        answer = sign_message(taken, f"taken-{notice.notice_id}", self.signer)
        event = NoticeReceived(
            notice=notice,
            notice_sha256=sha256,
            acknowledgement_sha256=hashlib.sha256(answer).hexdigest(),
            received_at=now,
        )
        self._append(at, decide(at.state, event), {"notice": data, "acknowledgement": answer})
        self._note(notice)
        return answer

    def _append(
        self, at: AggregateState[State], events: Sequence[Event], beside: dict[str, bytes]
    ) -> None:
        after = at.after(events)
        place = (at.originator_id, after.version)
        evidence = tuple(Evidence(*place, name, body) for name, body in beside.items())
        self.log.append(Commit(at.facts(events), (after.head(),), evidence))

    def _repeated(self, at: AggregateState[State], data: bytes) -> bytes:
        sha256 = hashlib.sha256(data).hexdigest()
        if isinstance(at.state, ReceivedNotice) and at.state.notice_sha256 != sha256:
            told = f"/Notice/NoticeId: {at.key.object_id} is that of another notice"
            raise Unprocessed(Fault.NOTICE_REFUSED, told)
        stream = self.log.stream(at.originator_id)
        answer = proven_evidence(self.log, stream, "acknowledgement", acknowledged)
        if answer is None:
            raise LookupError(f"notice {at.key.object_id}: no acknowledgement beside it")
        return answer

    def _note(self, notice: Notice) -> None:
        if notice.works is not None:
            self._works[notice.notice_id] = notice.works


def noticed(event: Event) -> str | None:
    """The SHA-256 by which an event names the bytes of a notice."""
    return event.notice_sha256 if isinstance(event, NoticeReceived) else None


def acknowledged(event: Event) -> str | None:
    """The SHA-256 by which an event names the bytes of our acknowledgement."""
    return event.acknowledgement_sha256 if isinstance(event, NoticeReceived) else None
