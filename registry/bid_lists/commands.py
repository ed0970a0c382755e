"""The commands ``registry bid-lists``."""

from registry.columns import BID_LISTS
from registry.records.commands import list_commands

add_to = list_commands(
    "bid-lists",
    "Lists of bids on record.",
    "lists of bids",
    BID_LISTS,
)
"""Make them commands of an application."""
