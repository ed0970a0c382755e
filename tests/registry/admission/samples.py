"""Applications, groups, protocols and acts of both orders, and a case that is driven by its law."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry.admission.asked import (
    AdmissionCommand,
    AdmissionFacts,
    BeginStage,
    ConcludeStage,
    CreateGroup,
    DeliverCopy,
    DrawUpAct,
    FileApplication,
    NotifyApplicant,
    ReportMended,
)
from registry.admission.case import AdmissionCase, AdmissionState, NoAdmission, evolve
from registry.admission.deciding import decide
from registry.admission.events import (
    ActingPerson,
    GroupMember,
    PointVerdict,
    SignedFor,
    StageVerdict,
)
from registry.admission.form import (
    ApplicationForm,
    FormApplicant,
    FormAttachment,
    FormContract,
    FormHardware,
    FormLocation,
    FormPlatform,
    FormSoftware,
    FormStaff,
    FormSupport,
    FormUser,
    Notarisation,
    OwnershipRelation,
    ResolvedAddress,
    UserStanding,
)
from registry.admission.regulation import Regulation
from registry.admission.regulations import regulations
from registry.systems.entry import RegisterEntry
from shared_contracts.astana_time import ASTANA
from shared_contracts.calendar.working_days import working_calendar
from shared_contracts.event_log.event import Event
from shared_contracts.messages.document import Environment

LAWS = regulations()
S216, S95 = LAWS.get("S216"), LAWS.get("S95")
CALENDAR = working_calendar().newest
BIN = "210840021074"
USER_BIN = "050240015330"
SIGNER = "Ахметов А. А."


def attachment(kind: str, sheets: int = 3, *, notarised: bool = False, **more: Any) -> Any:
    """A document that is filed."""
    witnessed = Notarisation(notary="Нотариус Б.", number="17", witnessed_on=date(2017, 1, 5))
    return FormAttachment(
        kind=kind,
        name=f"{kind}.pdf",
        sha256="ab" * 32,
        sheets=sheets,
        notarisation=witnessed if notarised else None,
        **more,
    )


def form_216(**changes: Any) -> ApplicationForm:
    """An application by annex 1 of order 216 that conforms."""
    whole = ApplicationForm(
        addressee="AUTH_SOLID",
        sectors=("HYDROCARBONS", "URANIUM"),
        applicant=FormApplicant(
            name="ТОО «Закуп»", number=BIN, relation=OwnershipRelation.OWNER, representative=SIGNER
        ),
        sez_name="Закуп Онлайн",
        web_address="https://zakup.kz",
        attestat_sheets=3,
        ready=True,
        signed_by=SIGNER,
        signed_on=date(2018, 8, 29),
        location=FormLocation(
            site="Астана", addresses=(ResolvedAddress(address="192.0.2.7", country="KZ"),)
        ),
        attachments=(attachment("SECURITY_ATTESTAT", notarised=True),),
    )
    return msgspec.structs.replace(whole, **changes)


def form_95(**changes: Any) -> ApplicationForm:
    """An application by annex 1 of order 95, with its documents, that conforms."""
    contract = FormContract(number="1234", concluded_on=date(2010, 5, 4))
    whole = form_216(
        addressee="AUTHORITY",
        sectors=("HYDROCARBONS", "SOLID"),
        documentation_sheets=40,
        users=(
            FormUser(
                name="АО «Недра»",
                number=USER_BIN,
                standing=UserStanding.SUBSOIL_USER,
                contracts=(contract,),
            ),
        ),
        staff=(
            FormStaff(
                surname="Ахметов",
                name="Асан",
                position="директор",
                hired_on=date(2012, 1, 9),
                order_number="1-к",
                order_on=date(2012, 1, 6),
            ),
        ),
        software=(FormSoftware(name="PostgreSQL", version="15"),),
        hardware=(FormHardware(kind="сервер", cores=16, memory_gb=64, disk_gb=2000),),
        platform=FormPlatform(id="rack-1", owner=BIN),
        support=FormSupport(
            telephone="+7 717 2 00 00 00",
            email="help@zakup.kz",
            on_working_days=True,
            lines=3,
            answer_seconds=119.0,
        ),
        administered_by=(BIN,),
        languages=("kk", "ru"),
        attachments=tuple(
            attachment(one.kind, 40 if one.stated_sheets else 3, notarised=one.notarised)
            for one in S95.attachment
        ),
    )
    return msgspec.structs.replace(whole, **changes)


def entry(access: date, **changes: Any) -> RegisterEntry:
    """The conditions that an act fixes."""
    whole = RegisterEntry(
        code="ZAKUP",
        bin=BIN,
        name="Закуп Онлайн",
        system_uid="1.2.398.5.216.1.2",
        endpoint="https://zakup.kz/soap/",
        access_date=access,
    )
    return msgspec.structs.replace(whole, **changes)


def by(body: str) -> ActingPerson:
    """Somebody of a body."""
    return ActingPerson(body=body, person=f"{body} · Серик")


def members(law: Regulation) -> tuple[GroupMember, ...]:
    """A working group as the law wants it."""
    return tuple(GroupMember(body=one, person=f"Член {one}") for one in law.group.members)


def signed(bodies: Sequence[str]) -> tuple[SignedFor, ...]:
    """Somebody signed for each."""
    return tuple(SignedFor(body=one, person=f"Подписал {one}") for one in bodies)


def lines(law: Regulation, stage: str, *, fits: bool = True) -> tuple[PointVerdict, ...]:
    """Every point of a step; the first one does not fit unless all do."""
    found = law.of_stage(stage)
    assert found is not None
    return tuple(
        PointVerdict(
            list=one.list, point=one.id, fits=fits or number > 0, reason=f"Запись № {number}"
        )
        for number, one in enumerate(law.points(found))
    )


def conclusion(law: Regulation, stage: str, *, fits: bool = True) -> ConcludeStage:
    """The end of a step."""
    found = law.of_stage(stage)
    assert found is not None
    return ConcludeStage(
        by(found.by[0]),
        stage,
        StageVerdict.POSITIVE if fits else StageVerdict.NEGATIVE,
        lines(law, stage, fits=fits),
        signatures=signed(found.copies),
    )


@dataclass
class Told:
    """A case that is told by its commands, with the events that came of them."""

    law: Regulation
    at: datetime
    platforms: frozenset[str] = frozenset()
    codes: dict[str, str] = field(default_factory=dict)
    state: AdmissionState = field(default_factory=NoAdmission)
    events: list[Event] = field(default_factory=list)
    admission_id: UUID = field(default_factory=uuid4)

    @property
    def case(self) -> AdmissionCase:
        """The application."""
        assert isinstance(self.state, AdmissionCase)
        return self.state

    def tell(self, *commands: AdmissionCommand) -> "Told":
        """Have these happen, one after the other."""
        for one in commands:
            known = (CALENDAR, Environment.STAND, self.platforms, self.codes)
            facts = AdmissionFacts(self.law, self.at, *known)
            happened = decide(self.state, one, facts)
            self.events += happened
            self.state = reduce(evolve, happened, self.state)
        return self

    def later(self, days: int) -> "Told":
        """So many days pass."""
        self.at += timedelta(days=days)
        return self

    def filed(self, form: ApplicationForm | None = None) -> "Told":
        """An application that conforms is filed."""
        given = form or (form_95() if self.law.id == "S95" else form_216())
        return self.tell(FileApplication(self.admission_id, given))

    def notified(self) -> "Told":
        """It was filed, answered by a notification, and the group is there."""
        self.filed().tell(NotifyApplicant(by(self.law.intake)))
        return self.tell(CreateGroup(by(self.law.group.created_by), members(self.law)))

    def begun(self, stage: str) -> "Told":
        """A step begins."""
        found = self.law.of_stage(stage)
        assert found is not None
        return self.tell(BeginStage(by(found.by[0]), stage))

    def passed(self, stage: str, *, fits: bool = True) -> "Told":
        """A step begins, lasts as long as it has to, and ends; every copy is delivered."""
        self.begun(stage)
        if self.law.lasting(stage) is not None:
            self.later(40)
        self.tell(conclusion(self.law, stage, fits=fits))
        return self.delivered(stage)

    def delivered(self, document: str) -> "Told":
        """Every copy of a protocol or of the act is delivered."""
        found = self.case.of(document)
        assert found is not None
        for one in found.copies:
            self.tell(DeliverCopy(document, one, f"Получил {one}", "нарочно"))
        return self

    def mended(self, stage: str) -> "Told":
        """What a step found is put right."""
        found = self.law.of_stage(stage)
        assert found is not None
        return self.tell(ReportMended(by(found.mended_by), stage, "Исправлено"))

    def through(self, stages: Sequence[str]) -> "Told":
        """These steps end well."""
        for one in stages:
            self.passed(one)
        return self

    def act(self, access: date | None = None, **changes: Any) -> "Told":
        """The act is drawn up."""
        made = entry(access or self.at.date(), **changes)
        return self.tell(DrawUpAct(by(self.law.act.by), made, signed(self.law.act.copies)))

    def in_operation(self) -> "Told":
        """All went well up to the last copy of the act."""
        order = [one.id for one in self.law.stage if not one.optional]
        return self.notified().through(order).act().delivered("ACT")


def told_216() -> Told:
    """A case under order 216."""
    return Told(S216, datetime(2018, 8, 29, 11, tzinfo=ASTANA))


def told_95() -> Told:
    """A case under order 95."""
    return Told(S95, datetime(2017, 1, 16, 11, tzinfo=ASTANA))
