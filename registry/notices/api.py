"""Notices for those who send and watch them (S216-A2.5, S216-A3.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from registry.notices import listing
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing, named
from registry.notices.notice import (
    NOTICE,
    FormedNotice,
    NoticeChange,
    NoticeDelivered,
    NoticeResumed,
    NoticeStopped,
)
from registry.notices.wanted import WantedNotice
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import Named, proven_evidence
from shared_contracts.http.api import Data, answer, read_json, values_given


class NoticeEnding(msgspec.Struct, kw_only=True):
    """Why a notice is tried no more."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


def _acknowledged(event: Event) -> str | None:
    return event.acknowledgement_sha256 if isinstance(event, NoticeDelivered) else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """Notices as they are shown."""

    desk: NoticeDesk
    mailing: Mailing

    @property
    def log(self) -> EventLog:
        return self.desk.log

    def key(self, sez: str, notice_id: UUID) -> HeadKey:
        return HeadKey(self.desk.environment, sez, NOTICE.name, notice_id)

    def one(self, sez: str, notice_id: UUID) -> Response:
        at = self.mailing.current_state(self.key(sez, notice_id))
        if not isinstance(at.state, FormedNotice):
            raise Absent(f"no notice {notice_id} to {sez}")
        history = [
            {"recorded_at": one.recorded_at, "topic": one.topic, "event": one.event}
            for one in self.log.stream(at.originator_id)
        ]
        return answer(row(at.state) | {"notice": at.state.notice, "history": history})

    def evidence(self, sez: str, notice_id: UUID, name: str, told: Named) -> Response:
        at = self.mailing.current_state(self.key(sez, notice_id))
        body = proven_evidence(self.log, self.log.stream(at.originator_id), name, told)
        if body is None:
            raise Absent(f"no {name} beside notice {notice_id} to {sez}")
        return Response(body, media_type="application/xml")

    def settle(self, sez: str, wanted: NoticeChange, notice_id: UUID) -> Response:
        self.one(sez, notice_id)  # or nothing is known of it
        if not self.mailing.settle(self.key(sez, notice_id), wanted):
            state = self.mailing.current_state(self.key(sez, notice_id)).state
            status = state.status if isinstance(state, FormedNotice) else "absent"
            raise RefusedByRule(f"notice {notice_id} to {sez} is {status}: nothing to be done")
        self.mailing.queue.wake(sez)
        return self.one(sez, notice_id)


def row(state: FormedNotice) -> dict[str, object]:
    """A notice as a table shows it."""
    notice = state.notice
    return {
        "notice_id": notice.notice_id,
        "sez_code": notice.sez_code,
        "kind": notice.kind,
        "subject": notice.subject.shown,
        "formed_at": notice.formed_at,
        "works": notice.works,
        "classifier_change": notice.classifier_change,
        "status": state.status,
        "attempts": state.attempts,
        "next_attempt_at": state.next_attempt_at,
        "reason": state.reason,
        "detail": state.detail,
        "taken_at": state.taken_at,
        "notice_sha256": state.notice_sha256,
    }


def router(desk: NoticeDesk, mailing: Mailing, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/notices``; ``ensure_known``: 404 for unknown systems."""
    routes, shown = APIRouter(tags=["notices"]), _Shown(desk, mailing)

    @routes.get("/api/v1/notices")
    def notices(
        sez: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> Response:
        """Notices to every system or to one, latest first, and what became of each."""
        if sez is not None:
            ensure_known(sez)
        codes = sorted(desk.systems()) if sez is None else [sez]
        found = [one for _, one in listing.notices(desk.log, desk.environment, codes, limit)]
        found.sort(key=lambda one: one.notice.formed_at, reverse=True)
        return answer([row(one) for one in found[:limit]])

    @routes.post("/api/v1/notices", status_code=201)
    def send(data: Data) -> Response:
        """Form a notice and have it sent, to all systems if none is named.

        The same notice under the same `notice_id` is formed once.
        """
        with values_given():
            wanted = read_json(data, WantedNotice)
            notice_id = desk.send(wanted)
        codes = sorted(wanted.systems or desk.systems())
        keys = [shown.key(code, notice_id) for code in codes]
        states = [mailing.current_state(key).state for key in keys]
        return answer([row(one) for one in states if isinstance(one, FormedNotice)], 201)

    @routes.get("/api/v1/notices/{sez}/{notice_id}")
    def notice(sez: str, notice_id: UUID) -> Response:
        """A notice to a system, with every attempt to deliver it."""
        return shown.one(sez, notice_id)

    @routes.get("/api/v1/notices/{sez}/{notice_id}/notice")
    def bytes_sent(sez: str, notice_id: UUID) -> Response:
        """The signed notice as it leaves, byte for byte."""
        return shown.evidence(sez, notice_id, "notice", named)

    @routes.get("/api/v1/notices/{sez}/{notice_id}/acknowledgement")
    def acknowledgement(sez: str, notice_id: UUID) -> Response:
        """The system's signed acknowledgement as it came, byte for byte."""
        return shown.evidence(sez, notice_id, "acknowledgement", _acknowledged)

    @routes.post("/api/v1/notices/{sez}/{notice_id}/stop")
    def stop(sez: str, notice_id: UUID, data: Data) -> Response:
        """Try a notice no more; it can be tried again later."""
        reason, at = read_json(data, NoticeEnding).reason, desk.clock()
        ended = NoticeStopped(notice_id=notice_id, reason=reason, stopped_at=at)
        return shown.settle(sez, ended, notice_id)

    @routes.post("/api/v1/notices/{sez}/{notice_id}/retry")
    def retry(sez: str, notice_id: UUID) -> Response:
        """Try a notice again at once: why it was not taken is mended."""
        if shown.key(sez, notice_id) not in desk.queue.known:
            desk.queue.ensure_room(sez)
        resumed = NoticeResumed(notice_id=notice_id, resumed_at=desk.clock())
        return shown.settle(sez, resumed, notice_id)

    return routes
