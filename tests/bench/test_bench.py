"""The plain stack judges as the Registry does, so that comparing their speed is fair."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from lxml import etree

from registry.app import Registry
from sez.examples.purchases import open_tender
from shared_contracts.astana_time import now
from shared_contracts.messages import codec
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.purchase import Purchase
from tests.bench.grounds import Grounds
from tests.bench.intake import door, plain_recipe
from tests.bench.plain import Plain
from tests.bench.plain_signatures import verify
from tests.bench.sender import CONTENT_TYPE, Sender, enclosed, purchase
from tests.pki import Pki

NUMBERS = count(1)
ROOT = Path(__file__).resolve().parents[2]
Verdict = tuple[str | None, str | None]


@pytest.fixture(scope="module")
def grounds(
    tmp_path_factory: pytest.TempPathFactory, pki: Pki, postgres_server: str
) -> Iterator[Grounds]:
    made = Grounds(tmp_path_factory.mktemp("bench"), pki, postgres_server)
    with made._open:
        yield made


@pytest.fixture(scope="module")
def registry(grounds: Grounds) -> Registry:
    return grounds.registry("bench_ours")


@pytest.fixture(scope="module")
def plain(grounds: Grounds, registry: Registry) -> Iterator[Plain]:
    opened = plain_recipe(grounds, "bench_plain", registry).open()
    yield opened
    opened.bench.log.close()


def sender(pki: Pki, person: str = "customer1-head", system: str = "sez") -> Sender:
    return Sender(pki.signer(person), pki.signer(system), _numbers=NUMBERS)


def of_purchase(pki: Pki, change: Callable[[Purchase], Purchase]) -> bytes:
    """A message with one open tender, changed before it was signed."""
    made, at = sender(pki), now()
    return enclosed(made.package((made.record(change(purchase(open_tender, at)), at),)))


def with_wrong_hash(pki: Pki) -> bytes:
    made, at = sender(pki), now()
    record = made.record(purchase(open_tender, at), at)
    header = msgspec.structs.replace(record.header, document_hash="0" * 64)
    return enclosed(made.package((msgspec.structs.replace(record, header=header),)))


def with_wrong_count(pki: Pki) -> bytes:
    return sender(pki).message(2).replace(b"<RecordCount>2<", b"<RecordCount>3<")


def with_wrong_total(pki: Pki) -> bytes:
    return of_purchase(pki, lambda of: msgspec.structs.replace(of, planned_total=Decimal("1.00")))


def with_wrong_method(pki: Pki) -> bytes:
    return of_purchase(pki, lambda of: msgspec.structs.replace(of, method="XX"))


def changed_after_signing(pki: Pki) -> bytes:
    message = sender(pki).message(1)
    return message.replace(b"+05:00</CreatedAt>", b"+04:00</CreatedAt>")


CASES: dict[str, tuple[Callable[[Pki], bytes], Verdict]] = {
    "good": (lambda pki: sender(pki).message(4), ("ACCEPTED", "RECORDED")),
    "wrong hash": (with_wrong_hash, ("REFUSED", "INTEGRITY")),
    "changed after signing": (
        changed_after_signing,
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong count": (with_wrong_count, ("REFUSED", "INTEGRITY")),
    "revoked system": (
        lambda pki: sender(pki, system="sez-revoked").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "another system": (
        lambda pki: sender(pki, system="sez2").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "revoked person": (
        lambda pki: sender(pki, person="customer1-revoked").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong role": (
        lambda pki: sender(pki, person="customer1-employee").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "stranger": (
        lambda pki: sender(pki, person="stranger-head").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong total": (with_wrong_total, ("REFUSED", "FORMAT_LOGIC")),
    "unknown method": (with_wrong_method, ("REFUSED", "FORMAT_LOGIC")),
}


@pytest.mark.parametrize("name", CASES)
def test_both_stacks_give_the_same_verdict(
    pki: Pki, registry: Registry, plain: Plain, name: str
) -> None:
    make, expected = CASES[name]
    message = make(pki)
    ours = verdict(door(registry)(message, CONTENT_TYPE).body)
    assert (ours, verdict(plain.handle(message))) == (expected, expected)


def test_the_plain_stack_records_and_signs_as_much(pki: Pki, plain: Plain) -> None:
    before = plain.bench.log.recorder.max_notification_id() or 0
    message = sender(pki).message(10)
    answer = plain.handle(message)
    assert (plain.bench.log.recorder.max_notification_id() or 0) - before == 12
    certificate = x509.load_der_x509_certificate(plain.signer.certificates[0])
    signed = verify(codec.to_bytes(receipt(answer)), certificate)
    assert signed.tag == f"{{{NAMESPACE}}}Receipt"
    assert verdict(plain.handle(message)) == verdict(answer)
    assert (plain.bench.log.recorder.max_notification_id() or 0) - before == 12


def test_a_quick_run_writes_the_figures_it_took(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "tests.bench", "--quick", "--only", "verify"]
    done = subprocess.run(
        [*command, "--results", results], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    written = json.loads(results.read_text())
    assert set(written) == {
        "verify_2k_vs_signxml",
        "verify_20k_vs_signxml",
        "verify_200k_vs_signxml",
        "verify_2k_vs_libxmlsec",
    }
    assert {frozenset(each) for each in written.values()} == {
        frozenset(("ratio", "ours", "baseline", "unit", "runs"))
    }


def receipt(answer: bytes) -> etree._Element:
    return next(etree.fromstring(answer).iter(f"{{{NAMESPACE}}}Receipt"))


def verdict(answer: bytes) -> Verdict:
    found = receipt(answer)
    return found.findtext(f"{{{NAMESPACE}}}Result"), found.findtext(f"{{{NAMESPACE}}}Stage")
