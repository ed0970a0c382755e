"""How often a process that serves looks for garbage in cycles.

What is read when a process begins (modules, schemas, catalogues) stays until it ends: looking
through it again and again would take a tenth of the time in which packages are judged. Nearly all
that a request makes is freed by its reference counts when it is done with; cycles, which only the
collector finds, are rare.
"""

import gc
from typing import Final

AT_ONCE: Final = 50_000
"""New objects after which the youngest are looked through; some ten megabytes."""


def collect_seldom() -> None:
    """Keep what is there out of every search for garbage, and search after ``AT_ONCE`` objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(AT_ONCE)
