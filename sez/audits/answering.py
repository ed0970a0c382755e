"""Scheme 6 from the SEZ's side: the Registry's request is proven, and answered (S216-A2.6)."""

from dataclasses import dataclass, replace
from typing import Any, assert_never

from sez.audits.asked import AuditAsked
from sez.audits.audited import AuditedSez
from sez.audits.bounds import AHEAD, check_place, sealed_at
from sez.audits.listing import AuditedStore
from sez.audits.live_tree import LiveTrees
from sez.audits.node_answers import TreeAnswers
from sez.audits.pages import change_page, checksum_page, event_page
from sez.audits.stored_files import StoredFiles
from shared_contracts.astana_time import to_astana
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.xml.codec import Element


@dataclass(frozen=True, slots=True)
class AuditAnswers:
    """Answers the Registry's audits, and nobody else's; safe for all threads."""

    own: AuditedSez
    store: AuditedStore
    trees: TreeAnswers

    @classmethod
    def of(cls, own: AuditedSez, files: StoredFiles) -> "AuditAnswers":
        """The answers of a SEZ whose large versions lie among ``files``."""
        store = AuditedStore(own.log, own.owner, own.kinds_of(()), files)
        return cls(own, store, TreeAnswers(store, LiveTrees(files)))

    def answer(self, element: Element) -> bytes:
        """The signed page that is asked for; ``Unprocessed`` where there is none."""
        request = self.own.proven(element, AuditRequest)
        self._check_moments(request)
        if request.content is not AuditContent.EVENT_LOG:  # told also where a listing cannot go on
            self.own.catch_up()
        position = self._position(request, element)
        check_place(self.own.log, position, request.after_position)
        if request.depth is not None:
            told = self.trees.told(request, position)
        else:
            told = position, self._page(request, position)
        return self.own.signed(self._answer(request, *told), element)

    def _check_moments(self, request: AuditRequest) -> None:
        now = self.own.clock()
        moments = {
            "Since": request.since,
            "Until": request.until,
        }
        for name, moment in moments.items():
            if moment is not None and (moment.tzinfo is None or moment - now > AHEAD):
                raise Unprocessed(Fault.AUDIT_REFUSED, f"{name} {moment.isoformat()}")
        if (
            request.since is not None
            and request.until is not None
            and request.until < request.since
        ):
            raise Unprocessed(Fault.AUDIT_REFUSED, "Until before Since")

    def _position(self, request: AuditRequest, element: Element) -> int:
        def asked(told: dict[str, Any]) -> AuditAsked:
            return AuditAsked(**told, content=request.content)

        return self.own.bound(request, element, lambda audit: audit.position_of(request), asked)

    def _answer(self, request: AuditRequest, position: int, page: dict[str, Any]) -> AuditAnswer:
        now = to_astana(self.own.clock())
        return AuditAnswer(
            message_id=request.message_id,
            sez_code=request.sez_code,
            environment=request.environment,
            answered_at=now,
            audit_id=request.audit_id,
            content=request.content,
            **sealed_at(self.own.log, position, now),
            **page,
        )

    def _page(self, request: AuditRequest, position: int) -> dict[str, Any]:
        log = self.own.log
        match request.content:
            case AuditContent.CHECKSUMS:
                kinds = self.own.kinds_of(request.object_types)
                store = replace(self.store, kinds=kinds, files=self.store.files.anew())
                return checksum_page(store, request, position)
            case AuditContent.CHANGED_OBJECTS:
                return change_page(log, request, position)
            case AuditContent.EVENT_LOG:
                return event_page(log, request, position)
            case unknown:
                assert_never(unknown)
