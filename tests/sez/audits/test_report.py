"""The report of an audit: for programs by a published schema, for people as PDF (S216-12)."""

import hashlib
import json
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import jsonschema
import msgspec
import pytest
from typer.testing import CliRunner

from registry.audits import printed as printing
from registry.audits.finding import Differs
from registry.audits.report import AuditReport
from registry.audits.words import words as report_words
from registry.cli import app
from shared_contracts.printing import schemas
from shared_contracts.printing.json_schema import schema_of
from tests.clauses import clause
from tests.pdf_readers import attachments, unread
from tests.sez.audits.asked import tamper
from tests.sez.audits.test_examined import quantity
from tests.sez.audits.test_scheme_6 import program, reachable, synchronised
from tests.sez.systems import BothSystems

SCHEMA = files(schemas).joinpath("audit-report-1.json").read_bytes()
KEPT = """UPDATE log.evidence e SET body = convert_to(replace(convert_from(body, 'UTF8'), %s, %s),
'UTF8') FROM views.versions v WHERE e.originator_id = v.originator_id
AND e.originator_version = v.log_version AND e.name = 'document' AND v.object_id = %s"""
STATE = """UPDATE log.events SET state = convert_to(convert_from(state, 'UTF8') || ' ', 'UTF8')
WHERE topic = 'tender-announced.1'"""


def test_the_published_schema_is_that_of_the_report() -> None:
    assert schema_of(AuditReport) == SCHEMA


@clause("S216-12a", "S216-12b", "S216-12c", "S216-12d")
def test_what_an_audit_found_is_reported_to_programs_and_to_people(
    systems: BothSystems, tmp_path: Path
) -> None:
    tender, _ = synchronised(systems, 2)
    old, new = quantity(systems, tender)
    tamper(systems.system, KEPT, old.decode(), new.decode(), tender)
    tamper(systems.system, STATE)
    with reachable(systems) as run:
        state = run("CHECKSUMS", "EVENT_LOG", ground="Тапсырма № 17 — ӘҒҚҢӨҰҮҺІ әғқңөұүһі")
        with program(systems.registry) as client:
            place = f"/api/v1/audits/{state.order.audit_id}/report"
            told, pdf = got(client, place), got(client, f"{place}.pdf")
            signed = got(client, f"{place}.asice")
            assert (told, pdf) == (got(client, place), got(client, f"{place}.pdf"))
            assert client.get(f"/api/v1/audits/{tender}/report").status_code == 404
            content = json.loads(told)
            check_findings(client, content, (old, new))
            check_command(systems, client, (content["order"]["audit_id"], told, pdf), tmp_path)
    jsonschema.validate(content, json.loads(SCHEMA), format_checker=jsonschema.FormatChecker())
    assert attachments(pdf) == {one: {printing.NAME: told} for one in ("pypdf", "pdfium")}
    meant = printing.document(msgspec.json.decode(told, type=AuditReport))
    assert unread(pdf, meant, told, tmp_path) == {}
    with ZipFile(BytesIO(signed)) as paper:
        assert paper.read("document.pdf") == pdf
        assert paper.read(printing.NAME) == told
    assert (content["order"]["ordered_by"], content["outcome"]) == ("Сәрсенова А.", "DIFFERS")


def got(client: httpx.Client, place: str) -> bytes:
    """What is given."""
    answer = client.get(place)
    assert answer.status_code == 200, answer.text
    return answer.content


def check_findings(client: httpx.Client, content: Any, values: tuple[bytes, bytes]) -> None:
    """The property is told with both values and both logs; each page has the hash of its answer."""
    [one] = [one for one in content["findings"] if one["kind"] == "OTHER_PROPERTY"]
    assert one["path"] == "/Purchase/Lots/Lot[1]/Quantity"
    told = [f"<Quantity>{one[name]}<".encode() for name in ("expected", "found")]
    assert tuple(told) == values
    assert one["registry"]["actor"] == one["sez"]["actor"]
    assert one["registry"]["sha256"] != one["sez"]["sha256"]
    assert content["broken_links"]
    exchange, pages = content["exchange"], content["pages"]
    assert len(pages) == exchange["calls"]
    sizes = [0, 0]
    for page in pages:
        for place, name in enumerate(("request", "answer")):
            audit_id = content["order"]["audit_id"]
            body = got(client, f"/api/v1/audits/{audit_id}/events/{page['number']}/{name}")
            assert hashlib.sha256(body).hexdigest() == page[f"{name}_sha256"]
            sizes[place] += len(body)
    assert sizes == [exchange["request_bytes"], exchange["answer_bytes"]]


def check_command(
    systems: BothSystems, client: httpx.Client, told: tuple[str, bytes, bytes], folder: Path
) -> None:
    """`registry audits report` writes the same, and no file over another."""
    environment = {
        "REGISTRY_DATA": str(systems.registry.settings.data),
        "REGISTRY_PUBLIC_ADDRESS": str(client.base_url),
    }
    audit_id, *files_of = told
    for name, body in zip(("report.json", "report.pdf"), files_of, strict=True):
        words = ["audits", "report", audit_id, "--out", str(folder / name)]
        words += ["--pdf"] if name.endswith("pdf") else []
        done = CliRunner().invoke(app, words, env=environment)
        assert done.exit_code == 0, done.output
        assert (folder / name).read_bytes() == body
        assert done.stdout.split() == ["file", str(folder / name), "bytes", str(len(body))]
        assert CliRunner().invoke(app, words, env=environment).exit_code != 0
    both = ["audits", "report", audit_id, "--out", str(folder / "both"), "--pdf", "--signed"]
    refused = CliRunner().invoke(app, both, env=environment)
    assert (refused.exit_code, (folder / "both").exists()) == (2, False)
    assert "give --signed alone" in refused.stderr


@clause("S216-12a")
@pytest.mark.parametrize(
    ("language", "told"),
    [("kk", "қасиеттің мәні басқа"), ("ru", "другое значение свойства"),
     ("en", "another value of a property")],
)  # fmt: skip
def test_what_an_audit_found_is_shown_in_words_of_each_language(
    systems: BothSystems, language: str, told: str
) -> None:
    [tender] = synchronised(systems)
    old, new = quantity(systems, tender)
    tamper(systems.system, KEPT, old.decode(), new.decode(), tender)
    with reachable(systems) as run, program(systems.registry) as client:
        state = run("CHECKSUMS")
        environment = {
            "REGISTRY_DATA": str(systems.registry.settings.data),
            "REGISTRY_PUBLIC_ADDRESS": str(client.base_url),
        }
        words = ["audits", "show", str(state.order.audit_id), "--lang", language]
        done = CliRunner().invoke(app, words, env=environment)
    assert done.exit_code == 0, done.output
    assert told in done.output
    assert "OTHER_PROPERTY" in done.output
    for one in Differs:
        assert set(report_words("kind", one)) == {"kk", "ru", "en"}
