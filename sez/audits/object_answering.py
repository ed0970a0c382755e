"""The Registry asks about one object in which an audit found a difference (S216-A2.6, S216-12d)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sez.audits.asked import AUDIT, ObjectAuditAsked
from sez.audits.bounds import check_made, check_place, sealed_at
from sez.audits.one_object import object_page
from sez.audits.proven import proven_request
from sez.records.kind import AnyKind
from sez.records.owner import Owner
from shared_contracts.astana_time import to_astana
from shared_contracts.counterpart import Counterpart
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.xml.codec import Element


@dataclass(frozen=True, slots=True)
class ObjectAuditAnswers:
    """Answers about objects, to the Registry and nobody else; safe for all threads.

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

    def answer(self, element: Element) -> bytes:
        """The signed page that is asked for; ``Unprocessed`` where there is none."""
        now = self.clock()
        request = proven_request(element, ObjectAuditRequest, self.owner, self.counterpart, now)
        check_made(request.created_at, now)
        self.catch_up()
        position = request.position
        if position is None:
            position = self._begun(request, canonical(element, exclusive=True))
        check_place(self.log, position, request.after_position)
        asked = request.object_types or tuple(self.kinds)
        kinds = {self.kinds[one].objects.name: one for one in asked if one in self.kinds}
        moment = to_astana(now)
        answer = ObjectAuditAnswer(
            message_id=request.message_id,
            sez_code=request.sez_code,
            environment=request.environment,
            answered_at=moment,
            audit_id=request.audit_id,
            object_id=request.object_id,
            **sealed_at(self.log, position, moment),
            **object_page(self.log, self.owner, kinds, request, position),
        )
        return sign_message(answer, f"audited-{request.message_id}", self.signer)

    def _begun(self, request: ObjectAuditRequest, body: bytes) -> int:
        """The position to which the object is bound; recorded once, however often it is asked."""
        key = HeadKey(self.owner.environment, self.owner.sez_code, AUDIT.name, request.audit_id)
        with self.log.locks([key]):
            at = current_state(AUDIT, key, self.log.heads([key]).get(key), uuid7)
            known = dict(at.state.objects).get(request.object_id)
            if known is None:
                known = self.log.last_position()
                asked = self._asked(request, known, body)
                after = at.after([asked])
                evidence = Evidence(at.originator_id, after.version, "request", body)
                self.log.append(Commit(at.facts([asked]), (after.head(),), (evidence,)))
            return known

    def _asked(self, request: ObjectAuditRequest, position: int, body: bytes) -> ObjectAuditAsked:
        return ObjectAuditAsked(
            audit_id=request.audit_id,
            object_id=request.object_id,
            ground=request.ground,
            ordered_by=request.ordered_by,
            position=position,
            request_sha256=hashlib.sha256(body).hexdigest(),
            asked_at=self.clock(),
        )
