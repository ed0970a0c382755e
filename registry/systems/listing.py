"""All entries of the register, as the heads of the log keep them."""

import msgspec

from registry.systems.system import State, System, SystemRegistered
from shared_contracts.event_log.log import EventLog


def entries(log: EventLog, environment: str) -> dict[str, SystemRegistered]:
    """The systems of an environment, by code."""
    query = "SELECT state FROM log.heads WHERE environment = %s AND kind = 'SYSTEM'"
    rows = log.recorder.select(query, (environment,))
    states = (msgspec.json.decode(row[0], type=State) for row in rows)
    return {state.entry.code: state.entry for state in states if isinstance(state, System)}
