"""The Registry asks about one object in which an audit found a difference (S216-A2.6, S216-12d)."""

from dataclasses import dataclass
from typing import Any

from sez.audits.asked import KnownAudit, ObjectAuditAsked
from sez.audits.audited import AuditedSez
from sez.audits.bounds import check_place, sealed_at
from sez.audits.one_object import object_page
from shared_contracts.astana_time import to_astana
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.xml.codec import Element


@dataclass(frozen=True, slots=True)
class ObjectAuditAnswers:
    """Answers about objects, to the Registry and nobody else; safe for all threads."""

    own: AuditedSez

    def answer(self, element: Element) -> bytes:
        """The signed page that is asked for; ``Unprocessed`` where there is none."""
        own = self.own
        request = own.proven(element, ObjectAuditRequest)
        now = to_astana(own.clock())
        own.catch_up()
        position = self._position(request, element)
        check_place(own.log, position, request.after_position)
        kinds = own.kinds_of(request.object_types)
        answer = ObjectAuditAnswer(
            message_id=request.message_id,
            sez_code=request.sez_code,
            environment=request.environment,
            answered_at=now,
            audit_id=request.audit_id,
            object_id=request.object_id,
            **sealed_at(own.log, position, now),
            **object_page(own.log, own.owner, kinds, request, position),
        )
        return own.signed(answer, element)

    def _position(self, request: ObjectAuditRequest, element: Element) -> int:
        object_id = request.object_id

        def known(audit: KnownAudit) -> int | None:
            return dict(audit.objects).get(object_id)

        def asked(told: dict[str, Any]) -> ObjectAuditAsked:
            return ObjectAuditAsked(**told, object_id=object_id)

        return self.own.bound(request, element, known, asked)
