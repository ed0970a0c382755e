"""Values of findings as they were sent: a moment with ``Z`` is not told with ``+00:00``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from types import MappingProxyType

from shared_contracts.faults import Breach
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.tags import qualified
from shared_contracts.xml.codec import Element

_STEP = re.compile(r"/(\w+)(?:\[(\d+)\])?")


def as_sent(element: Element, breaches: Sequence[Breach]) -> list[Breach]:
    """The breaches of a document with its own spelling of each moment and number that they show.

    Rules judge values, not text. Whoever looks for a finding in what was sent looks for the text.
    What a receipt has no room for is left as it is.
    """
    told = [_as_sent(element, breach) for breach in breaches[:FINDINGS]]
    return [*told, *breaches[FINDINGS:]]


def _as_sent(element: Element, breach: Breach) -> Breach:
    if not breach.value:
        return breach
    value = _spelling(element, breach.path, breach.value)
    named = dict(breach.parameters)
    if "field" in named and "limit" in named:  # the limit is another field of the same parent
        beside = f"{breach.path.rpartition('/')[0]}/{named['field']}"
        named["limit"] = _spelling(element, beside, named["limit"])
    return replace(breach, value=value, parameters=MappingProxyType(named))


def _spelling(element: Element, path: str, value: str) -> str:
    sent = _text_at(element, path)
    return sent if sent and sent != value and _are_one(value, sent) else value


def _text_at(element: Element, path: str) -> str | None:
    node: Element | None = element
    for name, place in _STEP.findall(path)[1:]:
        if node is None:
            return None
        namesakes = node.iterchildren(qualified(name))
        node = next(islice(namesakes, int(place or 1) - 1, None), None)
    return None if node is None else node.text


def _are_one(value: str, sent: str) -> bool:
    """Whether two texts are spellings of one moment or one number."""
    try:
        return Decimal(value) == Decimal(sent)
    except InvalidOperation:
        pass
    try:
        return datetime.fromisoformat(value) == datetime.fromisoformat(sent)
    except (TypeError, ValueError):
        return False
