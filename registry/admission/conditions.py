"""The conditions of the orders on an application, by the names under which regulations have them.

Each yields what is wrong: field, value, and the cure in Kazakh, Russian and English.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from registry.admission.form import (
    ApplicationForm,
    FormPlatform,
    FormSupport,
    TieKind,
    UserExclusion,
    UserStanding,
)
from registry.admission.regulation import Regulation
from shared_contracts.calendar.terms import years_before
from shared_contracts.calendar.working_days import ReasonWords

KAZAKHSTAN: Final = "KZ"
YEARS: Final = 5
"""Years before the application in which there must have been no tie (S95-3.1a, 3.1b)."""
LINES: Final = 3
ANSWER: Final = 120.0
"""Seconds in which the support service answers on average (S95-15.4c)."""


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What a condition knows besides the form: the order, the day, the platforms in operation."""

    regulation: Regulation
    day: date
    platforms: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ConditionFlaw:
    """A field that does not fit, its value, and what to do."""

    field: str
    value: str
    cure: ReasonWords


Condition: TypeAlias = Callable[[ApplicationForm, FilingFacts], Iterator[ConditionFlaw]]
_CONDITIONS: dict[str, Condition] = {}
CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType(_CONDITIONS)
"""All conditions by name."""


def _named(name: str) -> Callable[[Condition], Condition]:
    def enter(function: Condition) -> Condition:
        _CONDITIONS[name] = function
        return function

    return enter


@_named("SECTORS_OF_THE_ORDER")
def _sectors(form: ApplicationForm, facts: FilingFacts) -> Iterator[ConditionFlaw]:
    for sector in form.sectors:
        if sector not in facts.regulation.sectors:
            yield ConditionFlaw("sectors", sector, _SECTOR)


