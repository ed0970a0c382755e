"""Notices of the Registry to a SEZ, and the answer that one was taken (S216-A2.5, S216-A3.5)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import Environment, LocalizedText, Part


class NoticeKind(StrEnum):
    """What a notice is about."""

    CLASSIFIER_CHANGED = "CLASSIFIER_CHANGED"
    MAINTENANCE = "MAINTENANCE"
    INFO = "INFO"
    SYNC_ERROR = "SYNC_ERROR"
    DEADLINE = "DEADLINE"
    CONDITIONS_DECISION = "CONDITIONS_DECISION"


class AnnouncedWorks(Part, frozen=True, kw_only=True):
    """Technical works of the Registry, from the one moment until before the other (S216-18.4).

    ``excuses_hour`` says that no packages are taken meanwhile: that time excuses a breach of the
    hour of S216-18.3. ``replaces`` is the id of an earlier notice whose works are no longer meant:
    they end sooner or later than was announced, or not at all; in whichever order both come.
    """

    begins_at: datetime
    ends_at: datetime
    excuses_hour: bool
    replaces: UUID | None = None


class ClassifierChange(Part, frozen=True, kw_only=True):
    """An edition of a classifier that comes into force, or is asked no more (S216-A3.5a).

    ``changed_count`` counts the codes that were added, changed or fell away.
    """

    classifier: str
    edition: str
    effective_from: date
    withdrawn: bool
    changed_count: int


class Notice(Part, frozen=True, kw_only=True):
    """A notice to one SEZ; whatever its way, it keeps its id and its bytes.

    ``works`` belong to MAINTENANCE, ``classifier_change`` to CLASSIFIER_CHANGED alone.
    """

    notice_id: UUID
    environment: Environment
    sez_code: str
    kind: NoticeKind
    subject: LocalizedText
    body: LocalizedText
    formed_at: datetime
    works: AnnouncedWorks | None = None
    classifier_change: ClassifierChange | None = None


class NoticeTaken(Part, frozen=True, kw_only=True):
    """The SEZ's word that it keeps exactly this notice, and since when (S216-13b).

    ``notice_sha256`` is over the exclusive canonical form of the signed notice.
    """

    notice_id: UUID
    environment: Environment
    sez_code: str
    notice_sha256: str
    taken_at: datetime
