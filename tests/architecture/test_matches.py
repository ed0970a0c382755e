"""A match on a closed set names all its members, so that mypy asks for one that comes new."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.architecture.sources import DELIVERED, ROOT, Source, functions, sources

REFUSED = "whatever is not named is refused, in words that name all commands or documents"
STRANGERS = "what others wrote: any certificate, key, envelope or answer"
VALUES = "any value"
PROBLEMS = "any error of a library, which is told or raised as it is"

OPEN = {
    "registry/admission/admissions.py _registered": "any event; few change the register",
    "registry/admission/case.py _at_first": "any event; the others take the rest",
    "registry/admission/case.py _in_course": "any event; the others take the rest",
    "registry/admission/case.py _in_operation": "any event; the others take the rest",
    "registry/admission/inventory_versions.py of_events": "any event; three are of inventories",
    "registry/bid_lists/decided.py of_version": "any document that refers to its purchase",
    "registry/classifiers/store.py _load": "any event of a stream; another is a TypeError",
    "registry/messages/pushes/listing.py apply": "any event of the log; most change no view",
    "registry/messages/ticket.py after": "any event of a ticket; those that change nothing are few",
    "registry/messages/tickets/listing.py apply": "any event of the log; most change no view",
    "registry/programmes/listing.py apply": "any event of the log; most change no view",
    "registry/purchases/stages.py of_version": "any document that refers to a purchase",
    "sez/audits/pages.py _whole_before": "any event of an object; only versions stand",
    "sez/audits/pages.py standing": "any event of an object; only versions stand",
    "sez/protocols/protocol.py _signed": REFUSED,
    "sez/programmes/programme.py _signed": REFUSED,
    "sez/bid_lists/bid_list.py _published": REFUSED,
    "sez/download_lists/download_list.py _published": REFUSED,
    "sez/derived.py _place": "any event; those of objects of which a SEZ has one are in a table",
    "sez/publication/publish.py _concerns": "any event of an object; only versions have a number",
    "sez/synchronisation/outbox.py _not_delivered": "any event of the log; most change no view",
    "sez/suppliers/supplier.py _asked": REFUSED,
    "sez/suppliers/supplier.py _published": REFUSED,
    "sez/synchronisation/outbox.py changes": "any event of the log; the rest is asked further on",
    "sez/tendering/tender.py _published": REFUSED,
    "shared_contracts/cli.py _worded": PROBLEMS,
    "shared_contracts/conformance/kit_sez.py _document": "a message of any operation of a SEZ",
    "shared_contracts/event_log/auditing/audit.py _told": PROBLEMS,
    "shared_contracts/event_log/auditing/derived.py _says": VALUES,
    "shared_contracts/event_log/moments.py _of_anything": VALUES,
    "shared_contracts/event_log/replaying/compare.py _sortable": VALUES,
    "shared_contracts/event_log/replaying/source.py _told": PROBLEMS,
    "shared_contracts/event_log/writing/writer.py _explained": PROBLEMS,
    "shared_contracts/http/allowed_values.py _listed": "any type of a field; most list no values",
    "shared_contracts/http/allowed_values.py _plain": "any type of a field; few are made of others",
    "shared_contracts/http/allowed_values.py _within": "any type of a field; few hold others",
    "shared_contracts/http/api.py _check_text": VALUES,
    "shared_contracts/http/api.py _in_astana": VALUES,
    "shared_contracts/messages/property_hash.py _canonical": VALUES,
    "shared_contracts/signing/algorithms.py suite_of": STRANGERS,
    "shared_contracts/signing/validation/responder_cache.py _is_by": STRANGERS,
    "shared_contracts/signing/validation/responder_cache.py _is_of": STRANGERS,
    "shared_contracts/signing/validation/well_made.py _suite": STRANGERS,
    "shared_contracts/signing/validation/well_made.py _weakness": STRANGERS,
    "shared_contracts/soap/client.py _taken": STRANGERS,
    "shared_contracts/soap/file_endpoint.py _worded": PROBLEMS,
    "shared_contracts/xml/envelope.py _only_child": STRANGERS,
    "shared_contracts/xml/envelope.py _split": STRANGERS,
}
"""Where a match takes whatever is left, and why its subject is not a closed set."""


ENDS = {"decide": ast.Raise, "evolve": ast.Return}
"""With what the rest ends in these functions of any module: ``decide`` refuses whatever is not
named; ``evolve`` lets any other event of a stream pass, and forgets none of its module's own."""


def takes_the_rest(case: ast.match_case) -> bool:
    """Whether everything fits the case, and something is done with it."""
    fits = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and not case.guard
    return fits and not ast.unparse(case.body[0]).startswith("assert_never(")


def test_what_takes_the_rest_of_an_open_set_is_listed_with_its_reason() -> None:
    found = {
        f"{source.name} {function.name}"
        for source in sources(*DELIVERED)
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.match_case) and takes_the_rest(node)
        if not isinstance(node.body[-1], ENDS.get(function.name, ()))
    }
    assert sorted(found) == sorted(OPEN)


def test_mypy_asks_for_every_member_of_a_closed_set() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert "exhaustive-match" in settings["enable_error_code"]


def events(source: Source) -> Iterator[str]:
    """The classes of a module that have a topic."""
    for node in source.tree.body:
        marks = node.decorator_list if isinstance(node, ast.ClassDef) else []
        if any(isinstance(mark, ast.Call) and ast.unparse(mark.func) == "topic" for mark in marks):
            assert isinstance(node, ast.ClassDef)
            yield node.name


def evolving(source: Source) -> str:
    """The text of ``evolve`` and of what it gives its event to; empty if there is none."""
    known = {node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef)}
    told, waiting = dict[str, str](), ["evolve"] if "evolve" in known else []
    while waiting:
        node = known[waiting.pop()]
        told[node.name] = ast.unparse(ast.Module(node.body, []))
        calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
        waiting += sorted(calls & known.keys() - told.keys())
    return "\n".join(told.values())


@pytest.mark.parametrize(
    "source", [one for one in sources(*DELIVERED) if evolving(one)], ids=lambda source: source.name
)
def test_no_event_of_an_object_is_forgotten_where_it_evolves(source: Source) -> None:
    text = evolving(source)
    assert [name for name in events(source) if not re.search(rf"\b{name}\b", text)] == []
