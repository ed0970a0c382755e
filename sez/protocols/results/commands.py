"""The commands ``sez protocol results``."""

from sez.protocols.commands import commands

add_to = commands("results", "results-protocols")
"""Make them commands of an application."""
