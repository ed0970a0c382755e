"""Scheme 6 from the SEZ's side: the Registry's request is proven, and answered (S216-A2.6)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sez.audits.asked import AUDIT, AuditAsked, KnownAudit
from sez.audits.bounds import AHEAD, check_made, check_place, sealed_at
from sez.audits.node_answers import TreeAnswers
from sez.audits.pages import change_page, checksum_page, event_page
from sez.audits.proven import proven_request
from sez.records.kind import AnyKind
from sez.records.owner import Owner
from shared_contracts.astana_time import to_astana
from shared_contracts.counterpart import Counterpart
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.xml.codec import Element


@dataclass(frozen=True, slots=True)
class AuditAnswers:
    """Answers the Registry's audits, and nobody else's; safe for all threads.

    ``kinds`` are those of this SEZ by the type of their objects; ``catch_up`` brings the list of
    versions up to what is recorded.
    """

    log: EventLog
    kinds: Mapping[str, AnyKind]
    owner: Owner
    counterpart: Counterpart
    signer: Signer
    clock: Callable[[], datetime]
    catch_up: Callable[[], object]
    trees: TreeAnswers

    def answer(self, element: Element) -> bytes:
        """The signed page that is asked for; ``Unprocessed`` where there is none."""
        request = proven_request(element, AuditRequest, self.owner, self.counterpart, self.clock())
        self._check_moments(request)
        self.catch_up()
        position = request.position
        if position is None:
            position = self._begun(request, canonical(element, exclusive=True))
        check_place(self.log, position, request.after_position)
        if request.depth is not None:
            return self._signed(request, *self.trees.told(request, position))
        return self._signed(request, position, self._page(request, position))

    def _signed(self, request: AuditRequest, position: int, page: dict[str, Any]) -> bytes:
        answer = self._answer(request, position, page)
        return sign_message(answer, f"audited-{request.message_id}", self.signer)

    def _check_moments(self, request: AuditRequest) -> None:
        now = self.clock()
        moments = {
            "CreatedAt": request.created_at,
            "Since": request.since,
            "Until": request.until,
        }
        for name, moment in moments.items():
            if moment is not None and (moment.tzinfo is None or moment - now > AHEAD):
                raise Unprocessed(Fault.AUDIT_REFUSED, f"{name} {moment.isoformat()}")
        check_made(request.created_at, now)
        if (
            request.since is not None
            and request.until is not None
            and request.until < request.since
        ):
            raise Unprocessed(Fault.AUDIT_REFUSED, "Until before Since")

    def _begun(self, request: AuditRequest, body: bytes) -> int:
        """The position to which the content is bound; recorded once, however often it is asked."""
        key = HeadKey(self.owner.environment, self.owner.sez_code, AUDIT.name, request.audit_id)
        with self.log.locks([key]):
            at = current_state(AUDIT, key, self.log.heads([key]).get(key), uuid7)
            known = at.state.position_of(request)
            if known is None:
                known = self.log.last_position()
                self._record(at, self._asked(request, known, body), body)
            return known

    def _asked(self, request: AuditRequest, position: int, body: bytes) -> AuditAsked:
        return AuditAsked(
            audit_id=request.audit_id,
            content=request.content,
            ground=request.ground,
            ordered_by=request.ordered_by,
            position=position,
            request_sha256=hashlib.sha256(body).hexdigest(),
            asked_at=self.clock(),
        )

    def _record(self, at: AggregateState[KnownAudit], asked: AuditAsked, body: bytes) -> None:
        after = at.after([asked])
        evidence = Evidence(at.originator_id, after.version, "request", body)
        self.log.append(Commit(at.facts([asked]), (after.head(),), (evidence,)))

    def _answer(self, request: AuditRequest, position: int, page: dict[str, Any]) -> AuditAnswer:
        now = to_astana(self.clock())
        return AuditAnswer(
            message_id=request.message_id,
            sez_code=request.sez_code,
            environment=request.environment,
            answered_at=now,
            audit_id=request.audit_id,
            content=request.content,
            **sealed_at(self.log, position, now),
            **page,
        )

    def _page(self, request: AuditRequest, position: int) -> dict[str, Any]:
        match request.content:
            case AuditContent.CHECKSUMS:
                asked = request.object_types or tuple(self.kinds)
                kinds = {self.kinds[one].objects.name: one for one in asked if one in self.kinds}
                return checksum_page(self.log, self.owner, kinds, request, position)
            case AuditContent.CHANGED_OBJECTS:
                return change_page(self.log, request, position)
            case AuditContent.EVENT_LOG:
                return event_page(self.log, request, position)
            case unknown:
                assert_never(unknown)
