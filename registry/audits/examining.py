"""An object in which an audit found a difference: asked for, believed, compared (S216-12d)."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from registry.audits import listing
from registry.audits.events import AuditObjectExamined
from registry.audits.object_comparing import DeliveredVersion, ObjectComparison, compare_object
from registry.audits.obtaining import Obtaining, check_answers
from registry.audits.questions import AuditQuestion
from registry.audits.states import DifferingObject, ObjectReached, RunningAudit
from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audited_object import (
    AUDIT_OBJECT,
    ObjectAuditAnswer,
    ObjectAuditRequest,
)
from shared_contracts.messages.packed import unpacked

PAGES = 100
"""Most pages of one object: a system that gives more is not believed."""

FOUND = 100
"""Most differences of one page that are named; the rest is counted."""

Delivered = Callable[[str, listing.OnRecord], DeliveredVersion]
"""Gives a version of a SEZ on record with what the log says of it and its bytes."""


@dataclass(frozen=True, slots=True)
class Examining:
    """Asks a SEZ for the objects that differ, as ``obtaining`` asks for pages."""

    obtaining: Obtaining
    delivered: Delivered

    def page(
        self, audit: RunningAudit, entry: SystemRegistered, wanted: DifferingObject
    ) -> tuple[AuditObjectExamined, bytes, bytes]:
        """The next page of an object, with the request and the answer as they were signed."""
        by, before = self.obtaining, audit.examining
        if before is not None and before.pages >= PAGES:
            raise NotTheCounterpart(f"{PAGES} pages of {wanted[1]} did not reach the end")
        form = partial(self._request, audit, wanted, before)
        asked = AuditQuestion(AUDIT_OBJECT, form, ObjectAuditAnswer)
        told = by.questions.put(entry, asked)
        _check_answers(told.answer, told.request)
        answer = _unpacked(told.answer)
        by.catch_up()
        seen = before.versions if before else ()
        known, lacking = self._known(audit, wanted, answer, seen)
        compared = compare_object(answer, known, seen, wanted[0])
        signed = (told.body, told.data)
        return self._taken(audit, wanted, (answer, compared, lacking), signed), *signed

    def _request(
        self, audit: RunningAudit, wanted: DifferingObject, before: ObjectReached | None
    ) -> ObjectAuditRequest:
        order, (object_type, object_id) = audit.order, wanted
        return ObjectAuditRequest(
            message_id=uuid7(),
            sez_code=order.sez_code,
            environment=order.environment,
            created_at=self.obtaining.questions.clock(),
            audit_id=order.audit_id,
            ground=order.ground,
            ordered_by=order.ordered_by,
            object_types=() if object_type is None else (object_type,),
            object_id=object_id,
            position=before.position if before else None,
            after_position=before.reached_position if before else None,
        )

    def _known(
        self,
        audit: RunningAudit,
        wanted: DifferingObject,
        answer: ObjectAuditAnswer,
        seen: Collection[int],
    ) -> tuple[dict[int, DeliveredVersion], int]:
        """What is on record: versions that the page tells, and at the end what no page told.

        Of these ``FOUND`` are read at most, since no more are named, and the others counted.
        """
        whose = (audit.order.environment, audit.order.sez_code)
        told = {one.version for one in answer.signed_records}
        rows = listing.versions(self.obtaining.log, whose, wanted[1])
        lacking = [] if answer.more else [one for one in rows if one.version not in {*told, *seen}]
        read = [row for row in rows if row.version in told] + lacking[:FOUND]
        known = {row.version: self.delivered(audit.order.sez_code, row) for row in read}
        return known, max(0, len(lacking) - FOUND)

    def _taken(
        self,
        audit: RunningAudit,
        wanted: DifferingObject,
        found: tuple[ObjectAuditAnswer, ObjectComparison, int],
        signed: Sequence[bytes],
    ) -> AuditObjectExamined:
        answer, compared, lacking = found
        return AuditObjectExamined(
            audit_id=answer.audit_id,
            object_type=wanted[0],
            object_id=wanted[1],
            page=audit.examining.pages + 1 if audit.examining else 1,
            position=answer.position,
            more=answer.more,
            reached_position=answer.reached_position,
            entries=len(answer.logged_events),
            seen=tuple(sorted({one.version for one in answer.signed_records})),
            versions=compared.versions,
            findings=compared.findings[:FOUND],
            more_findings=max(0, len(compared.findings) - FOUND) + lacking,
            chain_broken_at=compared.chain_broken_at,
            request_sha256=hashlib.sha256(signed[0]).hexdigest(),
            answer_sha256=hashlib.sha256(signed[1]).hexdigest(),
            octets=sum(map(len, signed)),
            taken_at=self.obtaining.questions.clock(),
        )


def _check_answers(answer: ObjectAuditAnswer, request: ObjectAuditRequest) -> None:
    """``NotTheCounterpart`` unless it answers this request, and goes on from where that begins."""
    check_answers(answer, request, is_of_it=answer.object_id == request.object_id)
    if answer.more and (answer.reached_position or 0) <= (request.after_position or 0):
        raise NotTheCounterpart(f"more is to come, and it reached {answer.reached_position}")


def _unpacked(answer: ObjectAuditAnswer) -> ObjectAuditAnswer:
    """The answer with its records as they were; ``NotTheCounterpart`` if one cannot be read."""
    try:
        records = tuple(unpacked(one) for one in answer.signed_records)
    except BadInput as bad:
        raise NotTheCounterpart(str(bad)) from bad
    return msgspec.structs.replace(answer, signed_records=records)
