"""The commands ``registry protocols results``."""

from registry.protocols.commands import commands

add_to = commands("results", "results-protocols")
"""Make them commands of an application."""
