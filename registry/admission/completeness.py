"""What an application lacks by its regulation, each thing with its clause and the cure."""

from collections.abc import Iterator
from operator import attrgetter

import msgspec

from registry.admission.conditions import CONDITIONS, FilingFacts
from registry.admission.form import ApplicantKind, ApplicationForm, FormAttachment
from registry.admission.regulation import AttachedWhen, WantedAttachment
from shared_contracts.calendar.working_days import ReasonWords
from shared_contracts.identifiers import is_bin, is_iin


class ApplicationFlaw(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is missing or does not fit: field, value, clause, words, cure.

    A ``warning`` is told and is no reason for a return.
    """

    field: str
    value: str = ""
    clause: str
    cure: ReasonWords
    warning: bool = False


def examine(form: ApplicationForm, facts: FilingFacts) -> list[ApplicationFlaw]:
    """All that an application lacks; nothing for one that conforms."""
    found = [*_fields(form, facts), *_attachments(form, facts)]
    for one in facts.regulation.condition:
        found += (
            ApplicationFlaw(field=at.field, value=at.value, clause=one.clause, cure=at.cure)
            for at in CONDITIONS[one.rule](form, facts)
        )
    return [*found, *_ran_out(form, facts)]


def _fields(form: ApplicationForm, facts: FilingFacts) -> Iterator[ApplicationFlaw]:
    for wanted in facts.regulation.field:
        if not attrgetter(wanted.path)(form):
            yield _missing(wanted.path, wanted.clause, wanted.words)
    if form.addressee and form.addressee != facts.regulation.intake:
        yield ApplicationFlaw(
            field="addressee",
            value=form.addressee,
            clause=facts.regulation.intake_clause,
            cure=_ADDRESSEE,
        )
    number, legal = form.applicant.number, form.applicant.kind is ApplicantKind.LEGAL
    if number and not (is_bin(number) if legal else is_iin(number)):
        yield ApplicationFlaw(
            field="applicant.number", value=number, clause="DES-A1.9", cure=_NUMBER
        )


def _attachments(form: ApplicationForm, facts: FilingFacts) -> Iterator[ApplicationFlaw]:
    others = any(user.number != form.applicant.number for user in form.users)
    for wanted in facts.regulation.attachment:
        if wanted.when is AttachedWhen.OTHER_USERS and not others:
            continue
        given = [one for one in form.attachments if one.kind == wanted.kind]
        path = f"attachments.{wanted.kind}"
        if not given:
            yield _missing(path, wanted.clause, wanted.words)
        for one in given:
            yield from _flaws(form, wanted, one)


def _flaws(
    form: ApplicationForm, wanted: WantedAttachment, given: FormAttachment
) -> Iterator[ApplicationFlaw]:
    path = f"attachments.{wanted.kind}"
    if wanted.notarised and given.notarisation is None:
        yield ApplicationFlaw(
            field=f"{path}.notarisation", value=given.name, clause=wanted.clause, cure=_NOTARISED
        )
    stated = getattr(form, wanted.stated_sheets) if wanted.stated_sheets else None
    if stated is not None and stated != given.sheets:
        value = f"{stated} / {given.sheets}"
        yield ApplicationFlaw(
            field=f"{path}.sheets", value=value, clause=wanted.clause, cure=_SHEETS
        )


def _ran_out(form: ApplicationForm, facts: FilingFacts) -> Iterator[ApplicationFlaw]:
    """A document whose validity has run out is told, and the authority decides (reading R117)."""
    clauses = {one.kind: one.clause for one in facts.regulation.attachment}
    for one in form.attachments:
        if one.valid_to is not None and one.valid_to < facts.day:
            yield ApplicationFlaw(
                field=f"attachments.{one.kind}.valid_to",
                value=one.valid_to.isoformat(),
                clause=clauses.get(one.kind, facts.regulation.intake_clause),
                cure=_VALIDITY,
                warning=True,
            )


def _missing(path: str, clause: str, words: ReasonWords) -> ApplicationFlaw:
    cure = ReasonWords(
        kk=f"толтырылмаған: {words.kk}", ru=f"не указано: {words.ru}", en=f"give: {words.en}"
    )
    return ApplicationFlaw(field=path, clause=clause, cure=cure)


_ADDRESSEE = ReasonWords(
    kk="өтінімді қабылдайтын уәкілетті органға жолдаңыз",
    ru="адресуйте заявку уполномоченному органу, который их принимает",
    en="address it to the authority that takes applications",
)
_NUMBER = ReasonWords(
    kk="бақылау саны дұрыс БСН немесе ЖСН беріңіз",
    ru="укажите БИН или ИИН с верным контрольным разрядом",
    en="give a BIN or IIN with its right control digit",
)
_NOTARISED = ReasonWords(
    kk="көшірмені нотариус куәландыруы тиіс: нотариусты, нөмірін, күнін көрсетіңіз",
    ru="копию должен засвидетельствовать нотариус: укажите нотариуса, номер и дату",
    en="have the copy witnessed: give notary, number and date",
)
_SHEETS = ReasonWords(
    kk="өтінімдегі парақ саны мен қоса берілгенін сәйкестендіріңіз",
    ru="приведите в соответствие число листов в заявке и в приложении",
    en="make the sheets stated in the form those of the document",
)
_VALIDITY = ReasonWords(
    kk="құжаттың мерзімі өтті: қолданыстағысын беріңіз",
    ru="срок действия документа истек: приложите действующий",
    en="the document has run out: attach one in force",
)
