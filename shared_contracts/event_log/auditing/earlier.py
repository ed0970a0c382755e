"""A store that an earlier version left is told as such, and not as one that was tampered with."""

import re
from collections.abc import Sequence

from psycopg import Connection

from shared_contracts.errors import BadInput
from shared_contracts.event_log.database.migrate import Migration, pending

_MADE = re.compile(r"^CREATE (?:OR REPLACE )?(?:TABLE|FUNCTION) log\.(\w+)", re.MULTILINE)
_THERE = (
    "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('log') "
    "UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace('log')"
)


def refuse_unmigrated(connection: Connection) -> None:
    """Raise BadInput if the newest migrations were not applied, and nothing of theirs is there.

    A migration that is missing from the list alone is a difference, which the audit tells.
    """
    missing, known = pending(connection), {row[0] for row in connection.execute(_THERE)}
    if missing and "events" in known and not _made(missing) & known:
        names = ", ".join(f"{one.number} ({one.name})" for one in missing)
        raise BadInput(
            f"this store is not migrated to this version: it lacks the migrations {names}; run "
            "`registry migrate` or `sez migrate` with its owner's URL, start the system once, then "
            "audit; or audit it by the program of the version that serves it"
        )


def _made(steps: Sequence[Migration]) -> set[str]:
    """Tables and functions that these steps make."""
    return {name for one in steps for name in _MADE.findall(one.text)}
