"""(a) Verification of one signature from bytes, against signxml and libxmlsec, one core."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import (
    LogReference,
    Receipt,
    RecordResult,
    Result,
    Stage,
)
from shared_contracts.signing.sign import FileSigner, sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, cpu_rate, figure, paired
from tests.bench.plain_signatures import verify

SIZES = {"2k": 2_000, "20k": 20_000, "200k": 200_000}
"""Bytes of a message before it is signed."""

PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def measure(grounds: Grounds, runs: int, seconds: float) -> Outcome:
    """All ratios for P-256; of those for RSA-2048 the one with 2 KB, the others as notes."""
    systems = {"P-256": grounds.pki.signer("sez"), "RSA-2048": grounds.pki.signer("customer1-head")}
    figures: list[Figure] = []
    notes: list[str] = []
    for algorithm, signer in systems.items():
        taken = [*_ratios(signer, runs, seconds)]
        if algorithm == "P-256":
            figures += taken
        else:
            first = taken[0]
            figures.append(replace(first, name="verify_2k_rsa_vs_signxml"))
            notes = [
                f"{each.name} with {algorithm}: {each.ratio:.2f} "
                f"({each.low:.2f}-{each.high:.2f}), {each.ours:.0f} to {each.baseline:.0f}/s"
                for each in taken[1:]
            ]
    return Outcome(tuple(figures), tuple(notes))


def _ratios(signer: FileSigner, runs: int, seconds: float) -> Iterator[Figure]:
    for size, length in SIZES.items():
        data = message(length, signer)
        yield _against("signxml", size, (_ours(data), _signxml(data, signer)), runs, seconds)
        if size == "2k":
            yield _against("libxmlsec", size, (_ours(data), _xmlsec(data, signer)), runs, seconds)


def _against(
    name: str,
    size: str,
    works: tuple[Callable[[], object], Callable[[], object]],
    runs: int,
    seconds: float,
) -> Figure:
    ours, baseline = works
    assert ours()
    assert baseline()
    pairs = paired(lambda: cpu_rate(ours, seconds), lambda: cpu_rate(baseline, seconds), runs)
    return figure(f"verify_{size}_vs_{name}", "verifications/s", pairs)


def _ours(data: bytes) -> Callable[[], object]:
    return lambda: verify_system(schema.parse(data))


def _signxml(data: bytes, signer: FileSigner) -> Callable[[], object]:
    certificate = x509.load_der_x509_certificate(signer.certificates[0])
    return lambda: verify(data, certificate) is not None


def _xmlsec(data: bytes, signer: FileSigner) -> Callable[[], object]:
    pem = x509.load_der_x509_certificate(signer.certificates[0]).public_bytes(Encoding.PEM)
    key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)

    def work() -> bool:
        root = etree.fromstring(data, PARSER)
        xmlsec.tree.add_ids(root, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = key
        context.verify(root[-1])
        return True

    return work


def message(length: int, signer: FileSigner) -> bytes:
    """A signed receipt with so many records that it has ``length`` bytes before its signature."""
    records = 1
    while len(codec.to_bytes(_receipt(records + 1))) <= length:
        records += 1
    return sign_system(_receipt(records), signer)


def _receipt(records: int) -> codec.Element:
    at = now()
    receipt = Receipt(
        receipt_id=uuid7(),
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        sequence=1,
        package_hash="0" * 64,
        result=Result.ACCEPTED,
        stage=Stage.RECORDED,
        first_received_at=at,
        received_at=at,
        processed_at=at + timedelta(seconds=1),
        records=tuple(
            RecordResult(
                number=number,
                object_type=PURCHASE,
                object_id=UUID(int=number),
                version=1,
                document_hash="1" * 64,
                registry_id=uuid7(),
                formed_at=at,
                seconds_after_forming=1,
                late=False,
            )
            for number in range(1, records + 1)
        ),
        log=LogReference(leaf_hash="2" * 64, checkpoint="-"),
    )
    return codec.write(receipt, root_id=f"receipt-{receipt.receipt_id}")
