"""How much one audit may obtain before a person is asked (S216-12b)."""

from registry.audits.states import RunningAudit
from shared_contracts.counterpart import NotTheCounterpart

PAGES = 100_000
"""Most pages of one content; a log that gives more is not obtained without a person."""

WITHOUT = 1200
"""Most answers in a row without a node: of a SEZ that only says that it is still calculating."""


def ensure_ends(audit: RunningAudit) -> None:
    """``NotTheCounterpart`` for an audit of which the SEZ gave more than an honest one would."""
    reached = audit.obtained[-1] if audit.obtained else None
    if reached is None or not reached.more:
        return
    if reached.pages >= PAGES:
        raise NotTheCounterpart(f"{PAGES} pages did not reach the end")
    if reached.without >= WITHOUT:
        raise NotTheCounterpart(f"{WITHOUT} answers in a row told no node that was asked for")
