"""The commands ``sez download-list``."""

from sez.records.commands import list_commands

add_to = list_commands("download-list", "Lists of those who took the documentation.")
"""Make them commands of an application."""
