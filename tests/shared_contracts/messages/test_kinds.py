"""Kinds of record in the contract: what each declares is there, and is found by its name."""

from pathlib import Path

import pytest
from lxml import etree

from shared_contracts.messages.document import Deletion, Document
from shared_contracts.messages.forms import form
from shared_contracts.messages.kinds import KINDS, RecordKind, kind_of, place
from shared_contracts.messages.published import FOLDER
from shared_contracts.named import Named
from shared_contracts.signing.roles import RIGHTS
from tests import samples

GOLDEN = Path(__file__).parents[2] / "golden" / "documents"
XS = "{http://www.w3.org/2001/XMLSchema}"

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def test_the_schema_admits_the_types_of_objects_that_there_are() -> None:
    common = etree.parse(FOLDER / "common.xsd")
    path = f"{XS}simpleType[@name='ObjectType']/{XS}restriction/{XS}enumeration"
    assert [one.get("value") for one in common.iterfind(path)] == list(KINDS)


@each_kind
def test_a_kind_has_a_schema_and_a_golden_document_for_each_root(kind: RecordKind) -> None:
    files = [etree.parse(path) for path in FOLDER.glob("*.xsd")]
    declared = {one.get("name") for file in files for one in file.iterfind(f"{XS}element")}
    for root in kind.roots:
        assert root.__name__ in declared
        assert (GOLDEN / f"{root.__name__}.xml").is_file()


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
