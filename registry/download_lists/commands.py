"""The commands ``registry download-lists``."""

from registry.columns import DOWNLOAD_LISTS
from registry.records.commands import list_commands

add_to = list_commands(
    "download-lists",
    "Lists of those who took the documentation.",
    "lists of those who took the documentation",
    DOWNLOAD_LISTS,
)
"""Make them commands of an application."""
