"""Kinds of record in the contract: what each declares is there, and is found by its name."""

import pytest

from registry.kinds import KINDS as OF_THE_REGISTRY
from sez.kinds import KINDS as OF_THE_SEZ
from shared_contracts.messages.document import Amendable, Deletion, Document
from shared_contracts.messages.forms import form
from shared_contracts.messages.kinds import KINDS, RecordKind, kind_of, place
from shared_contracts.named import Named
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.roles import RIGHTS
from tests import samples
from tests.kinds import CASES, NOT_REACHED, UNBREAKABLE, VALID, missing
from tests.xsd import enumerated

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def test_the_schema_admits_the_types_of_objects_that_there_are() -> None:
    assert enumerated("ObjectType") == list(KINDS)


def test_each_side_has_the_kinds_of_the_contract() -> None:
    assert set(OF_THE_REGISTRY) == set(KINDS)
    assert set(OF_THE_SEZ) == set(KINDS)


@each_kind
def test_a_kind_has_all_that_is_asked_of_one(kind: RecordKind) -> None:
    assert list(missing(kind.object_type)) == []


def test_a_table_in_which_a_kind_has_no_line_is_named() -> None:
    assert list(missing("BID")) == [
        "BID has no line in shared_contracts/messages/kinds.py",
        "BID has no line in registry/kinds.py",
        "BID has no line in sez/kinds.py",
    ]


@pytest.mark.parametrize("document", VALID, ids=lambda document: type(document).__name__)
def test_an_example_of_a_document_breaks_no_rule(document: Amendable) -> None:
    formed = document.deleted_at if isinstance(document, Deletion) else samples.AT
    assert examine_document(document, formed) == []


def test_what_no_document_breaks_is_not_broken_by_a_sample() -> None:
    shown = {(case.rule, type(case.document).__name__) for case in CASES}
    assert not shown & set(UNBREAKABLE)
    assert not {rule for rule, _ in shown} & set(NOT_REACHED)


@each_kind
def test_the_places_that_a_kind_names_are_in_its_documents(kind: RecordKind) -> None:
    assert set(kind.first) <= set(kind.roots)
    assert kind.whole in kind.first
    for path in (*kind.signed_for, *(path for path, _ in kind.refers_to)):
        assert place(kind.whole, path)
    for _, other in kind.refers_to:
        assert other in KINDS
    listed = [one for root in kind.roots for one in form(root) if one.name == kind.files]
    assert kind.files is None or (listed and all(one.kind is Document for one in listed))


@each_kind
def test_the_table_of_rights_says_who_signs_a_kind(kind: RecordKind) -> None:
    assert kind.signed_as in {right.kind for right in RIGHTS}


def test_a_purchase_is_signed_for_its_customer_and_its_organizer() -> None:
    purchase = samples.purchase_open_tender()
    kind = kind_of(purchase)
    assert kind.persons(purchase)[0] == purchase.customer.bin
    assert kind.signed_for_place() == "/Purchase/Customer/Bin"
    assert kind.file_place(purchase, 2) == "/Purchase/Documents/Document[2]"
    assert kind.persons(samples.deletion()) == ()


def test_a_document_that_several_kinds_have_is_of_the_kind_of_its_act() -> None:
    assert Deletion in kind_of(samples.deletion()).roots


def test_a_table_is_complete_when_it_is_first_looked_at() -> None:
    table: Named[RecordKind] = Named(lambda kind: kind.object_type, ())
    table.admit("shared_contracts.kinds.purchase")
    assert list(table) == ["PURCHASE"]
    with pytest.raises(RuntimeError, match="too late"):
        table.admit("shared_contracts.kinds.purchase")


def test_two_parts_of_one_name_are_refused() -> None:
    modules = ("shared_contracts.kinds.purchase", "registry.purchases.kind")
    table: Named[object] = Named(lambda _kind: "SAME", modules)
    with pytest.raises(ValueError, match="a SAME already"):
        list(table)
