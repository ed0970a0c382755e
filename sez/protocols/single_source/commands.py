"""The commands ``sez protocol single-source``."""

from sez.protocols.commands import commands

add_to = commands("single-source", "single-source-protocols")
"""Make them commands of an application."""
