"""All cases that examine a SEZ."""

from shared_contracts.conformance.hostile import HOSTILE
from shared_contracts.conformance.sez_cases import answering, auditing, transmitting
from shared_contracts.conformance.sez_exam import SEZ_BOOK

__all__ = ["SEZ_BOOK", "SEZ_MODULES"]

SEZ_MODULES = (answering, auditing, transmitting)
"""The modules of cases; importing them enters the cases in the book."""

for name, perform in HOSTILE.items():
    SEZ_BOOK.case(f"Z-{name}")(perform)
