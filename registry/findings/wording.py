"""What a system is told of a finding, in three languages."""

from collections.abc import Collection
from typing import Final

from registry.findings.finding import FindingKind
from registry.notices.wanted import WantedNotice
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import NoticeKind

TOLD: Final = 20
"""Most names in the text of a notice."""

_SUBJECTS: Final = {
    FindingKind.MISSING_NUMBERS: LocalizedText(
        kk="Дестелердің нөмірлері жетіспейді",
        ru="Не поступили номера пакетов",
        en="Numbers of packages did not come",
    ),
    FindingKind.LATE_RECORDS: LocalizedText(
        kk="Жазбалар бір сағаттан кеш келді",
        ru="Записи поступили позже одного часа",
        en="Records came later than within the hour",
    ),
    FindingKind.STAGE_PASSED: LocalizedText(
        kk="Сатып алу кезеңі өтті, тізім немесе хаттама жоқ",
        ru="Этап закупки прошёл, списка или протокола нет",
        en="A stage of a purchase passed without its list or protocol",
    ),
    FindingKind.REWRITTEN_HISTORY: LocalizedText(
        kk="Жазылған мәліметтер басқа мазмұнмен келді",
        ru="Записанное ранее поступило с другим содержанием",
        en="What was recorded came again with another content",
    ),
}

_CURES: Final = {
    FindingKind.MISSING_NUMBERS: LocalizedText(
        kk="Осы дестелерді жіберіңіз немесе нөмірлерін VoidSequence арқылы жабыңыз",
        ru="Отправьте эти пакеты или закройте их номера операцией VoidSequence",
        en="Send these packages, or close their numbers by VoidSequence",
    ),
    FindingKind.LATE_RECORDS: LocalizedText(
        kk="Кешігу себебін анықтап, жойыңыз",
        ru="Установите и устраните причину опоздания",
        en="Find the cause of the delay and remove it",
    ),
    FindingKind.STAGE_PASSED: LocalizedText(
        kk="Жетіспейтін тізімді немесе хаттаманы жіберіңіз",
        ru="Отправьте недостающий список или протокол",
        en="Send the list or the protocol that is lacking",
    ),
    FindingKind.REWRITTEN_HISTORY: LocalizedText(
        kk="Себебін анықтап, Тізілімді жүргізушіге хабарлаңыз",
        ru="Установите причину и сообщите её держателю Реестра",
        en="Find the cause and tell it to the keeper of the Registry",
    ),
}

_KINDS: Final = {
    FindingKind.LATE_RECORDS: NoticeKind.DEADLINE,
    FindingKind.STAGE_PASSED: NoticeKind.DEADLINE,
}


def about(kind: FindingKind, names: Collection[str], count: int) -> WantedNotice:
    """The notice of a finding: what was found, ``count`` in all, and what is to be done."""
    told = ", ".join(list(names)[:TOLD])
    cure = _CURES[kind]
    return WantedNotice(
        kind=_KINDS.get(kind, NoticeKind.SYNC_ERROR),
        subject=_SUBJECTS[kind],
        body=LocalizedText(
            kk=f"Жаңа: {told}. Барлығы: {count}. {cure.kk}.",
            ru=f"Новое: {told}. Всего: {count}. {cure.ru}.",
            en=f"New: {told}. In all: {count}. {cure.en}.",
        ),
    )
