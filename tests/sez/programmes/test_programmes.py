"""Programmes go from the SEZ to the Registry, and back comes what is wrong (S216-9.8)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import psycopg
import pytest

from registry.programmes import listing
from registry.programmes.programme import ProgrammeOnRecord, ProgrammeRecorded
from sez.examples.making import ExampleRequest, Examples
from sez.programmes import versions
from sez.programmes.examples import EXAMPLES
from sez.programmes.programme import ProgrammeSigned
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import publish
from sez.publication.publisher import DocumentPublisher
from shared_contracts.errors import RefusedByRule
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.messages.purchase import ProgrammeItem
from tests.clauses import clause
from tests.postgres import owner_of
from tests.programmes import with_item
from tests.sez.systems import SIGNER, BothSystems

UNSIGNED = b'{"status":"UNKNOWN"}'
"""A programme that a SEZ does not know of any more."""


def load(systems: BothSystems, example: str = "annual-programme") -> UUID:
    """Sign an example programme; its id."""
    examples = Examples(
        systems.system.publisher, systems.system.users, systems.system.files, (EXAMPLES,)
    )
    return examples.announce(ExampleRequest(example=example, signer=SIGNER), uuid7())


def publisher(systems: BothSystems) -> DocumentPublisher:
    """What forms documents on programmes."""
    return systems.system.publisher.of(PROGRAMME)


def put(systems: BothSystems, programme: UUID, maker: versions.Maker) -> None:
    """Sign the next version of a programme."""
    publish(publisher(systems), programme, maker, [systems.system.users.signer(SIGNER)])


def signed(systems: BothSystems, programme: UUID) -> Programme:
    """The first version of a programme."""
    events: list[ProgrammeSigned] = systems.events(ProgrammeSigned)
    return next(event.document for event in events if event.object_id == programme)


def on_record(systems: BothSystems) -> list[ProgrammeRecorded]:
    """The versions of programmes that the Registry recorded."""
    events = (one.event for one in systems.registry.log.read(0, 100_000))
    return [event for event in events if isinstance(event, ProgrammeRecorded)]


def findings(systems: BothSystems, object_id: UUID) -> dict[str, str]:
    """The rules found in the last version of an object, with their English wording."""
    found = systems.versions(object_id)[-1].findings
    return {one.rule_id: one.text.en or "" for one in found}


@clause("S216-9.8")
def test_a_programme_is_loaded_listed_and_deleted(systems: BothSystems) -> None:
    programme = load(systems)
    assert systems.send() == 1
    assert systems.states(programme) == ["SYNCHRONISED"]
    systems.registry.follower.catch_up()
    [row] = listing.programmes(systems.registry.log, {"kind": "ANNUAL"})
    for year in (row.year_from - 1, row.year_from, row.year_to, row.year_to + 1):
        covered = listing.programmes(systems.registry.log, {"year": year, "after": None})
        assert covered == ([row] if row.year_from <= year <= row.year_to else [])
    assert (row.object_id, row.items, row.status) == (programme, 2, "ACCEPTED")
    after_first = listing.items(systems.registry.log, row.registry_id, 1, 10)
    assert [item.number for item in after_first] == ["2"]
    put(systems, programme, versions.deletion("Ошибка", publisher(systems).clock(), "Бекова А. М."))
    assert systems.send() == 1
    assert systems.states(programme)[-1] == "SYNCHRONISED"
    systems.registry.follower.catch_up()
    [row] = listing.programmes(systems.registry.log, {"kind": "ANNUAL"})
    assert row.status == "DELETED"
    assert load(systems) != programme
    systems.send()
    assert len(on_record(systems)) == 3


@clause("S216-9.8")
def test_a_second_programme_of_the_same_years_is_not_signed_and_names_the_first(
    systems: BothSystems,
) -> None:
    first = load(systems)
    with pytest.raises(NotPublishable, match="F-PRG-2 /Programme/SubsoilUser") as refused:
        load(systems)
    [finding] = refused.value.findings
    assert finding.value == str(first)
    assert "has a programme of this kind" in (finding.text.en or "")
    load(systems, "medium-term-programme")
    put(systems, first, versions.deletion("Ошибка", publisher(systems).clock(), "Бекова А. М."))
    load(systems)
    assert len(systems.events(ProgrammeSigned)) == 3


@clause("S216-9.8")
def test_of_two_that_sign_the_same_programme_at_once_one_is_refused(systems: BothSystems) -> None:
    with ThreadPoolExecutor(4) as pool:
        tried = [pool.submit(load, systems) for _ in range(4)]
    assert sum(one.exception() is None for one in tried) == 1
    assert {type(one.exception()) for one in tried} == {type(None), NotPublishable}


@clause("S216-9.8")
def test_the_registry_refuses_a_second_programme_that_a_sez_did_not_know_of(
    systems: BothSystems,
) -> None:
    load(systems)
    systems.send()
    with psycopg.connect(owner_of(systems.system.settings.database_url)) as owner:
        owner.execute("UPDATE log.heads SET state = %s WHERE kind = 'PROGRAMME'", (UNSIGNED,))
    second = load(systems)
    systems.send_until(lambda: systems.states(second) == ["REFUSED"])
    assert "has a programme of this kind" in findings(systems, second)["F-PRG-2"]


@clause("S216-A2.8.3")
def test_a_change_that_changes_nothing_is_not_signed(systems: BothSystems) -> None:
    programme = load(systems)
    document = signed(systems, programme)
    turned = msgspec.structs.replace(document, items=document.items[::-1])
    for same in (document, turned):
        with pytest.raises(RefusedByRule, match="nothing is other than in version 1"):
            put(systems, programme, versions.change(same, "Уточнение"))
    put(systems, programme, versions.change(with_item(document, 2, unit="796"), "Уточнение"))


@clause("S216-9.8")
def test_a_purchase_is_compared_with_the_items_that_it_names(systems: BothSystems) -> None:
    programme = load(systems)
    systems.send()
    tender = systems.announce("single-source")
    purchase = systems.purchase(tender)
    named = ProgrammeItem(programme_id=programme, item_number="1")
    unknown = ProgrammeItem(programme_id=programme, item_number="7")
    systems.change(tender, msgspec.structs.replace(purchase, programme_items=(named, unknown)))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"] * 2)
    told = [one for one in systems.versions(tender)[-1].findings if one.rule_id == "F-PUR-10"]
    paths = {one.path for one in told}
    assert "/Purchase/ProgrammeItems/ProgrammeItem[2]" in paths
    assert "/Purchase/ProgrammeItems/ProgrammeItem[1]" not in paths
    assert "/Purchase/Method" in paths


def test_a_change_that_gives_a_removed_number_again_is_not_signed(systems: BothSystems) -> None:
    programme = load(systems)
    document = signed(systems, programme)
    short = msgspec.structs.replace(document, items=document.items[:1], item_count=1)
    put(systems, programme, versions.change(short, "Исключён пункт 2"))
    with pytest.raises(NotPublishable, match="F-PRG-3"):
        put(systems, programme, versions.change(document, "Возвращён пункт 2"))
    renamed = with_item(document, 2, item_number="3")
    put(systems, programme, versions.change(renamed, "Добавлен пункт 3"))


def test_the_state_of_a_programme_holds_numbers_and_totals_and_no_text(
    systems: BothSystems,
) -> None:
    programme = load(systems)
    systems.send()
    key = publisher(systems).key(programme)
    [head] = systems.registry.log.heads([key]).values()
    state = systems.registry.intake.kinds[PROGRAMME].objects.read(head)
    assert isinstance(state, ProgrammeOnRecord)
    assert state.items == ("1", "2")
    assert sum(state.totals.values()) == Decimal("158625000.00")
    assert "Workwear" not in bytes(head.state).decode()
    assert state.formed_at - state.first_formed_at == timedelta(0)
