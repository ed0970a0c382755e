"""The publisher over HTTP: what it takes, and what it says when it does not (S216-9.1)."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.samples import purchase_single_source, with_act, with_lot
from tests.sez.systems import SIGNER, BothSystems, wrong_unit


def drafted(program: httpx.Client, purchase: Any) -> str:
    """Write a draft down; its id."""
    answer = program.post("/api/v1/drafts", content=msgspec.json.encode(purchase))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["object_id"])


@pytest.mark.clause(
    "S216-9.1", "S216-A3.1a", "S216-A3.1b", "S216-A3.1c", "S216-A3.1h", "S216-A3.1i"
)
def test_a_tender_goes_over_json_from_draft_to_deletion_and_all_of_it_arrives(
    systems: BothSystems,
) -> None:
    now = systems.system.clock()
    content = b"%PDF-1.4 " + b"x" * 300
    digest = sha256(content).hexdigest()
    with systems.program() as program:
        assert program.put(f"/files/{digest}", content=content).status_code == 201
        announced = str(systems.announce())
        shown = program.get(f"/api/v1/tenders/{announced}").json()
        purchase = shown["state"]["purchase"]
        ends = (now + timedelta(days=30)).isoformat()
        steps: dict[str, dict[str, Any]] = {
            "documentation": {"documents": renewed(purchase["documents"], digest, len(content))},
            "extension": {"bids_to": ends, "opening_at": ends, "decided_by": "Бекова А. М."},
            "change": {"purchase": purchase | {"bids_to": ends, "opening_at": ends}},
            "deletion": {},
        }
        for step, asked in steps.items():
            body = {"signers": [SIGNER], "reason": "Уточнение"} | asked
            answer = program.post(f"/api/v1/tenders/{announced}/{step}", json=body)
            assert answer.status_code == 200, (step, answer.text)
        assert program.get(f"/api/v1/tenders/{announced}").json()["status"] == "DELETED"
    systems.send_until(lambda: systems.unsynchronised() == [])
    assert [version for _, version in systems.recorded_versions()] == [1, 2, 3, 4, 5]


def renewed(documents: list[dict[str, Any]], digest: str, size: int) -> list[dict[str, Any]]:
    """The files of a purchase, the first in a newer edition."""
    return [documents[0] | {"version": 2, "sha256": digest, "size": size}, *documents[1:]]


@pytest.mark.clause("S216-A3.1b", "S216-A2.1.4")
@pytest.mark.parametrize(
    ("spoilt", "rule"),
    [
        (lambda files: files[2:], "F-DOC-1"),
        (lambda files: [files[0], *(one | {"lot_numbers": [1]} for one in files[1:])], "F-PUR-9"),
        (lambda files: [files[0] | {"lot_numbers": [7]}, *files[1:]], "F-DOC-7"),
        (lambda files: [files[0] | {"sha256": "7" * 64}, *files[1:]], "F-DOC-4"),
    ],
)
def test_documentation_that_the_registry_would_refuse_is_not_signed(
    systems: BothSystems, spoilt: Callable[[Any], list[dict[str, Any]]], rule: str
) -> None:
    with systems.program() as program:
        announced = str(systems.announce())
        shown = program.get(f"/api/v1/tenders/{announced}").json()
        files = spoilt(shown["state"]["purchase"]["documents"])
        asked = {"signers": [SIGNER], "reason": "Уточнение", "documents": files}
        answer = program.post(f"/api/v1/tenders/{announced}/documentation", json=asked)
    assert answer.status_code == 422, answer.text
    assert rule in {finding["rule_id"] for finding in answer.json()["detail"]["findings"]}


def test_a_draft_is_written_down_replaced_and_announced(systems: BothSystems) -> None:
    purchase = purchase_single_source(systems.system.clock())
    with systems.program() as program:
        tender = drafted(program, purchase)
        other = msgspec.structs.replace(purchase, purchase_code="SS-2026-0077")
        content = msgspec.json.encode(other)
        assert program.put(f"/api/v1/drafts/{tender}", content=content).status_code == 200
        address = f"/api/v1/tenders/{tender}/announcement"
        announced = program.post(address, json={"signers": [SIGNER]}).json()
    assert announced["status"] == "RUNNING"
    assert announced["state"]["purchase"]["purchase_code"] == "SS-2026-0077"
    assert announced["state"]["purchase"]["act"]["object_id"] == tender


@pytest.mark.clause("S216-A2.1.4")
def test_what_breaks_the_rules_comes_back_with_every_finding_and_its_cure(
    systems: BothSystems,
) -> None:
    wrong = with_lot(purchase_single_source(systems.system.clock()), 1, quantity=-1)
    with systems.program() as program:
        tender = drafted(program, wrong)
        address = f"/api/v1/tenders/{tender}/announcement"
        answer = program.post(address, json={"signers": [SIGNER]})
        assert answer.status_code == 422
        findings = answer.json()["detail"]["findings"]
        assert program.get(f"/api/v1/tenders/{tender}").json()["status"] == "DRAFTED"
    assert {"rule_id", "path", "value", "text", "cure"} <= findings[0].keys()
    assert {"kk", "ru", "en"} <= findings[0]["cure"].keys()
    assert systems.unsynchronised() == []


def test_a_document_signed_elsewhere_is_taken_as_it_is(systems: BothSystems) -> None:
    tender = uuid4()
    document = with_act(purchase_single_source(systems.system.clock()), object_id=tender)
    data = sign_person(codec.to_bytes(codec.write(document)), systems.pki.signer(SIGNER))
    with systems.program() as program:
        answer = program.post("/api/v1/documents", content=data)
        assert answer.status_code == 201, answer.text
        assert answer.json()["state"]["document_hash"] == sha256(data).hexdigest()
        again = program.post("/api/v1/documents", content=data)
        assert again.status_code == 409
        assert "is running at version 1" in again.json()["detail"]
        broken = data.replace(b"SS-2026-0031", b"SS-2026-0032")
        assert program.post("/api/v1/documents", content=broken).status_code == 422
        assert program.post("/api/v1/documents", content=b"{}").status_code == 422


@pytest.mark.parametrize(
    ("step", "body", "status", "told"),
    [
        ("announcement", {}, 422, "missing required field `signers`"),
        ("announcement", {"signers": []}, 422, "length >= 1 - at `$.signers`"),
        ("announcement", {"signers": ["nobody"]}, 422, "no user 'nobody' signs here"),
        ("deletion", {"signers": []}, 422, "length >= 1 - at `$.signers`"),
        (
            "extension",
            {"signers": [SIGNER], "bids_to": "soon", "decided_by": "x"},
            422,
            "$.bids_to",
        ),
        ("documentation", {"signers": [SIGNER], "documents": 5}, 422, "$.documents"),
        ("announcement", {"signers": [SIGNER]}, 409, "there is no draft to announce"),
        ("deletion", {"signers": [SIGNER], "reason": "x"}, 409, "is unknown does not take Del"),
        ("withdrawal", {"version": 1, "reason": "x"}, 409, "did not refuse version 1"),
        ("undoing", {}, 404, "Not Found"),
    ],
)
def test_whatever_is_wrong_is_told_where_it_is(
    systems: BothSystems, step: str, body: dict[str, Any], status: int, told: str
) -> None:
    with systems.program() as program:
        answer = program.post(f"/api/v1/tenders/{uuid4()}/{step}", json=body)
    assert (answer.status_code, told in str(answer.json()["detail"])) == (status, True), answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("planned_total", "NaN"),
        ("purchase_code", "a\x00b"),
        ("published_at", "2026-11-24T10:00:00"),
    ],
)
def test_a_value_that_no_document_can_hold_is_the_callers_mistake(
    systems: BothSystems, field: str, value: str
) -> None:
    said = msgspec.to_builtins(purchase_single_source(systems.system.clock())) | {field: value}
    with systems.program() as program:
        answer = program.post("/api/v1/drafts", json=said)
        if answer.is_success:
            address = f"/api/v1/tenders/{answer.json()['object_id']}/announcement"
            answer = program.post(address, json={"signers": [SIGNER]})
    assert answer.status_code == 422, answer.text


def test_a_body_that_is_no_json_or_too_large_is_told_so(systems: BothSystems) -> None:
    with systems.program() as program:
        broken = program.post("/api/v1/drafts", content=b"{'a': 1}")
        assert (broken.status_code, "not JSON" in broken.json()["detail"]) == (400, True)
        large = program.post("/api/v1/drafts", content=b" " * (MESSAGE_BYTES + 1))
        assert (large.status_code, str(MESSAGE_BYTES) in large.json()["detail"]) == (413, True)


def test_a_tender_that_nobody_knows_is_not_found(systems: BothSystems) -> None:
    unknown = uuid4()
    with systems.program() as program:
        answer = program.get(f"/api/v1/tenders/{unknown}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"no tender {unknown}"
        assert program.get("/api/v1/tenders/seventeen").status_code == 422


@pytest.mark.clause("S216-A2.1.8")
def test_a_refused_version_is_taken_back_over_json(systems: BothSystems) -> None:
    tender = systems.announce()
    good = systems.purchase(tender)
    systems.change(tender, wrong_unit(good))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    with systems.program() as program:
        [waiting] = program.get("/api/v1/outbox").json()["unsynchronised"]
        assert waiting["findings"][0]["rule_id"] == "F-CLF-1"
        body = {"version": 2, "reason": "Неверный код"}
        answer = program.post(f"/api/v1/tenders/{tender}/withdrawal", json=body)
        assert (answer.status_code, answer.json()["state"]["version"]) == (200, 1)
        assert program.get("/api/v1/outbox").json()["unsynchronised"] == []
