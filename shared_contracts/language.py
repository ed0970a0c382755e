"""The languages in which commands speak."""

from enum import StrEnum


class Language(StrEnum):
    """Kazakh, Russian or English, as in ``xml:lang``."""

    KK = "kk"
    RU = "ru"
    EN = "en"
