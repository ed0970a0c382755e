"""Notices are formed and signed, one for each system, all in one transaction (S216-A2.5.1)."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from registry.notices.notice import (
    NOTICE,
    FormedNotice,
    NoticeFormed,
    NoticeStopped,
    State,
    decide,
)
from registry.notices.queue import SAME, NoticeQueue
from registry.notices.wanted import WantedNotice, about_change, ensure_sendable
from shared_contracts.astana_time import shown, to_astana
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState, load
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.notice import ClassifierChange, Notice, NoticeKind
from shared_contracts.signing.sign import Signer, sign_message

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FormedNotices:
    """Notices that are signed and not in the log yet: what is to be recorded, and who waits."""

    commit: Commit
    states: tuple[tuple[HeadKey, FormedNotice], ...]
    desk: "NoticeDesk"

    def committed(self) -> None:
        """They are in the log: they are sent from now on, and take the place of older ones.

        Whoever recorded them is not told that a place was not taken: what he asked for is done.
        """
        self.desk.queue.add(self.states)
        for key, _ in self.states:
            try:
                self.desk.supersede(key)
            except Exception:  # both stay in the queue; the next one on the subject does it
                log.exception("notice not superseded", sez_code=key.sez_code)


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Where notices are formed; ``systems`` gives the codes of the register.

    A notice is signed once, when it is formed: whatever its way, its bytes stay the same.
    """

    log: EventLog
    environment: Environment
    systems: Callable[[], Collection[str]]
    signer: Signer
    clock: Callable[[], datetime]
    queue: NoticeQueue

    def send(self, wanted: WantedNotice) -> UUID:
        """Have a notice sent; its id. The same notice under the same id is formed once.

        Raises ``BadInput``, ``RefusedByRule`` where the id is that of another notice.
        """
        now, known = self.clock(), self.systems()
        notice_id = wanted.notice_id or uuid7()
        keys = self.keys(notice_id, wanted.systems or known)
        with self.log.locks(keys):
            at = load(self.log, NOTICE, keys, uuid7)
            if self._is_formed(at.values(), wanted):
                return notice_id
            ensure_sendable(wanted, known, now)
            for key in keys:
                self.queue.ensure_room(key.sez_code)
            self._check_replaced(wanted, keys, now)
            notices = [self._notice(key, wanted, now) for key in keys]
            formed = self._formed(zip(at.values(), notices, strict=True))
            self.log.append(formed.commit)
            self.queue.add(formed.states)
        return notice_id

    def _check_replaced(self, wanted: WantedNotice, keys: Iterable[HeadKey], now: datetime) -> None:
        """Raise ``RefusedByRule`` where the works that are replaced were not announced."""
        works = wanted.works
        if works is None or works.replaces is None:
            return
        codes = [key.sez_code for key in keys]
        for at in load(self.log, NOTICE, self.keys(works.replaces, codes), uuid7).values():
            before = at.state.notice.works if isinstance(at.state, FormedNotice) else None
            if before is None:
                told = f"{at.key.sez_code} was not told of works by that notice"
                raise RefusedByRule(f"works.replaces {works.replaces}: {told}")
            if works.begins_at < min(now, before.begins_at):
                told = f"give {shown(before.begins_at)} or later, as was announced"
                raise RefusedByRule(f"works.begins_at {shown(works.begins_at)}: {told}")

    def about(self, sez_code: str, wanted: WantedNotice) -> FormedNotices:
        """The notice of what a run found about a system, to be recorded with it."""
        keys = self.keys(uuid7(), [sez_code])
        now, at = self.clock(), load(self.log, NOTICE, keys, uuid7)
        return self._formed((at[key], self._notice(key, wanted, now)) for key in keys)

    def of_change(self, change: ClassifierChange) -> FormedNotices | None:
        """The notices of a change of a classifier, to be recorded with it; None to nobody."""
        keys = self.keys(notice_id := uuid7(), self.systems())
        if not keys:
            return None
        subject, body = about_change(change)
        kind = NoticeKind.CLASSIFIER_CHANGED
        wanted = WantedNotice(kind=kind, subject=subject, body=body, notice_id=notice_id)
        now, at = self.clock(), load(self.log, NOTICE, keys, uuid7)
        notices = (
            msgspec.structs.replace(self._notice(key, wanted, now), classifier_change=change)
            for key in keys
        )
        return self._formed(zip(at.values(), notices, strict=True))

    def supersede(self, key: HeadKey) -> None:
        """End the attempts at the oldest notices on the subject of this one, if there are too many.

        ``registry notice retry`` begins them again.
        """
        for older in self.queue.superseded(key):
            with self.log.locks([older]):
                at = load(self.log, NOTICE, [older], uuid7)[older]
                stopped = NoticeStopped(
                    notice_id=older.object_id,
                    reason=f"{key.object_id} on the same subject took its place: {SAME} are not "
                    "delivered",
                    stopped_at=self.clock(),
                    superseded_by=key.object_id,
                )
                if events := decide(at.state, stopped):
                    after = at.after(events)
                    self.log.append(Commit(at.facts(events), (after.head(),)))
                    self.queue.add([(older, after.state)])

    def keys(self, notice_id: UUID, codes: Iterable[str]) -> list[HeadKey]:
        """The keys of a notice to each of these systems."""
        return [HeadKey(self.environment, code, NOTICE.name, notice_id) for code in sorted(codes)]

    def _notice(self, key: HeadKey, wanted: WantedNotice, now: datetime) -> Notice:
        return Notice(
            notice_id=key.object_id,
            environment=self.environment,
            sez_code=key.sez_code,
            kind=wanted.kind,
            subject=wanted.subject,
            body=wanted.body,
            formed_at=to_astana(now),
            works=_in_astana(wanted).works,
        )

    def _formed(self, ones: Iterable[tuple[AggregateState[State], Notice]]) -> FormedNotices:
        facts: list[Fact] = []
        heads, evidence, states = [], [], []
        for at, notice in ones:
            data = sign_message(notice, f"notice-{notice.notice_id}", self.signer)
            sha256 = hashlib.sha256(data).hexdigest()
            after = at.after(
                [
                    event := NoticeFormed(
                        notice_id=notice.notice_id, notice=notice, notice_sha256=sha256
                    )
                ]
            )
            facts += at.facts([event])
            heads.append(after.head())
            evidence.append(Evidence(at.originator_id, after.version, "notice", data))
            states.append((at.key, FormedNotice(notice=notice, notice_sha256=sha256)))
        commit = Commit(tuple(facts), tuple(heads), tuple(evidence))
        return FormedNotices(commit, tuple(states), self)

    def _is_formed(self, known: Iterable[AggregateState[State]], wanted: WantedNotice) -> bool:
        """Whether exactly this was formed before, for every system that is meant."""
        states = [at.state for at in known]
        formed = [state for state in states if isinstance(state, FormedNotice)]
        if not formed:
            return False
        if len(formed) == len(states) and all(_says(one.notice, wanted) for one in formed):
            return True
        raise RefusedByRule(
            f"notice_id {formed[0].notice.notice_id}: another notice has it; give a new id"
        )


def _says(notice: Notice, wanted: WantedNotice) -> bool:
    said = (notice.kind, notice.subject, notice.body, notice.works)
    return said == (wanted.kind, wanted.subject, wanted.body, _in_astana(wanted).works)


def _in_astana(wanted: WantedNotice) -> WantedNotice:
    works = wanted.works
    if works is None:
        return wanted
    moments = {"begins_at": to_astana(works.begins_at), "ends_at": to_astana(works.ends_at)}
    return msgspec.structs.replace(wanted, works=msgspec.structs.replace(works, **moments))
