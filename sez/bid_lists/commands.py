"""The commands ``sez bid-list``."""

from sez.records.commands import list_commands

add_to = list_commands("bid-list", "Lists of bids of this SEZ.")
"""Make them commands of an application."""
