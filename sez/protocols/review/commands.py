"""The commands ``sez protocol review``."""

from sez.protocols.commands import commands

add_to = commands("review", "review-protocols")
"""Make them commands of an application."""
