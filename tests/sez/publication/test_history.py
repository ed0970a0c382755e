"""What happened to an object before is asked before its next version is taken (S216-A2.1.4)."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from sez.programmes import versions
from sez.programmes.programme import ProgrammeSigned
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import take_signed
from sez.publication.publisher import DocumentPublisher
from sez.records.version import VersionSigned
from sez.suppliers.events import SupplierAnswered
from sez.suppliers.states import UnsignedCard
from sez.tendering import versions as versions_of_tenders
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.messages.supplier import SUPPLIER, SupplierChoice
from shared_contracts.rules.supplier_choice import RULES, ListAnswered
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.clauses import clause
from tests.sez.programmes.test_programmes import load, publisher
from tests.sez.suppliers.test_cards import card, drafted
from tests.sez.suppliers.test_scheme_4 import asked, chosen, on_record
from tests.sez.systems import SIGNER, BothSystems


def refused(
    systems: BothSystems, document: Amendable, taker: DocumentPublisher | None = None
) -> list[tuple[str, str]]:
    """The rules that keep a document signed elsewhere from being taken, and where."""
    data = sign_person(codec.canonical_text(document), systems.pki.signer(SIGNER))
    before = len(systems.events(VersionSigned))
    with pytest.raises(NotPublishable) as told:
        take_signed(taker or systems.system.publisher, data)
    assert len(systems.events(VersionSigned)) == before
    return [(one.rule_id, one.path) for one in told.value.findings]


def deletion(systems: BothSystems, programme: UUID, **changes: object) -> Deletion:
    """The deletion of a programme, not signed yet."""
    at = publisher(systems)
    made = versions.deletion("Ошибка", at.clock(), "Бекова А. М.")(
        at.owner, programme, at.current_state(programme).state
    )
    assert isinstance(made, Deletion)
    return msgspec.structs.replace(made, **changes)


@clause("S216-A3.1i")
def test_nothing_is_deleted_before_it_was_formed(systems: BothSystems) -> None:
    programme = load(systems)
    [event] = systems.events(ProgrammeSigned)
    early = event.formed_at - timedelta(seconds=1)
    found = refused(systems, deletion(systems, programme, deleted_at=early))
    assert found == [("F-DEL-3", "/Deletion/DeletedAt")]
    take_signed(
        systems.system.publisher,
        sign_person(codec.canonical_text(deletion(systems, programme)), systems.pki.signer(SIGNER)),
    )


@clause("S216-11c")
def test_an_object_keeps_its_conditions_and_a_new_one_has_those_that_were_given(
    systems: BothSystems,
) -> None:
    tender = systems.announce("single-source")
    at = systems.system.publisher
    gone = versions_of_tenders.deletion("Ошибка", at.clock(), "Бекова А. М.")(
        at.owner, tender, at.current_state(tender).state
    )
    assert gone.act.conditions_version == at.owner.conditions == 2
    other = msgspec.structs.replace(gone.act, conditions_version=1)
    found = refused(systems, msgspec.structs.replace(gone, act=other))
    assert found == [("F-HDR-5", "/Deletion/Act/ConditionsVersion")]
    older = replace(at, owner=replace(at.owner, conditions=1))
    act = msgspec.structs.replace(systems.purchase(tender).act, object_id=uuid4())
    new = msgspec.structs.replace(systems.purchase(tender), act=act)
    assert ("F-HDR-5", "/Purchase/Act/ConditionsVersion") in refused(systems, new, older)


@clause("S216-A2.4.6")
def test_a_choice_that_is_not_of_the_list_that_was_answered_is_not_signed(
    systems: BothSystems,
) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
        supplier = drafted(program, card(systems, bin=number))
        [candidate] = asked(program, supplier)["state"]["candidates"]
        chosen(program, supplier, candidate["registry_id"])
    at = systems.system.publisher.of(SUPPLIER)
    state = at.current_state(UUID(supplier)).state
    assert isinstance(state, UnsignedCard)
    registry_id = UUID(candidate["registry_id"])
    [answered] = systems.events(SupplierAnswered)
    query = answered.answer.message_id
    act = msgspec.structs.replace(
        state.document.act, object_id=UUID(supplier), sez_code="SEZ01", conditions_version=2
    )
    whole = msgspec.structs.replace(state.document, act=act)
    for wrong in (
        SupplierChoice(query_id=query, registry_id=registry_id, card_hash="0" * 64),
        SupplierChoice(query_id=query, registry_id=uuid4(), card_hash=candidate["card_hash"]),
    ):
        found = refused(systems, msgspec.structs.replace(whole, choice=wrong))
        assert found == [("F-SUP-8", "/SupplierCard/Choice/RegistryId")]
    true = SupplierChoice(query_id=query, registry_id=registry_id, card_hash=candidate["card_hash"])
    right = msgspec.structs.replace(whole, choice=true)
    data = sign_person(codec.canonical_text(right), systems.pki.signer(SIGNER))
    assert take_signed(systems.system.publisher, data).state.status == "ACTIVE"
    day, moment = timedelta(hours=24), answered.answer.answered_at
    late = ListAnswered(answered.answer, moment + day + timedelta(seconds=1))
    [expired] = RULES.examine(right, late.formed_at, late)
    assert (expired.rule, expired.parameters["cause"]) == ("F-SUP-8", "LIST_EXPIRED")
    on_time = ListAnswered(answered.answer, moment + day)
    assert not RULES.examine(right, on_time.formed_at, on_time)
