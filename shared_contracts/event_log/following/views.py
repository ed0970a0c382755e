"""Tables of what is shown: made by the application itself in schema ``views``."""

from shared_contracts.event_log.log import EventLog


def make_views(log: EventLog, schema: str) -> None:
    """Run the statements of ``schema``, parted by semicolons, in one transaction."""
    with log.recorder.transaction() as cursor:
        for statement in filter(str.strip, schema.split(";")):
            cursor.execute(statement)
