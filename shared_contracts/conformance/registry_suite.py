"""All cases that examine a Registry, in the order in which they are run."""

from shared_contracts.conformance.registry_cases import (
    answering,
    asynchronous,
    auditing,
    certificates,
    changing,
    files,
    integrity,
    load,
    objects,
    order,
    proofs,
    questions,
    security,
)
from shared_contracts.conformance.registry_cases.book import BOOK

__all__ = ["BOOK", "MODULES"]

MODULES = (
    answering,
    objects,
    auditing,
    changing,
    files,
    integrity,
    certificates,
    order,
    questions,
    asynchronous,
    proofs,
    security,
    load,
)
"""The modules of cases; importing them enters the cases in the book."""
