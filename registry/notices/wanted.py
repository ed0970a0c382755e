"""What a person wants told to systems, and what makes it a notice that can be sent.

A notice stays in the log for ever, so what no system should be told is refused before.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from shared_contracts.astana_time import shown
from shared_contracts.errors import BadInput
from shared_contracts.limits import NAME
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import AnnouncedWorks, ClassifierChange, NoticeKind
from shared_contracts.rules.rule import blank
from shared_contracts.visible import visible

BODY: Final = 4000
"""Most characters of a text."""

LONGEST_WORKS: Final = timedelta(days=7)
"""Works that last longer are announced again; our reading, the orders name no term."""


JUST_NOW: Final = timedelta(minutes=5)
"""Works that are replaced may have ended so long ago: whoever tells it needs a moment."""


class WantedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is wanted: of which kind, to which systems, in which words.

    It goes to all of the register if none is named; ``notice_id`` makes a repetition the same.
    """

    kind: NoticeKind
    subject: LocalizedText
    body: LocalizedText
    systems: tuple[str, ...] = ()
    works: AnnouncedWorks | None = None
    notice_id: UUID | None = None


def ensure_sendable(wanted: WantedNotice, known: Collection[str], now: datetime) -> None:
    """Raise ``BadInput`` with all that is wrong with a wanted notice."""
    flaws = [
        *_text("subject", wanted.subject, NAME),
        *_text("body", wanted.body, BODY),
        *_systems(wanted.systems, known),
        *_works(wanted, now),
    ]
    if flaws:
        raise BadInput("; ".join(flaws))


def _text(name: str, text: LocalizedText, most: int) -> Iterator[str]:
    for language in ("kk", "ru", "en"):
        said = getattr(text, language)
        needed = language != "en"
        if (said is None and needed) or (said is not None and (blank(said) or len(said) > most)):
            rule = f"a text of 1 to {most} characters" + ("" if needed else ", or none")
            yield _flaw(f"{name}.{language}", said or "", rule)


def _systems(asked: Collection[str], known: Collection[str]) -> Iterator[str]:
    if not known:
        yield "systems: none is in the register; enter one by `registry sez add`"
    if len(set(asked)) != len(asked) or not set(asked) <= set(known):
        told = f"codes of the register, each once ({', '.join(sorted(known)[:20])})"
        yield _flaw("systems", ", ".join(asked), told)


def _works(wanted: WantedNotice, now: datetime) -> Iterator[str]:
    works = wanted.works
    if wanted.kind is NoticeKind.CLASSIFIER_CHANGED:
        told = "another kind: an import of a classifier makes this one by itself"
        yield _flaw("kind", wanted.kind.value, told)
    if (works is not None) is not (wanted.kind is NoticeKind.MAINTENANCE):
        yield _flaw(
            "works", wanted.kind.value, "works with the kind MAINTENANCE, and with no other"
        )
    if works is None:
        return
    naive = [one for one in (works.begins_at, works.ends_at) if one.tzinfo is None]
    if naive:
        yield _flaw("works", str(naive[0]), "moments with an offset, as 2026-03-01T22:00:00+05:00")
    elif works.replaces is not None and works.ends_at < now - JUST_NOW:
        told = f"the moment at which they end, not one that has passed: it is {shown(now)}"
        yield _flaw("works.ends_at", shown(works.ends_at), told)
    elif works.replaces is None and works.begins_at < now:
        told = f"a moment that is still to come: it is {shown(now)}, works are announced ahead"
        yield _flaw("works.begins_at", shown(works.begins_at), told)
    elif not timedelta(0) < works.ends_at - works.begins_at <= LONGEST_WORKS:
        told = f"a moment after the beginning, at most {LONGEST_WORKS.days} days"
        yield _flaw("works.ends_at", shown(works.ends_at), told)


def _flaw(name: str, value: str, rule: str) -> str:
    return f"{name} {visible(value)[:200]!r}: give {rule}"


def about_change(change: ClassifierChange) -> tuple[LocalizedText, LocalizedText]:
    """Subject and text of the notice of a change of a classifier (S216-A3.5a)."""
    name, edition = change.classifier, change.edition
    day, count = change.effective_from.isoformat(), change.changed_count
    if change.withdrawn:
        return (
            LocalizedText(
                kk=f"{name} анықтамалығының басылымы кері алынды",
                ru=f"Редакция справочника {name} отозвана",
                en=f"An edition of the classifier {name} is withdrawn",
            ),
            LocalizedText(
                kk=f"«{edition}» басылымы бұдан былай қолданылмайды; өзгерген кодтар: {count}.",
                ru=f"Редакция «{edition}» больше не применяется; изменившихся кодов: {count}.",
                en=f"The edition '{edition}' is applied no more; codes that changed: {count}.",
            ),
        )
    return (
        LocalizedText(
            kk=f"{name} анықтамалығының жаңа басылымы",
            ru=f"Новая редакция справочника {name}",
            en=f"A new edition of the classifier {name}",
        ),
        LocalizedText(
            kk=f"«{edition}» басылымы {day} күнінен бастап қолданылады; өзгерген кодтар: {count}.",
            ru=f"Редакция «{edition}» действует с {day}; изменившихся кодов: {count}.",
            en=f"The edition '{edition}' is in force from {day}; codes that changed: {count}.",
        ),
    )
