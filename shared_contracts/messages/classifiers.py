"""Scheme 3: a SEZ asks for a classifier, and the Registry answers page by page (S216-A2.3)."""

from datetime import date, datetime

from shared_contracts.messages.document import LocalizedText, Part
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion


class ClassifierRequest(SystemQuestion, frozen=True, kw_only=True):
    """Which classifier, in which edition, which page; or what changed since an edition.

    ``edition`` names one that the Registry has; without it the one in force on ``as_of`` is meant,
    its supplements included, and without that the one of today. Pages count from 1.
    """

    classifier: str
    edition: str | None = None
    as_of: date | None = None
    since_edition: str | None = None
    page: int


class KnownEdition(Part, frozen=True, kw_only=True):
    """An edition that the Registry has and asks; a supplement only adds to the one in force."""

    name: str
    effective_from: date
    supplement: bool
    entry_count: int
    sha256: str


class ClassifierCode(Part, frozen=True, kw_only=True):
    """A code with its names, and what happened to it since another edition, if that was asked.

    ``change`` is ADDED, CHANGED or CLOSED; a closed code is given as it was.
    """

    code: str
    parent_code: str | None = None
    level: int
    name_kk: str | None = None
    name_ru: str | None = None
    name_en: str | None = None
    other_codes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    change: str | None = None


class ClassifierPage(SystemMessage, frozen=True, kw_only=True):
    """A page of a classifier; ``entry_count`` counts all pages together.

    ``sha256`` is that of the whole edition in the form in which editions are kept: whoever has
    read all its pages can tell that nothing is missing.
    """

    answered_at: datetime
    classifier: str
    name: LocalizedText
    edition: str
    effective_from: date
    supplement: bool
    sha256: str
    since_edition: str | None = None
    entry_count: int
    page: int
    page_count: int
    known_editions: tuple[KnownEdition, ...]
    codes: tuple[ClassifierCode, ...] = ()
