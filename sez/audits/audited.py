"""This SEZ as the Registry audits it: what every answer of scheme 6 rests on (S216-A2.6)."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sez.audits.answered import AnsweredQuestions
from sez.audits.asked import AUDIT, AuditAsked, KnownAudit, ObjectAuditAsked
from sez.audits.proven import proven_request
from sez.records.kind import AnyKind
from sez.records.owner import Owner
from shared_contracts.counterpart import Counterpart
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditAnswer, AuditRequest
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.signers import alone
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.key_info import is_alone
from shared_contracts.xml.codec import Element

R = TypeVar("R", AuditRequest, ObjectAuditRequest)

Asked = Callable[[dict[str, Any]], AuditAsked | ObjectAuditAsked]
"""The event that something was asked for, of what every such event tells."""


@dataclass(frozen=True, slots=True)
class AuditedSez:
    """What answers to audits share; safe for all threads.

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
    answered: AnsweredQuestions = field(default_factory=AnsweredQuestions)

    def proven(self, element: Element, kind: type[R]) -> R:
        """The request, signed by the Registry just now and not answered yet; ``Unprocessed``."""
        request = proven_request(element, kind, self.owner, self.counterpart, self.clock())
        self.answered.check(request, self.clock())
        return request

    def bound(
        self, request: R, element: Element, known: Callable[[KnownAudit], int | None], asked: Asked
    ) -> int:
        """The position to which what is asked is bound; recorded once, however often it is asked.

        ``known`` looks it up among what the audit asked before.
        """
        if request.position is not None:
            return request.position
        key = HeadKey(self.owner.environment, self.owner.sez_code, AUDIT.name, request.audit_id)
        with self.log.locks([key]):
            at = current_state(AUDIT, key, self.log.heads([key]).get(key), uuid7)
            position = known(at.state)
            if position is None:
                position = self.log.last_position()
                body = canonical(element, exclusive=True)
                event = asked(self._told(request, position, body))
                after = at.after([event])
                evidence = Evidence(at.originator_id, after.version, "request", body)
                self.log.append(Commit(at.facts([event]), (after.head(),), (evidence,)))
            return position

    def kinds_of(self, object_types: Collection[str]) -> dict[str, str]:
        """The types of objects that are asked for, or all, by their names in the log."""
        asked = object_types or tuple(self.kinds)
        return {self.kinds[one].objects.name: one for one in asked if one in self.kinds}

    def signed(self, answer: AuditAnswer | ObjectAuditAnswer, question: Element) -> bytes:
        """The answer, signed by this SEZ; without the issuers if the question has none of its own.

        Who asks so has those of its authority at hand (decision 0051).
        """
        lean = is_alone(question)
        signer = (
            alone(self.signer, self.counterpart.checker.profile.authorities)
            if lean
            else self.signer
        )
        return sign_message(answer, f"audited-{answer.message_id}", signer)

    def _told(self, request: R, position: int, body: bytes) -> dict[str, Any]:
        return {
            "audit_id": request.audit_id,
            "ground": request.ground,
            "ordered_by": request.ordered_by,
            "position": position,
            "request_sha256": hashlib.sha256(body).hexdigest(),
            "asked_at": self.clock(),
        }
