"""The book in which all cases that examine a Registry are entered."""

from shared_contracts.conformance.case import CaseBook, ExaminedSide
from shared_contracts.conformance.registry_exam import RegistryExam

BOOK: CaseBook[RegistryExam] = CaseBook(ExaminedSide.REGISTRY)
"""The cases that examine a Registry."""
