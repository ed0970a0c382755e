"""Step 4: everything that is wrong with the content is told at once (S216-A2.1.4, S216-A2.1.7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from registry.systems.entry import RegisterEntry
from shared_contracts.astana_time import to_astana
from shared_contracts.messages.document import Amendable, Environment, Operation
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.receipt import Severity
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.signing.sign import sign_person
from tests import samples
from tests.registry.conftest import SEZ
from tests.registry.intake.test_accepted import accepted, changed, extension
from tests.story import Answer, Signed, Story, record

pytestmark = pytest.mark.clause("S216-A2.1.4", "S216-A2.1.7")


def refused(shared: Story, *documents: Signed | Amendable, stage: str = "FORMAT_LOGIC") -> Answer:
    """The answer to documents that do not hold; nothing but the refusal is recorded."""
    before = shared.position()
    answer = shared.tell(*documents)
    assert answer.outcome == ("REFUSED", stage)
    assert shared.events(before) == ["package-refused.1", "receipt-issued.1"]
    return answer


def errors(answer: Answer) -> list[tuple[str, int | None, str, str | None]]:
    """The errors among the findings: rule, record, path, value."""
    return [
        (f.rule_id, f.record, f.path, f.value)
        for f in answer.receipt.findings
        if f.severity is Severity.ERROR
    ]


def _rewritten(signed: Signed, shared: Story, *changes: tuple[bytes, bytes]) -> Signed:
    """The document with its text changed before it was signed."""
    data = signed.data[: signed.data.index(b"<ds:Signature")] + b"</Purchase>"
    for old, new in changes:
        assert old in data
        data = data.replace(old, new, 1)
    return replace(signed, data=sign_person(data, shared.pki.signer("customer1-head")))


def test_several_breaches_are_told_at_once_with_warnings_beside_them(shared: Story) -> None:
    broken = samples.with_lot(
        shared.tender(currency="USD", lot_count=3), 1, skp_code="99.99.99", unit="000"
    )
    good = shared.tender()
    answer = refused(shared, good, broken)
    assert sorted(errors(answer)) == [
        ("F-CLF-1", 2, "/Purchase/Lots/Lot[1]/SkpCode", "99.99.99"),
        ("F-CLF-1", 2, "/Purchase/Lots/Lot[1]/Unit", "000"),
        ("F-NUM-4", 2, "/Purchase/LotCount", "3"),
    ]
    warnings = {f.rule_id for f in answer.receipt.findings if f.severity is Severity.WARNING}
    assert "F-PUR-12" in warnings


def test_every_finding_has_its_words_and_its_cure_in_three_languages(shared: Story) -> None:
    answer = refused(shared, shared.tender(lot_count=3))
    for finding in answer.receipt.findings:
        assert finding.severity == CATALOGUE[finding.rule_id].severity
        for words in (finding.text, finding.cure):
            assert words.kk
            assert words.ru
            assert words.en


def test_every_breach_of_the_schema_is_told_with_its_path(shared: Story) -> None:
    signed = _rewritten(
        shared.sign(shared.tender()),
        shared,
        (b"<LotCount>2</LotCount>", b"<LotCount>two</LotCount>"),
        (b"<Currency>KZT</Currency>", b"<Moon>full</Moon>"),
        (b"<VatIncluded>false", b"<VatIncluded>perhaps"),
    )
    answer = refused(shared, shared.sign(shared.tender()), signed)
    assert {rule for rule, *_ in errors(answer)} == {"F-XSD-1"}
    assert {record for _, record, *_ in errors(answer)} == {2}
    paths = {path for *_, path, _ in errors(answer)}
    assert "/Purchase/LotCount" in paths
    assert "/Purchase/Lots/Lot[1]/VatIncluded" in paths
    assert "/Purchase/Moon" in paths
    assert "/Purchase/Currency" in paths


def test_more_findings_than_a_receipt_lists_are_counted(shared: Story) -> None:
    lot = samples.goods_lot(1, skp_code="99.99.99", unit="000", lot_number=1)
    lots = tuple(msgspec.structs.replace(lot, lot_number=n) for n in range(1, 301))
    answer = refused(shared, shared.tender(lots=lots, lot_count=300))
    assert len(answer.receipt.findings) == 500
    assert answer.receipt.more_findings > 0


@pytest.mark.clause("S216-A2.1.8")
def test_the_repeat_of_what_was_put_right_is_accepted(shared: Story) -> None:
    tender = shared.tender()
    wrong = shared.sign(msgspec.structs.replace(tender, lot_count=3))
    refused(shared, wrong)
    accepted(shared.tell(tender))


def test_what_follows_a_refused_version_in_its_package_is_not_judged(shared: Story) -> None:
    first = shared.sign(shared.tender(lot_count=3))
    second = shared.sign(shared.next(first, samples.deletion(deleted_at=shared.now)))
    other = shared.sign(shared.tender(lot_count=4))
    answer = refused(shared, first, second, other)
    assert [(rule, number) for rule, number, *_ in errors(answer)] == [
        ("F-NUM-4", 1),
        ("F-NUM-4", 3),
    ]


def test_a_version_without_the_hash_before_it_is_told_the_one_on_record(
    shared: Story,
) -> None:
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    answer = refused(shared, shared.next(first, changed(first), previous_hash=None))
    [finding] = [f for f in answer.receipt.findings if f.path.endswith("/PreviousHash")]
    assert first.sha256 in (finding.text.kk or "")


Spoil = Callable[[Story, Signed], Amendable]
NEXT: dict[str, tuple[Spoil, str]] = {
    "another hash of the version before": (
        lambda shared, first: shared.next(
            first, samples.deletion(deleted_at=shared.now), previous_hash=samples.HASH
        ),
        "F-HDR-1",
    ),
    "the version that is there already": (
        lambda shared, first: shared.next(
            first, samples.deletion(deleted_at=shared.now), version=1, previous_hash=None
        ),
        "F-HDR-1",
    ),
    "a second announcement": (
        lambda _shared, first: samples.with_act(
            changed(first),
            object_id=first.document.act.object_id,
            previous_hash=first.sha256,
            operation=Operation.CREATE,
        ),
        "F-HDR-2",
    ),
    "another method": (
        lambda shared, first: shared.next(first, changed(first, method="SS")),
        "F-PUR-17",
    ),
    "an extension into the past": (
        lambda shared, first: shared.next(first, extension(first, -3)),
        "F-EXT-1",
    ),
    "a file replaced under its old version": (
        lambda shared, first: shared.next(first, _same_version_other_file(shared, first)),
        "F-DOC-4",
    ),
}


def _same_version_other_file(shared: Story, first: Signed) -> Amendable:
    assert isinstance(first.document, Purchase)
    files = list(shared.with_files(samples.tender_documentation(at=shared.now)).documents)
    files[1] = msgspec.structs.replace(files[1], version=1)
    return samples.tender_documentation(at=shared.now, documents=tuple(files))


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("name", NEXT)
def test_a_later_version_must_follow_from_the_one_on_record(shared: Story, name: str) -> None:
    spoil, rule = NEXT[name]
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    answer = refused(shared, spoil(shared, first))
    assert rule in {rule for rule, *_ in errors(answer)}


@pytest.mark.clause("S216-12a", "S216-A3.1i")
def test_nothing_more_happens_to_a_deleted_purchase(shared: Story) -> None:
    first = shared.sign(shared.tender())
    second = shared.sign(shared.next(first, samples.deletion(deleted_at=shared.now)))
    accepted(shared.tell(first, second))
    answer = refused(shared, shared.next(second, samples.deletion(deleted_at=shared.now)))
    assert ("F-HDR-2", 1) in [(rule, number) for rule, number, *_ in errors(answer)]


def test_what_was_never_announced_cannot_be_changed(shared: Story) -> None:
    first = shared.sign(shared.tender())
    alone = shared.own(changed(first), version=1, previous_hash=None)
    answer = refused(shared, alone)
    assert "F-HDR-2" in {rule for rule, *_ in errors(answer)}


BASES: dict[str, Callable[[Story], Signed | None]] = {
    "BASE_UNKNOWN": lambda _shared: None,
    "BASE_NOT_FAILED": lambda shared: shared.sign(shared.tender()),
    "BASE_METHOD": lambda shared: shared.sign(
        shared.own(samples.purchase_single_source(shared.now))
    ),
}


@pytest.mark.clause("S216-A3.1d")
@pytest.mark.parametrize("cause", BASES)
def test_the_base_of_a_purchase_must_be_a_failed_tender(shared: Story, cause: str) -> None:
    base = BASES[cause](shared)
    if base is not None:
        accepted(shared.tell(base))
    named = base.document.act.object_id if base else uuid4()
    answer = refused(shared, shared.own(samples.purchase_single_source(shared.now, named)))
    path = "/Purchase/BasePurchase/ObjectId"
    assert errors(answer) == [("F-PUR-5", 1, path, str(named))]


@pytest.mark.clause("S216-A3.1d")
def test_a_tender_does_not_fail_before_its_bidding_ends(shared: Story) -> None:
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    early = shared.next(first, changed(first, outcome=samples.failed().outcome))
    assert "F-PUR-19" in {rule for rule, *_ in errors(refused(shared, early))}


def test_an_act_of_another_system_or_environment_is_refused(shared: Story) -> None:
    foreign = shared.own(shared.tender(), sez_code="SEZ02")
    assert ("F-HDR-7", 1, "/Purchase/Act/SezCode", "SEZ02") in errors(refused(shared, foreign))
    real = shared.own(shared.tender(), environment=Environment.PRODUCTION)
    path = "/Purchase/Act/Environment"
    assert ("F-HDR-7", 1, path, "PRODUCTION") in errors(refused(shared, real))


@pytest.mark.parametrize(
    ("field", "value"), [("version", 2), ("object_id", UUID(int=1))], ids=["version", "object"]
)
def test_the_record_says_what_the_signed_act_says(shared: Story, field: str, value: object) -> None:
    sent = shared.seal(shared.package(record(shared.sign(shared.tender()), **{field: value})))
    answer = shared.post(sent)
    assert answer.outcome[0] == "REFUSED"
    name = {"version": "Version", "object_id": "ObjectId"}[field]
    assert ("F-HDR-7", f"/Purchase/Act/{name}") in [
        (rule, path) for rule, _, path, _ in errors(answer)
    ]


def test_a_file_has_the_size_that_the_document_states(shared: Story) -> None:
    tender = shared.tender()
    files = list(tender.documents)
    files[2] = msgspec.structs.replace(files[2], size=files[2].size + 1)
    wrong = msgspec.structs.replace(tender, documents=tuple(files))
    answer = refused(shared, wrong, stage="INTEGRITY")
    path = "/Purchase/Documents/Document[3]/Size"
    assert errors(answer) == [("I-07", 1, path, str(files[2].size))]


@pytest.mark.parametrize("sector", ["нефть", "SOLID"])
def test_one_fault_is_told_once(shared: Story, sector: str) -> None:
    answer = refused(shared, shared.tender(mineral_sector=sector))
    said = [(f.rule_id, f.path, f.value, f.text) for f in answer.receipt.findings]
    assert len(said) == len({(rule, path, value, str(text)) for rule, path, value, text in said})
    assert answer.rules == (["F-PUR-14"] if sector == "SOLID" else ["F-CODE-1"])


@pytest.mark.clause("S216-10")
def test_nobody_transmits_before_the_access_date_of_his_act(story: Story) -> None:
    today = to_astana(story.now).date()
    story.registry.register.add(_entry(access_date=today + timedelta(days=1)))
    answer = refused(story, story.tender())
    assert errors(answer) == [("F-HDR-6", 1, "/Package/SezCode", "SEZ01")]
    story.registry.register.add(_entry(access_date=today))
    accepted(story.tell(story.tender()))


@pytest.mark.clause("S216-10")
def test_no_number_is_closed_before_the_access_date_of_the_act(story: Story) -> None:
    now = to_astana(story.now)
    story.registry.register.add(_entry(access_date=now.date() + timedelta(days=1)))
    closed = story.void(1)
    assert closed.outcome == ("REFUSED", "FORMAT_LOGIC")
    assert errors(closed) == [("F-HDR-6", None, "/VoidSequence/SezCode", "SEZ01")]
    story.registry.register.add(_entry(access_date=now.date()))
    eve = now.replace(hour=0, minute=0, second=0) - timedelta(seconds=1)
    assert story.void(2, created_at=eve).rules == ["F-HDR-6"]
    assert story.void(3).outcome == ("ACCEPTED", "RECORDED")


def _entry(**changes: object) -> RegisterEntry:
    return msgspec.structs.replace(SEZ, **changes)


@pytest.mark.clause("S216-11c")
def test_a_purchase_keeps_the_conditions_of_its_announcement(story: Story) -> None:
    first = story.sign(story.tender())
    accepted(story.tell(first))
    story.registry.register.add(_entry(conditions=(2,)))  # from now on
    renewed = story.next(first, changed(first), conditions_version=2)
    assert errors(refused(story, renewed)) == [
        ("F-HDR-5", 1, "/Purchase/Act/ConditionsVersion", "2")
    ]
    accepted(story.tell(story.next(first, changed(first))))
    assert "F-HDR-5" in {rule for rule, *_ in errors(refused(story, story.tender()))}
    accepted(story.tell(story.own(story.tender(), conditions_version=2)))


@pytest.mark.clause("S216-1")
def test_a_system_transmits_purchases_of_its_own_sectors_only(story: Story) -> None:
    story.registry.register.add(_entry(sectors=("URANIUM",)))
    answer = refused(story, story.tender())
    assert errors(answer) == [("F-PUR-14", 1, "/Purchase/MineralSector", "HYDROCARBONS")]
    accepted(story.tell(story.tender(mineral_sector="URANIUM")))


@pytest.mark.clause("S216-1")
def test_another_mineral_than_the_orders_two_is_refused(shared: Story) -> None:
    answer = refused(shared, shared.tender(mineral_sector="SOLID_MINERALS"))
    assert {path for *_, path, _ in errors(answer)} == {"/Purchase/MineralSector"}
