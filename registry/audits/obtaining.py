"""One page of an audit: asked for, believed, compared with the record (S216-A2.6)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, assert_never
from uuid import UUID

import msgspec

from registry.audits import comparing, listing, walking
from registry.audits.comparing import Comparison
from registry.audits.events import AuditPageTaken
from registry.audits.finding import AnswerMoments, AuditFinding, Differs
from registry.audits.questions import AuditQuestion, AuditQuestions
from registry.audits.sealed_log import sealed_page
from registry.audits.states import PageReached, RunningAudit
from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.leaf import GENESIS
from shared_contracts.event_log.log import EventLog
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest, ChecksumDepth
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.messages.kinds import KINDS

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
"""Before and after every id of an object."""


@dataclass(frozen=True, slots=True)
class Obtaining:
    """Asks a SEZ for pages, by signed questions that are put to it.

    ``catch_up`` brings the listings up to what is recorded.
    """

    log: EventLog
    questions: AuditQuestions
    catch_up: Callable[[], object]

    def page(
        self, audit: RunningAudit, entry: SystemRegistered
    ) -> tuple[AuditPageTaken, bytes, bytes]:
        """The next page as it was taken, with the request and the answer as they were signed.

        ``RemoteFault``, ``PeerUnreachable``, ``NotTheCounterpart`` say why there is none.
        """
        content, before = audit.place
        form = partial(self._request, audit, content, before)
        by = self.questions.put(entry, AuditQuestion("Audit", form, AuditAnswer))
        _check_answers(by.answer, by.request)
        self.catch_up()
        signed = (by.body, by.data)
        return self._taken(audit, by.request, by.answer, signed), *signed

    def _request(
        self, audit: RunningAudit, content: AuditContent, before: PageReached | None
    ) -> AuditRequest:
        order = audit.order
        kept = content is AuditContent.CHECKSUMS and order.depth is ChecksumDepth.TREE
        return AuditRequest(
            message_id=uuid7(),
            sez_code=order.sez_code,
            environment=order.environment,
            created_at=self.questions.clock(),
            audit_id=order.audit_id,
            content=content,
            ground=order.ground,
            ordered_by=order.ordered_by,
            object_types=order.object_types,
            since=order.since,
            until=order.until,
            position=before.position if before and not kept else None,
            after_position=before.reached_position if before else None,
            after_object=before.reached_object if before else None,
            **walking.asked(order, content, before),
        )

    def _taken(
        self,
        audit: RunningAudit,
        request: AuditRequest,
        answer: AuditAnswer,
        signed: tuple[bytes, bytes],
    ) -> AuditPageTaken:
        _, before = audit.place
        compared, more = self._compared(audit, request, answer)
        to_ask = walking.to_ask(self.log, audit, request, answer)
        sealed = sealed_page(audit, answer, fits=not compared.findings)
        found = (*sealed.findings, *compared.findings)
        body, data = signed
        entries = answer.logged_events
        return AuditPageTaken(
            audit_id=answer.audit_id,
            content=answer.content,
            page=before.pages + 1 if before else 1,
            position=answer.position,
            as_of=answer.as_of,
            chain_hash=answer.chain_hash,
            more=bool(to_ask) if request.depth else answer.more,
            to_ask=to_ask or msgspec.UNSET,
            reached_position=answer.reached_position,
            reached_object=answer.reached_object,
            reached_chain=entries[-1].chain_hash if entries else None,
            entries=len(answer.checksums) + len(answer.changed_objects) + len(entries),
            under_way=compared.under_way,
            edge=sealed.edge,
            findings=found[:FINDINGS],
            more_findings=more + max(0, len(found) - FINDINGS),
            request_sha256=hashlib.sha256(body).hexdigest(),
            answer_sha256=hashlib.sha256(data).hexdigest(),
            octets=len(body) + len(data),
            taken_at=self.questions.clock(),
        )

    def _compared(
        self, audit: RunningAudit, request: AuditRequest, answer: AuditAnswer
    ) -> tuple[Comparison, int]:
        """What was found, and how many objects were found missing and are not named."""
        whose = (audit.order.environment, audit.order.sez_code)
        rows: Sequence[Any]
        match answer.content:
            case AuditContent.CHECKSUMS if request.depth is not None:
                return walking.compared(self.log, audit, request, answer), 0
            case AuditContent.CHECKSUMS:
                return self._checksums(audit, request, answer)
            case AuditContent.CHANGED_OBJECTS:
                rows = answer.changed_objects
                keys = {(one.object_type, one.object_id) for one in rows}
                known = listing.named(self.log, whose, keys)
                moments = AnswerMoments(answer.as_of, audit.ordered_at)
                return comparing.changes(rows, known, moments), 0
            case AuditContent.EVENT_LOG:
                return _log_findings(audit, request, answer)
            case unknown:
                assert_never(unknown)

    def _checksums(
        self, audit: RunningAudit, request: AuditRequest, answer: AuditAnswer
    ) -> tuple[Comparison, int]:
        whose, rows = (audit.order.environment, audit.order.sez_code), answer.checksums
        known = listing.named(self.log, whose, {(one.object_type, one.object_id) for one in rows})
        moments = AnswerMoments(answer.as_of, audit.ordered_at)
        compared = comparing.checksums(rows, known, moments)
        last = answer.reached_object if answer.more else None
        within = (request.after_object or FIRST, last or LAST)
        but = ([one.object_id for one in rows], answer.as_of, audit.ordered_at)
        kinds = request.object_types or tuple(KINDS)
        missing, count = listing.unlisted(self.log, whose, kinds, within, but)
        found = (*compared.findings, *map(comparing.unlisted, missing))
        return Comparison(found, compared.under_way), count - len(missing)


def check_answers(
    answer: AuditAnswer | ObjectAuditAnswer,
    request: AuditRequest | ObjectAuditRequest,
    *,
    is_of_it: bool,
) -> None:
    """``NotTheCounterpart`` unless an answer is to this request, and ``is_of_it`` as well.

    It is as of the position to which the request is bound.
    """
    asked = (request.message_id, request.sez_code, request.environment, request.audit_id)
    told = (answer.message_id, answer.sez_code, answer.environment, answer.audit_id)
    if told != asked or not is_of_it:
        raise NotTheCounterpart(f"it answers {answer.message_id}, not {request.message_id}")
    if request.position not in (None, answer.position):
        raise NotTheCounterpart(f"it is as of position {answer.position}, not {request.position}")


def _check_answers(answer: AuditAnswer, request: AuditRequest) -> None:
    """``NotTheCounterpart`` unless it answers this request, and goes on from where that begins."""
    check_answers(answer, request, is_of_it=answer.content is request.content)
    if request.depth is not None:
        walking.check_nodes(answer, request)
        return
    ids = [request.after_object or FIRST, *(one.object_id for one in answer.checksums)]
    if any(one >= other for one, other in pairwise(ids)):
        raise NotTheCounterpart("its objects are not in the order of their ids")
    by_object = answer.content is AuditContent.CHECKSUMS
    reached = answer.reached_object if by_object else answer.reached_position
    began = request.after_object or FIRST if by_object else request.after_position or 0
    if not by_object and (answer.reached_position or 0) > answer.position:
        raise NotTheCounterpart(f"it reached {reached}, after its position {answer.position}")
    if answer.more and (reached is None or not _goes_on(reached, began)):
        raise NotTheCounterpart(f"more is to come, and it reached {reached} from {began}")


def _goes_on(reached: UUID | int, began: UUID | int) -> bool:
    if isinstance(reached, UUID) and isinstance(began, UUID):
        return reached > began
    return isinstance(reached, int) and isinstance(began, int) and reached > began


def _log_findings(
    audit: RunningAudit, request: AuditRequest, answer: AuditAnswer
) -> tuple[Comparison, int]:
    """An unbroken chain, without gaps where all of the log was asked for, up to the last value.

    And how many gaps there are that are not named.
    """
    _, reached = audit.place
    whole = audit.order.since is None and audit.order.until is None
    before = (0, GENESIS.hex()) if whole else None
    if reached is not None and reached.reached_chain is not None:
        before = (reached.reached_position or 0, reached.reached_chain)
    entries = answer.logged_events
    found = [*comparing.entries(entries, before).findings]
    if not whole:
        return Comparison(tuple(found)), 0
    end = (answer.reached_position or 0) if answer.more else answer.position
    gaps, more = comparing.gaps(entries, request.after_position or 0, end)
    found += gaps
    last = entries[-1] if entries else None
    sealed = last is not None and last.position == answer.position
    if last is not None and sealed and last.chain_hash != answer.chain_hash:
        found.append(
            AuditFinding(
                kind=Differs.CHAIN_BROKEN,
                position=answer.position,
                expected=last.chain_hash,
                found=answer.chain_hash,
            )
        )
    return Comparison(tuple(found)), more
