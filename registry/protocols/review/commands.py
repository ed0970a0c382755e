"""The commands ``registry protocols review``."""

from registry.protocols.commands import commands

add_to = commands("review", "review-protocols")
"""Make them commands of an application."""
