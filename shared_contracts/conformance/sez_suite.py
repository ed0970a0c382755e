"""All cases that examine a SEZ."""

from shared_contracts.conformance.hostile import HOSTILE
from shared_contracts.conformance.log_cases import LOG_CASES
from shared_contracts.conformance.sez_cases import (
    answering,
    auditing,
    examining,
    receiving,
    timing,
    transmitting,
)
from shared_contracts.conformance.sez_exam import SEZ_BOOK

__all__ = ["SEZ_BOOK", "SEZ_MODULES"]

SEZ_MODULES = (answering, receiving, auditing, examining, transmitting, timing)
"""The modules of cases; importing them enters the cases in the book."""

for name, perform in (HOSTILE | LOG_CASES).items():
    SEZ_BOOK.case(f"Z-{name}")(perform)
