"""Nobody gives blanks for a reason: neither now, nor to a request that is added later."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from msgspec.inspect import StrType, StructType, Type, multi_type_info

from registry.admission.wanted import AskedStep, WantedInspectionEnd
from registry.audits.api import AuditEnding
from registry.exclusions.api import ExclusionEntry
from registry.findings.api import ToldMeasure
from registry.messages.tickets.api import TicketEnding
from sez.publication.signers import SigningRequest
from shared_contracts.errors import BadInput
from shared_contracts.http.api import read_json
from shared_contracts.http.blank_texts import blank_texts, must_say
from tests.clauses import clause

ROOT = Path(__file__).resolve().parents[3]
SAID = {
    "reason",
    "basis",
    "statement",
    "cause",
    "measure",
    "what",
    "person",
    "received_by",
    "way",
    "ground",
}
"""Names of fields in which somebody says something, in whatever request they stand."""
ELSEWHERE = {
    ("AuditWanted", "ground"): "order.py refuses blanks, with all else that is wrong with an order",
    ("WantedInspection", "ground"): "an inspection needs no ground (S95-18a)",
    ("PointVerdict", "reason"): "a session may stand for it; judging.py refuses blanks (R137)",
    ("RetryAsked", "cause"): "it names what packages wait for, and none means any",
}
"""Texts that may be empty, and what holds them to their words."""


def asked_for() -> Iterator[Any]:
    """The types of all JSON bodies, as the doors name them."""
    for path in [*ROOT.glob("registry/**/api.py"), *ROOT.glob("sez/**/api.py")]:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "read_json":
                kind = getattr(module, ast.unparse(node.args[1]), None)
                if kind is not None:
                    yield kind


def structs(told: Type, seen: set[type]) -> Iterator[StructType]:
    """The structs of a type, each once."""
    if isinstance(told, StructType):
        if told.cls in seen:
            return
        seen.add(told.cls)
        yield told
        for one in told.fields:
            yield from structs(one.type, seen)
    for name in ("types", "item_types"):
        for one in getattr(told, name, ()):
            yield from structs(one, seen)
    if isinstance(inner := getattr(told, "item_type", None), Type):
        yield from structs(inner, seen)


def test_every_request_in_which_somebody_says_something_refuses_blanks() -> None:
    kinds, seen = list(dict.fromkeys(asked_for())), set[type]()
    assert len(kinds) > 30
    found = [one for told in multi_type_info(kinds) for one in structs(told, seen)]
    assert {"WantedStop", "ActingPerson", "TicketEnding", "VoidAsked"} <= {
        one.cls.__name__ for one in found
    }
    found = [one for one in found if not is_of_a_document(one.cls)]
    loose = {
        (one.cls.__name__, field.name)
        for one in found
        for field in one.fields
        if field.name in SAID and _is_text(field.type) and not must_say(field.type)
    }
    assert loose == ELSEWHERE.keys()


def is_of_a_document(kind: type) -> bool:
    """Whether its texts become those of a signed document, which the rules of its kind judge."""
    return issubclass(kind, SigningRequest) or kind.__module__.startswith(
        "shared_contracts.messages."
    )


def _is_text(told: Type) -> bool:
    return any(isinstance(one, StrType) for one in (told, *getattr(told, "types", ())))


def step(kind: str, **more: Any) -> dict[str, Any]:
    """A step as it is asked for."""
    return {"step": {"kind": kind, "by": {"body": "GROUP", "person": "Серик"}} | more}


@clause("S216-6.2c", "S95-9b", "S95-18c")
@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        (TicketEnding, {"reason": " \t"}, "$.reason"),
        (AuditEnding, {"reason": "\u00a0"}, "$.reason"),
        (ToldMeasure, {"cause": "x", "measure": "\n"}, "$.measure"),
        (ExclusionEntry, {"number": "1", "ground": "PRODUCTION_SHARING", "since": "2026-01-01",
                          "basis": " "}, "$.basis"),
        (AskedStep, step("STOP", ground="  "), "$.step.ground"),
        (AskedStep, step("ABANDON", ground="x", by={"body": "GROUP", "person": " "}),
         "$.step.by.person"),
        (AskedStep, step("RETURN", reasons=[{"clause": "S216-6.1", "text": " "}]),
         "$.step.reasons[0].text"),
        (WantedInspectionEnd, {"by": {"body": "AUTHORITY", "person": "С"},
                               "findings": [{"clause": "S95-17", "text": "\t"}]},
         "$.findings[0].text"),
    ],
)  # fmt: skip
def test_blanks_for_words_are_refused_by_their_place(
    kind: type[Any], body: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(msgspec.json.encode(body), kind)
    assert f"nothing but blanks at `{place}`" in str(refused.value)


class Note(msgspec.Struct):
    """A body with a text that may be left out."""

    text: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    rest: str = " "


def test_a_text_that_may_be_left_out_or_empty_is_no_fault() -> None:
    assert list(blank_texts([Note(), Note(text="x")])) == []
    assert list(blank_texts((Note(text=" "),))) == ["$[0].text"]
