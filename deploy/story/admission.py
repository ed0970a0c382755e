"""Before the exchange: both admissions in full, in fast time (S95-1 to 18, S216-3 to 11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.fast_stand import in_fast_time
from deploy.stand import DemoStand
from deploy.story.applications import entry, of_order_95, of_order_216
from deploy.story.applying import DAY, PATH, Applying
from deploy.story.diary import Diary
from deploy.story.papers import Papers, verified_outside
from deploy.story.player import Player
from shared_contracts.astana_time import ASTANA
from shared_contracts.messages.versions import OF_CONDITIONS

FOLDER = "admission"
SINCE_95 = datetime(2017, 1, 16, 9, tzinfo=ASTANA)
SINCE_216 = datetime(2018, 8, 25, 9, tzinfo=ASTANA)
"""Moments at which the clock begins; some days have passed when the Registry takes applications."""
SPEED_95 = 5 * DAY
SPEED_216 = DAY
"""Days in a second: under order 216 terms are of three working days."""
KEYS = {
    "S95": {
        "AUTHORITY": "authority-innovation",
        "OIL_GAS": "authority-hcu",
        "INFORMATISATION": "authority-solid",
        "GROUP": "authority-innovation",
        "APPLICANT": "applicant",
    },
    "S216": {
        "AUTH_SOLID": "authority-solid",
        "AUTH_HCU": "authority-hcu",
        "GROUP": "authority-solid",
        "APPLICANT": "applicant",
    },
}
"""Whose key signs for each body; the chairman of the group is an official of the authority."""


@dataclass(slots=True)
class Admitting:
    """What both admissions share: the diary, and the application that the next one names."""

    player: Player
    diary: Diary
    previous: str | None = None

    @contextmanager
    def under(self, order: str, since: datetime, speed: float) -> Iterator[Applying]:
        """An application under an order; the Registry believes that it is ``since``."""
        with in_fast_time(self.player.stage, since, speed) as stand:
            yield self.another(order, stand, speed)

    def another(self, order: str, stand: DemoStand, speed: float) -> Applying:
        """An application under an order, which is not filed yet."""
        laws = stand.registry.get(f"{PATH}/regulations")
        law = next(one for one in laws if one["id"] == order)
        return Applying(stand.registry, law, KEYS[order], speed)

    def papers(self, name: str) -> Papers:
        """The documents of an application in a folder of their own."""
        return Papers(self.player.stage.authority, self.player.folder / FOLDER / name)


def admissions_are_played(player: Player) -> None:
    """Under order 95 to its stop, then under order 216 to the access that the exchange uses."""
    admitting = Admitting(player, Diary(player.folder / FOLDER / "diary.md"))
    admitted_under_95(admitting)
    admitted_under_216(admitting)
    papers_are_verified(player)


def admitted_under_95(admitting: Admitting) -> None:
    """From the application to the act, and to the stop by the authority (S95-7 to 18)."""
    player = admitting.player
    player.transcript.chapter(
        "An SEZ is admitted under order 95",
        f"The Registry's clock begins at {SINCE_95.date()}, and a day passes in a fifth of a",
        "second. The operator applies; services, tests on the stand, twenty working days of trial",
        "operation, analyses of the load, two weeks of preliminary tests and the acceptance tests",
        "follow, each ended by a document that its parties sign.",
    )
    with admitting.under("S95", SINCE_95, SPEED_95) as case:
        case.file(of_order_95())
        player.transcript.expect("the application lacks nothing", seen=case.flaws, expected=[])
        papers = admitting.papers("order-95")
        case.meanwhile = papers.write
        case.pass_days(3)
        case.step("NOTIFY", "AUTHORITY")
        case.group()
        told = {"organisation": "АО «Сараптама орталығы»", "role": "жүктеме жөніндегі сарапшы"}
        case.step("INVITE_CONSULTANT", "AUTHORITY", **told)
        for stage in case.law["stage"]:
            case.stage(stage["id"])
        _act_of_95(admitting, case)
        papers.write(case)
        _told(admitting, "Order No 95 of 30.01.2015", case, papers)
        admitting.previous = case.id


def _act_of_95(admitting: Admitting, case: Applying) -> None:
    player, day = admitting.player, case.terms()[-1]["counted"]["last_day"]
    case.act(entry(day, player.stage.sez_address, [1]))
    player.transcript.expect(
        "with the last copy of the act the system is in operation",
        seen=case.shown()["status"],
        expected="IN_OPERATION",
    )
    case.pass_days(3)
    case.step("STOP", "AUTHORITY", ground="Жабдық келісімсіз ауыстырылды (S95-15.8)")
    player.transcript.expect(
        "hardware was exchanged without approval: the authority stops the synchronisation",
        seen=case.shown()["status"],
        expected="STOPPED",
    )


def admitted_under_216(admitting: Admitting) -> None:
    """A return, a new application, a check that fails once, the act, a change (S216-6 to 11)."""
    player = admitting.player
    player.transcript.chapter(
        "It is admitted again under order 216",
        f"The clock begins at {SINCE_216.date()}, and a day passes in a second. Only",
        "a new application ends the stop. The first one goes back with its reasons, the second",
        "goes through a check of functionality that fails once, preliminary and acceptance tests,",
        "to the act; then the group grants a change of conditions.",
    )
    with admitting.under("S216", SINCE_216, SPEED_216) as case:
        _returned(admitting, case)
        applied = Applying(case.registry, case.law, case.keys, case.speed)
        applied.file(of_order_216(), case.id)
        papers = admitting.papers("order-216")
        applied.meanwhile = papers.write
        applied.pass_days(0.5)
        applied.step("NOTIFY", "AUTH_SOLID")
        applied.group()
        _tested(player, applied)
        _act_of_216(player, applied)
        papers.write(applied)
        _told(admitting, "Order No 216 of 28.05.2018", applied, papers)


def _returned(admitting: Admitting, case: Applying) -> None:
    player = admitting.player
    case.file(of_order_216(notarised=False), admitting.previous)
    player.transcript.expect(
        "the copy of the attestat is not witnessed", seen=case.flaws, expected=["S216-6.1"]
    )
    case.pass_days(2)
    text = "Аттестаттың көшірмесін нотариус куәландырмаған / копия аттестата не засвидетельствована"
    case.step("RETURN", "AUTH_SOLID", reasons=[{"clause": "S216-6.1", "text": text}])
    papers = admitting.papers("order-216-returned")
    papers.write(case)
    _told(admitting, "Order No 216 of 28.05.2018: the application that was returned", case, papers)


def _tested(player: Player, case: Applying) -> None:
    """The steps up to the act; the next one never begins before each copy has its delivery."""
    case.stage("FUNCTIONAL_CHECK", fits=False)
    early = case.refused("BEGIN", "GROUP", stage="FUNCTIONAL_CHECK")
    player.transcript.expect(
        "what was found has to be put right first", seen="(S216-7.5)" in early, expected=True
    )
    case.pass_days(1)
    case.step("MEND", "APPLICANT", stage="FUNCTIONAL_CHECK", what="Мердігерлер қосылды")
    for stage in case.law["stage"]:
        case.stage(stage["id"])


def _act_of_216(player: Player, case: Applying) -> None:
    today = datetime.fromisoformat(case.events()[-1]["at"]) + timedelta(days=2)
    fixed = entry(today.date().isoformat(), player.stage.sez_address, [1])
    case.act(fixed)
    wanted = fixed | {"conditions": list(OF_CONDITIONS)}
    asked = {"statement": "Прошу добавить версии условий", "entry": wanted}
    case.step("REQUEST_CHANGE", "APPLICANT", **asked)
    case.step("DECIDE_CHANGE", "GROUP", granted=True, reason="№ 3 хаттама")
    [system] = case.registry.get("/api/v1/systems")
    player.transcript.expect(
        "the register has the system by its act, with the conditions as changed",
        seen=(system["access_date"], system["conditions"], case.shown()["status"]),
        expected=(wanted["access_date"], wanted["conditions"], "IN_OPERATION"),
    )


def _told(admitting: Admitting, title: str, case: Applying, papers: Papers) -> None:
    """What is left of an application: its documents, its terms in the diary."""
    admitting.diary.write(title, case)
    transcript, terms = admitting.player.transcript, case.terms()
    transcript.expect(
        f"all of its terms were kept ({len(terms)})",
        seen={one["status"] for one in terms} - {"KEPT", "LOOKED_BACK"},
        expected=set(),
    )
    copies = [
        (one["name"], len(one["copies"]))
        for one in case.registry.get(f"{PATH}/{case.id}/documents")
        if one["copies"] and one["issued"]
    ]
    transcript.say(
        f"{len(papers.written)} documents with {papers.signatures} signatures of the parties, and",
        f"that of the Registry on each, lie in `{FOLDER}/{papers.folder.name}/`; issued in copies:",
        ", ".join(f"{name} ({count})" for name, count in copies) or "none",
    )


def papers_are_verified(player: Player) -> None:
    """Each signature on each document verifies with OpenSSL, which is not ours."""
    folder = player.folder / FOLDER
    found = sorted(folder.glob("*/*.asice"))
    root, place = player.stage.authority.root, player.stage.folder / "paper"
    verdicts = [verified_outside(one, root, place) for one in found]
    if None in verdicts:
        player.transcript.say("There is no OpenSSL here, so nothing verifies the signatures.")
        return
    wrong = [one.stem for one, told in zip(found, verdicts, strict=True) if not all(told or ())]
    player.transcript.expect(
        f"OpenSSL verifies every signature on all {len(found)} documents",
        seen=wrong,
        expected=[],
    )
    player.transcript.say(
        f"`{FOLDER}/diary.md` tells every term: its counted and skipped days, and who kept it.",
        "To verify a document yourself:",
        "",
        "```",
        f"unzip -o .demo/{found[0].relative_to(player.folder)} -d document && cd document",
        "openssl cms -verify -binary -cades -purpose any -inform DER -in META-INF/signature.p7s \\",
        "  -content META-INF/ASiCManifest.xml -CAfile ../.demo/ca.pem",
        "```",
    )
