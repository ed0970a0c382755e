"""The commands ``registry protocols single-source``."""

from registry.protocols.commands import commands

add_to = commands("single-source", "single-source-protocols")
"""Make them commands of an application."""
