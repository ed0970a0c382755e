"""All rules on the next version of a purchase, which both systems ask (S216-A3.1b, c, d, h)."""

from shared_contracts.rules import course, documentation_course
from shared_contracts.rules.rule import RuleBooks

RULES = RuleBooks(course.BOOK, documentation_course.BOOK)
"""The rules on a version and the purchase before it; their one fact is a ``Course``."""
