"""The command ``migrate`` of both systems."""

from eventsourcing.persistence import OperationalError

from shared_contracts.event_log.database.migrate import migrate_for
from shared_contracts.process.command_line import ExitCode, ending, failed


def migrate_by_command(owner_url: str, application_url: str | None) -> None:
    """Migrate with the owner's URL for the login of the application's; end in words if not."""
    with ending():
        try:
            migrate_for(owner_url, application_url)
        except OperationalError as silent:
            raise failed(str(silent), ExitCode.UNREACHABLE) from silent
