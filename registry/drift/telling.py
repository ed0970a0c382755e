"""What a system is told of a difference, in three languages (S216-11a, S216-11b)."""

from collections.abc import Iterable
from typing import Final

from registry.drift.difference import SeenDifference
from registry.notices.wanted import WantedNotice
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import NoticeKind

TOLD: Final = 200
"""Most signs of a value in the text of a notice."""

SUBJECT = LocalizedText(
    kk="Үндестіру шарттары актіде бекітілгендей емес",
    ru="Условия синхронизации не те, что зафиксированы актом",
    en="Conditions of synchronisation are not those fixed by the act",
)


def about(differences: Iterable[SeenDifference]) -> WantedNotice:
    """The notice of differences that were found, and what is to be done."""
    ones = list(differences)
    return WantedNotice(
        kind=NoticeKind.SYNC_ERROR,
        subject=SUBJECT,
        body=LocalizedText(
            kk=_body(ones, "бекітілгені", "көрінгені")
            + "Бекітілген шарттарды қалпына келтіріңіз немесе өзгертуге өтініш беріңіз.",
            ru=_body(ones, "зафиксировано", "видно")
            + "Восстановите зафиксированные условия или подайте заявление об их изменении.",
            en=_body(ones, "fixed", "seen")
            + "Restore the conditions that were fixed, or state that they are to change.",
        ),
    )


def _body(ones: Iterable[SeenDifference], fixed: str, seen: str) -> str:
    return "".join(
        f"{one.kind}: {fixed} {_cut(one.fixed)}; {seen} {_cut(one.found)}. " for one in ones
    )


def _cut(text: str) -> str:
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"