@_named("KAZAKHSTAN_SEGMENT")
def _segment(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    """Wholly: the declared site and every resolved address (S216-3, S95-2.4, S95-15.8a)."""
    if form.location.country != KAZAKHSTAN:
        yield ConditionFlaw("location.country", form.location.country, _SEGMENT)
    for one in form.location.addresses:
        if one.country != KAZAKHSTAN:
            yield ConditionFlaw("location.addresses", f"{one.address} {one.country}", _SEGMENT)


def _excluded(name: str, exclusion: UserExclusion) -> None:
    @_named(name)
    def check(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
        for user in form.users:
            if exclusion in user.exclusions:
                yield ConditionFlaw("users.exclusions", f"{user.number} {exclusion}", _EXCLUDED)


_excluded("NO_COMMON_MINERALS", UserExclusion.COMMON_MINERALS)
_excluded("NO_STATE_PROCUREMENT", UserExclusion.STATE_PROCUREMENT)
_excluded("NO_NATIONAL_HOLDING", UserExclusion.NATIONAL_HOLDING)


def _untied(name: str, kind: TieKind) -> None:
    @_named(name)
    def check(form: ApplicationForm, facts: FilingFacts) -> Iterator[ConditionFlaw]:
        """A tie that lasts, or that ended within the five years before (S95-3.1a, 3.1b)."""
        since = years_before(facts.day, YEARS)
        for tie in form.ties:
            if tie.kind is kind and (tie.ended_on is None or tie.ended_on >= since):
                yield ConditionFlaw(
                    "ties", f"{tie.who}: {tie.with_whom} {tie.ended_on or ''}", _TIE
                )


_untied("NOT_AFFILIATED", TieKind.AFFILIATE)
_untied("NOT_SUBORDINATE", TieKind.SUBORDINATE)


@_named("USERS_ARE_USERS")
def _users(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    for user in form.users:
        if user.standing is None:
            yield ConditionFlaw("users.standing", user.number, _STANDING)
        elif user.standing is UserStanding.SUBSIDIARY and not user.subsidiary_of:
            yield ConditionFlaw("users.subsidiary_of", user.number, _SUBSIDIARY)


@_named("USERS_HAVE_CONTRACTS")
def _contracts(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    """Who signs as a user does so under a contract of subsoil use (S95-A1.3)."""
    bound = {UserStanding.SUBSOIL_USER, UserStanding.AUTHORISED}
    for user in form.users:
        if user.standing in bound and not user.contracts:
            yield ConditionFlaw("users.contracts", user.number, _CONTRACT)


@_named("ONLY_APPLICANT_ADMINISTERS")
def _administered(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    if form.administered_by != (form.applicant.number,):
        yield ConditionFlaw("administered_by", ", ".join(form.administered_by), _ADMINISTERED)


@_named("BOTH_LANGUAGES")
def _languages(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    if not {"kk", "ru"} <= set(form.languages):
        yield ConditionFlaw("languages", ", ".join(form.languages), _LANGUAGES)


@_named("SUPPORT_REACHED")
def _support(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    support = form.support or FormSupport()
    if not (support.telephone and support.email and support.on_working_days):
        yield ConditionFlaw("support", f"{support.telephone} {support.email}".strip(), _SUPPORT)


@_named("SUPPORT_LINES")
def _lines(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    support = form.support or FormSupport()
    if support.lines < LINES:
        yield ConditionFlaw("support.lines", str(support.lines), _LINES)


@_named("SUPPORT_ANSWERS")
def _answers(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    seconds = (form.support or FormSupport()).answer_seconds
    if seconds is None or seconds > ANSWER:
        yield ConditionFlaw(
            "support.answer_seconds", "" if seconds is None else f"{seconds:g}", _ANSWERS
        )


@_named("NOT_LEASED")
def _leased(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    agreed = {user.number for user in form.users}
    for whom in (form.platform or FormPlatform(id="")).leased_to:
        if whom not in agreed:
            yield ConditionFlaw("platform.leased_to", whom, _LEASED)


@_named("PLATFORM_OWNED")
def _owned(form: ApplicationForm, _facts: FilingFacts) -> Iterator[ConditionFlaw]:
    platform = form.platform or FormPlatform(id="")
    if not platform.owner or platform.owner != form.applicant.number:
        yield ConditionFlaw("platform.owner", platform.owner, _OWNED)


ALONE: Final = "ONE_SYSTEM_PER_PLATFORM"
"""The condition that is looked at once more when the act is drawn up."""


@_named(ALONE)
def _alone(form: ApplicationForm, facts: FilingFacts) -> Iterator[ConditionFlaw]:
    if form.platform is not None and form.platform.id in facts.platforms:
        yield ConditionFlaw("platform.id", form.platform.id, _ALONE)


_SECTOR = ReasonWords(
    kk="осы бұйрық қолданылатын саланы көрсетіңіз",
    ru="укажите сферу, на которую распространяется приказ",
    en="name a sector to which the order applies",
)
_SEGMENT = ReasonWords(
    kk="жүйені толығымен Интернеттің қазақстандық сегментінде орналастырыңыз",
    ru="разместите систему целиком в казахстанском сегменте Интернета",
    en="place the system wholly in the Kazakhstan segment of the Internet",
)
_EXCLUDED = ReasonWords(
    kk="Қағидалар бұл пайдаланушыға қолданылмайды: оны тізімнен алып тастаңыз",
    ru="Правила не распространяются на этого пользователя: исключите его",
    en="the Rules do not apply to this user: leave it out",
)
_TIE = ReasonWords(
    kk="байланыс тоқтағаннан кейін бес жыл өткен соң өтінім беріңіз",
    ru="подайте заявку через пять лет после прекращения связи",
    en="apply when five years have passed since the tie ended",
)
_STANDING = ReasonWords(
    kk="пайдаланушының мәртебесін көрсетіңіз",
    ru="укажите, кем является пользователь",
    en="tell what the user is",
)
_SUBSIDIARY = ReasonWords(
    kk="кімнің еншілес ұйымы екенін көрсетіңіз",
    ru="укажите, чья это дочерняя организация",
    en="tell whose subsidiary it is",
)
_CONTRACT = ReasonWords(
    kk="жер қойнауын пайдалану келісімшартының деректемелерін беріңіз",
    ru="укажите реквизиты контракта на недропользование",
    en="give number and date of the contract of subsoil use",
)
_ADMINISTERED = ReasonWords(
    kk="жүйені тек өтінім беруші әкімшілендіруі тиіс",
    ru="систему должен администрировать только заявитель",
    en="only the applicant may administer the system",
)
_LANGUAGES = ReasonWords(
    kk="жүйе қазақ және орыс тілдерінде болуы тиіс: kk, ru",
    ru="система должна быть на казахском и русском языках: kk, ru",
    en="the system must be in Kazakh and Russian: kk, ru",
)
_SUPPORT = ReasonWords(
    kk="жұмыс күндеріндегі бірыңғай телефон мен электрондық поштаны көрсетіңіз",
    ru="укажите единый телефон и адрес электронной почты в рабочие дни",
    en="give one telephone and e-mail address for working days",
)
_LINES = ReasonWords(
    kk="кемінде үш параллель желі керек",
    ru="нужно не менее трех параллельных линий",
    en="at least three parallel lines are needed",
)
_ANSWERS = ReasonWords(
    kk="орташа жауап уақыты 2 минуттан аспауы тиіс",
    ru="среднее время ответа должно быть не более 2 минут",
    en="the average time of an answer must be 2 minutes at most",
)
_LEASED = ReasonWords(
    kk="жүйе мен платформаны үшінші тұлғаларға беруге болмайды",
    ru="систему и платформу нельзя передавать третьим лицам",
    en="system and platform may not be given to third parties",
)
_OWNED = ReasonWords(
    kk="өтінім беруші платформаның меншік иесі болуы тиіс",
    ru="заявитель должен быть собственником платформы",
    en="the applicant must own the platform",
)
_ALONE = ReasonWords(
    kk="бір платформада бір ғана үндестірілген жүйе болады",
    ru="на одной платформе может быть одна синхронизированная система",
    en="one platform carries one synchronised system",
)
