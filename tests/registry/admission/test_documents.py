"""Documents of an application: which there are, what people and programs read of them."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import jsonschema
import msgspec
import pytest

from registry.admission import api
from registry.admission.asked import (
    AbandonApplication,
    DecideChange,
    DecideInventory,
    InviteConsultant,
    RefuseSynchronisation,
    RequestChange,
    RequestInventory,
    ReturnApplication,
    StopSynchronisation,
)
from registry.admission.documents import printed as printing
from registry.admission.documents.case_document import CaseDocument, as_json
from registry.admission.documents.reading import CONTENT, KINDS, of_history
from registry.admission.events import ReturnReason
from registry.admission.form import FormHardware, FormUser
from shared_contracts.astana_time import ASTANA, now
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.printing import schemas
from shared_contracts.printing.json_schema import schema_of
from shared_contracts.printing.printing import Attachment
from shared_contracts.printing.signed import SignableDocument
from tests.clauses import clause
from tests.pdf_readers import attachments, bare, texts, unread
from tests.pki import Pki
from tests.postgres import owner_of
from tests.registry.admission.samples import (
    S95,
    S216,
    Told,
    by,
    entry,
    form_95,
    form_216,
    lines,
    members,
    signed,
    told_95,
    told_216,
)
from tests.registry.admission.test_journey import BIN, PATH, Applied, applicant
from tests.registry.asking import Asker, asking
from tests.signed_documents import openssl, unpacked
from tests.story import Story

SCHEMA = files(schemas).joinpath("admission-document-1.json").read_bytes()
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
REASONS = (ReturnReason(clause="S95-7.4", text=f"Аттестаттың көшірмесі жоқ ({KAZAKH})"),)


def papers(told: Told) -> dict[str, CaseDocument]:
    """The documents of a case that is told by its commands, by name."""
    return {one.name: one for one in of_history(enumerate(told.events, start=1), told.law)}


def stopped_95() -> Told:
    """Under order 95, with a consultant, to the act and to the stop."""
    told = told_95().notified().tell(InviteConsultant(by("AUTHORITY"), "АО «Сарапшы»", "сарапшы"))
    told.through([one.id for one in S95.stage]).act().delivered("ACT")
    had = told.case.inventory_in_force
    more = msgspec.structs.replace(had, hardware=(*had.hardware, FormHardware(kind="қойма")))
    told.tell(RequestInventory(by("APPLICANT"), "Келісуді сұраймыз", more))
    told.tell(DecideInventory(by("GROUP"), granted=True, reason="№ 4 хаттама"))
    return told.tell(StopSynchronisation(by("AUTHORITY"), "Параметрлер өзгерді"))


def changed_216() -> Told:
    """Under order 216, with a check that fails once, to the act and a change of conditions."""
    told = told_216().notified().passed("FUNCTIONAL_CHECK", fits=False).mended("FUNCTIONAL_CHECK")
    told.through([one.id for one in S216.stage]).act().delivered("ACT")
    wanted = entry(date(2018, 9, 1), conditions=(1, 2))
    told.tell(RequestChange(by("APPLICANT"), "Прошу изменить условия", wanted))
    return told.tell(DecideChange(by("GROUP"), granted=True, reason="№ 3 хаттама"))


def returned() -> Told:
    """Returned by the authority."""
    return told_95().filed(form_95(sectors=())).tell(ReturnApplication(by("AUTHORITY"), REASONS))


def refused() -> Told:
    """Declined by the working group."""
    return told_95().notified().tell(RefuseSynchronisation(by("GROUP"), REASONS))


def abandoned() -> Told:
    """Ended by the authority, since the applicant put nothing right in its term."""
    told = told_216().notified().passed("FUNCTIONAL_CHECK", fits=False).later(30)
    return told.tell(AbandonApplication(by("AUTH_SOLID"), f"№ 9 бұйрық ({KAZAKH})"))


def test_the_published_schema_is_that_of_the_document() -> None:
    assert schema_of(CaseDocument) == SCHEMA


def test_what_an_event_says_stands_in_its_document() -> None:
    taken = {*CONTENT, "signatures", "number", "admission_id", "clause", "at", "acting"}
    head = {"environment", "regulation"}
    for event in KINDS:
        assert set(event.__struct_fields__) - taken - head == set(), event


def _played() -> list[Told]:
    return [stopped_95(), changed_216(), returned(), refused(), abandoned()]


@clause("S216-6.1", "S216-7.3", "S216-8.1b", "S216-8.2b", "S216-8.3a", "S216-8.3b", "S216-11b")
@clause("S95-9b", "S95-14", "S95-16.1b", "S95-16.2", "S95-18c")
def test_each_step_that_leaves_a_paper_has_its_document() -> None:
    named = [list(papers(one)) for one in _played()]
    assert named == [
        ["application", "notification", "group-1", "consultant-1", "services-1", "stand-tests-1",
         "trial-operation-1", "trial-analysis-1", "load-analysis-1", "load-tests-1",
         "preliminary-tests-1", "acceptance-tests-1", "act",
         "inventory-1-statement", "inventory-1-decision", "stop"],
        ["application", "notification", "group-1", "functional-check-1",
         "functional-check-1-mended", "functional-check-2", "preliminary-tests-1",
         "acceptance-tests-1", "act", "change-1-statement", "change-1-decision"],
        ["application", "return"],
        ["application", "notification", "group-1", "refusal"],
        ["application", "notification", "group-1", "functional-check-1", "abandonment"],
    ]  # fmt: skip
    found = papers(stopped_95())
    assert [one.body for one in found["acceptance-tests-1"].signers] == [
        "AUTHORITY", "GROUP", "APPLICANT",
    ]  # fmt: skip
    assert (found["act"].copies, found["act"].copies_clause) == (
        ("AUTHORITY", "APPLICANT"),
        "S95-16.2",
    )
    assert (found["services-1"].kind, found["acceptance-tests-1"].kind) == ("RECORD", "PROTOCOL")


@pytest.mark.parametrize("play", [stopped_95, changed_216, returned, refused, abandoned])
def test_every_reader_reads_every_letter_and_the_data_inside(play: Any, tmp_path: Path) -> None:
    told, schema = play(), json.loads(SCHEMA)
    for name, one in papers(told).items():
        data = as_json(one)
        jsonschema.validate(json.loads(data), schema, format_checker=jsonschema.FormatChecker())
        pdf, meant = printing.printed(one, told.law).pdf, printing.document(one, told.law)
        assert unread(pdf, meant, data, tmp_path) == {}, name
        inside = {printing.NAME: data}
        assert attachments(pdf) == {"pypdf": inside, "pdfium": inside}, name


def test_the_same_document_gives_the_same_bytes_and_another_moment_others() -> None:
    told = changed_216()
    act = papers(told)["act"]
    first = printing.printed(act, told.law).pdf
    printing._set.cache_clear()
    assert printing.printed(act, told.law).pdf == first
    later = papers(told.tell())["change-1-decision"]
    assert printing.printed(later, told.law).pdf != first


@pytest.fixture(scope="module")
def asked(shared: Story) -> Iterator[Asker]:
    """Asks the Registry of this module."""
    with asking(shared) as asker:
        yield asker


def got(asked: Asker, case: Applied, name: str) -> bytes:
    """A document in the form that its ending names."""
    answer = asked("GET", f"{PATH}/{case.id}/documents/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


@clause("S216-7.3", "S216-8.3b")
def test_a_protocol_is_issued_when_each_of_its_copies_has_its_delivery(
    shared: Story, asked: Asker
) -> None:
    case = Applied(asked, shared, S216)
    case.at(datetime(2018, 8, 29, 11, tzinfo=ASTANA))
    case.file(applicant(form_216()))
    case.step("NOTIFY", "AUTH_SOLID")
    case.step("CREATE_GROUP", "AUTH_SOLID", members=members(S216))
    case.step("BEGIN", "GROUP", stage="FUNCTIONAL_CHECK")
    copies = ("AUTH_SOLID", "AUTH_HCU", "APPLICANT")
    judged: dict[str, Any] = {
        "lines": lines(S216, "FUNCTIONAL_CHECK"),
        "signatures": signed(copies),
    }
    case.step("CONCLUDE", "GROUP", stage="FUNCTIONAL_CHECK", **judged)
    before, seen = got(asked, case, "functional-check-1"), []
    for one in copies:
        case.deliver("FUNCTIONAL_CHECK", (one,))
        listed = asked.get(f"{PATH}/{case.id}/documents")[-1]
        missing = [copy["body"] for copy in listed["copies"] if "delivered_at" not in copy]
        seen.append((listed["issued"], missing))
    assert seen == [(False, ["AUTH_HCU", "APPLICANT"]), (False, ["APPLICANT"]), (True, [])]
    assert listed["copies"][0]["received_by"] == "Канцелярия AUTH_SOLID"
    assert got(asked, case, "functional-check-1") == before
    shared.clock.frozen = None


def test_the_registry_gives_a_document_signed_and_says_which_there_are(
    shared: Story, asked: Asker, pki: Pki, tmp_path: Path
) -> None:
    case = Applied(asked, shared, S216)
    case.file(applicant(form_216()))
    data, pdf = got(asked, case, "application"), got(asked, case, "application.pdf")
    assert json.loads(data)["form"]["sez_name"] == "Закуп Онлайн"
    assert attachments(pdf)["pdfium"] == {printing.NAME: data}
    container = got(asked, case, "application.asice")
    assert got(asked, case, "application.asice") == container
    assert unpacked(container, tmp_path, pki) == [""]
    assert (tmp_path / "document.pdf").read_bytes() == pdf
    assert openssl(tmp_path, "") == 0
    unknown = asked("GET", f"{PATH}/{case.id}/documents/act.pdf")
    assert (unknown.status_code, "it has application" in unknown.text) == (404, True)
    nothing = "00000000-0000-0000-0000-000000000000"
    assert asked("GET", f"{PATH}/{nothing}/documents").status_code == 404


def party(container: bytes, pki: Pki, key: str, number: int) -> bytes:
    """What a party signs elsewhere, of what it was given."""
    with ZipFile(BytesIO(container)) as file:
        data = Attachment(printing.NAME, "application/json", file.read(printing.NAME))
        paper = SignableDocument(file.read("document.pdf"), data)
    return paper.sign(pki.signer(key), now(), number)


def given(asked: Asker, case: Applied, body: str, der: bytes) -> httpx.Response:
    """The signature of a party on an application, as the Registry takes it."""
    told = {"body": body, "signature": b64encode(der).decode()}
    return asked("POST", f"{PATH}/{case.id}/documents/application/signatures", json=told)


def test_each_party_signs_by_its_own_key_and_openssl_verifies_all(
    shared: Story, asked: Asker, pki: Pki, tmp_path: Path
) -> None:
    case = Applied(asked, shared, S216)
    case.file(applicant(form_216()))
    before = got(asked, case, "application.asice")
    der = party(before, pki, "sez", 1)
    with ZipFile(BytesIO(before)) as file:
        wanted = got(asked, case, "application/manifest")
        assert file.read("META-INF/ASiCManifest.xml") == wanted
    taken = given(asked, case, "APPLICANT", der)
    assert (taken.status_code, taken.json()["holder_bin"]) == (201, BIN), taken.text
    [listed] = asked.get(f"{PATH}/{case.id}/documents/application/signatures")
    assert (listed["number"], listed["body"]) == (1, "APPLICANT")
    container = got(asked, case, "application.asice")
    assert got(asked, case, "application.asice") == container
    assert unpacked(container, tmp_path, pki) == ["", "2"]
    assert (tmp_path / "META-INF/signature.p7s").read_bytes() == der
    assert [openssl(tmp_path, one) for one in ("", "2")] == [0, 0]
    again = given(asked, case, "APPLICANT", party(container, pki, "sez", 2))
    assert (again.status_code, "has signed the document" in again.text) == (409, True)
    assert not audit(owner_of(shared.registry.settings.database_url)).differences


@pytest.mark.parametrize(
    "asks",
    [
        ("AUTH_SOLID", "sez", 1, "does not sign"),
        ("APPLICANT", "customer1-head", 1, "another number than the applicant"),
        ("APPLICANT", "sez-expired", 1, "not believed"),
        ("APPLICANT", "sez", 2, "over other bytes"),
    ],
)
def test_a_signature_that_is_not_the_partys_is_refused(
    shared: Story, asked: Asker, pki: Pki, asks: tuple[str, str, int, str]
) -> None:
    case, (body, key, number, why) = Applied(asked, shared, S216), asks
    case.file(applicant(form_216()))
    der = party(got(asked, case, "application.asice"), pki, key, number)
    refused = given(asked, case, body, der)
    assert (refused.status_code in {409, 422}, why in refused.text) == (True, True), refused.text
    assert asked.get(f"{PATH}/{case.id}/documents/application/signatures") == []


def test_what_is_no_signature_is_named(shared: Story, asked: Asker, pki: Pki) -> None:
    case = Applied(asked, shared, S216)
    case.file(applicant(form_216()))
    der = party(got(asked, case, "application.asice"), pki, "sez", 1)
    for bad in (b"", b"\x30\x80", der[:-1], der[:-1] + bytes([der[-1] ^ 1]), der * 2):
        refused = given(asked, case, "APPLICANT", bad)
        assert (refused.status_code, "signature: " in refused.text) == (422, True), refused.text


def test_a_protocol_says_its_verdict_and_its_clauses_in_both_languages(tmp_path: Path) -> None:
    told = changed_216()
    pdf = printing.printed(papers(told)["functional-check-1"], told.law).pdf
    for read in texts(pdf, tmp_path).values():
        for said in ("Хаттама: функционалды тексеру", "Протокол: проверка функционала",
                     "Қорытынды: теріс", "Итог: отрицательный", "S216-7.2",
                     "Экземпляры: 3 (S216-7.3)", "мердігерлердің сатып алуы"):  # fmt: skip
            assert bare(said) in read


@pytest.mark.parametrize("sign", ["x", "ы", "\U0001f600"])
def test_however_long_an_application_is_it_can_be_printed(sign: str) -> None:
    size = api.FORM_BYTES // len(sign.encode())
    users = tuple(FormUser(name=sign * 500, number=BIN) for _ in range(min(1000, size // 550)))
    told = told_95().filed(form_95(users=users, web_address=sign * 500))
    one = papers(told)["application"]
    assert len(one.flaws) >= len(users)
    pdf = printing.printed(one, told.law).pdf
    assert attachments(pdf)["pdfium"] == {printing.NAME: as_json(one)}


def test_an_application_that_is_too_long_is_refused(asked: Asker) -> None:
    refused = asked("POST", PATH, content=b" " * (api.FORM_BYTES + 1))
    assert (refused.status_code, "at most 1048576" in refused.text) == (422, True), refused.text
