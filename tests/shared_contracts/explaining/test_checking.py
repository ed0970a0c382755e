"""A file is held against the contract and the rules before anybody sends it."""

import json
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from shared_contracts.explaining.checking import check
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import Environment, LocalizedText
from shared_contracts.messages.package import (
    FormedBy,
    Package,
    Record,
    RecordHeader,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.versions import FIRST
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.pki import Pki
from tests.prepared.client import ran
from tests.samples import AT, purchase_open_tender

MESSAGE = UUID("0192b3c4-0000-7000-8000-000000000001")


@pytest.fixture
def document(pki: Pki) -> bytes:
    """A signed announcement."""
    return sign_person(codec.canonical_text(purchase_open_tender()), pki.signer("customer1-head"))


def packed(pki: Pki, *documents: bytes, count: int | None = None, digest: str = "") -> bytes:
    """A signed package of documents; ``count`` and ``digest`` are what it states of them."""
    records = tuple(
        Record(
            header=RecordHeader(
                object_type=PURCHASE,
                object_id=UUID(int=number),
                version=1,
                formed_at=AT,
                formed_by=FormedBy(name="Ахметов Е."),
                document_hash=digest or sha256(data).hexdigest(),
            ),
            document=data,
        )
        for number, data in enumerate(documents, 1)
    )
    package = Package(
        message_id=MESSAGE,
        sez_code="SEZ01",
        environment=Environment.STAND,
        sequence=1,
        created_at=AT,
        contract_version=FIRST,
        record_count=len(records) if count is None else count,
        records=records,
    )
    return sign_system(codec.write(package, root_id="p"), pki.signer("sez"))


def rules(data: bytes) -> list[str]:
    """The ids of the rules that a file breaks."""
    return [finding.rule_id for finding in check(data, AT).findings]


@pytest.mark.clause("S216-13c")
def test_a_good_package_fits_with_all_its_documents(pki: Pki, document: bytes) -> None:
    checked = check(packed(pki, document, document), AT)
    assert (checked.root, checked.records, checked.fits) == ("Package", 2, True)


@pytest.mark.parametrize("version", SoapVersion)
def test_a_soap_message_is_opened(pki: Pki, document: bytes, version: SoapVersion) -> None:
    body = enclose(version, REGISTRY.namespace, "TransferRecords", packed(pki, document))
    checked = check(body, AT)
    assert (checked.root, checked.records, checked.fits) == ("Package", 1, True)


@pytest.mark.clause("S216-13a", "S216-A2.1.2")
def test_a_wrong_count_and_a_wrong_hash_are_found_together(pki: Pki, document: bytes) -> None:
    data = packed(pki, document, count=2, digest="0" * 64)
    assert rules(data) == ["I-05", "I-04"]


@pytest.mark.clause("S216-A2.1.4")
def test_a_document_within_a_package_is_held_against_the_rules(pki: Pki) -> None:
    nameless = msgspec.structs.replace(purchase_open_tender(), name=LocalizedText())
    data = sign_person(codec.canonical_text(nameless), pki.signer("customer1-head"))
    [finding] = check(packed(pki, data), AT).findings
    assert (finding.rule_id, finding.record, finding.path) == ("F-TXT-2", 1, "/Purchase/Name")


def test_what_is_no_xml_within_a_package_is_found_by_its_record(pki: Pki, document: bytes) -> None:
    findings = check(packed(pki, document, b"no XML"), AT).findings
    assert [(one.rule_id, one.record) for one in findings] == [("I-01", 2)]


def test_a_document_alone_and_a_foreign_root_are_told_apart(document: bytes) -> None:
    assert check(document, AT).fits
    assert rules(b"<Tender/>") == ["F-XSD-1"]


def test_what_is_no_xml_is_no_message() -> None:
    with pytest.raises(Unprocessed):
        check(b"{}", datetime(2026, 1, 1, tzinfo=UTC))


def contracts(*words: object) -> subprocess.CompletedProcess[str]:
    """Run ``contracts check``."""
    return ran("contracts", "check", *map(str, words))


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "Жарамды"), ("ru", "Годится"), ("en", "Fit")]
)
def test_the_command_says_that_a_package_fits(
    pki: Pki, document: bytes, tmp_path: Path, language: str, word: str
) -> None:
    file = tmp_path / "p.xml"
    file.write_bytes(packed(pki, document))
    done = contracts(file, "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith(word)


def test_the_command_names_rule_place_and_cure(pki: Pki, document: bytes, tmp_path: Path) -> None:
    file = tmp_path / "p.xml"
    file.write_bytes(packed(pki, document, count=7))
    done = contracts(file)
    first, text, cure, last = done.stdout.splitlines()
    assert (done.returncode, first) == (1, "ERROR I-05 /Package/RecordCount")
    assert "7" in text
    assert cure.startswith("    → ")
    assert last == "Does not fit: Package, records 1, errors 1, warnings 0."
    told = json.loads(contracts(file, "--json").stdout)
    assert (told["fits"], [one["rule_id"] for one in told["findings"]]) == (False, ["I-05"])


@pytest.mark.parametrize("content", [None, b"no XML"])
def test_the_command_returns_2_where_there_is_nothing_to_check(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "p.xml"
    if content is not None:
        file.write_bytes(content)
    done = contracts(file)
    assert (done.returncode, str(file) in done.stderr) == (2, True)
