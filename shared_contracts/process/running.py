"""The commands that run a system: to serve it, and to bring its database to its schema."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Any

import typer

from shared_contracts.process.command_line import ending

_SERVE = "Serve the {name} with the settings of {prefix}_… until it is told to stop."
_MIGRATE = """Bring the database to this program's schema, with the owner's URL.

The login that {prefix}_DATABASE_URL names is made, with its password; it may append and read.
Then serve with that URL alone: the owner's is not needed.
"""


def add_running(
    app: typer.Typer,
    name: str,
    settings: Callable[[], Any],
    client_ca: Callable[[Any], Path | None] = lambda _settings: None,
) -> None:
    """Make ``serve`` and ``migrate`` commands of the system called ``name``.

    Its settings are those of NAME_…; its package, in lower case, has ``web.serving``. That is
    imported by ``serve`` alone: commands that only ask start faster without.
    """
    prefix = name.upper()

    @app.command(help=_SERVE.format(name=name, prefix=prefix))
    def serve() -> None:
        from shared_contracts.process.serving import serve as serve_at  # noqa: PLC0415  # as above

        serving = resolve_name(f"{name.lower()}.web:serving")
        with ending():
            own = settings()
        serve_at(serving(own), own, client_ca(own))

    @app.command(help=_MIGRATE.format(prefix=prefix))
    def migrate(
        owner_url: Annotated[
            str, typer.Option(envvar=f"{prefix}_OWNER_URL", help="The owner's URL.")
        ],
    ) -> None:
        from shared_contracts.process.migrating import migrate_by_command  # noqa: PLC0415  # as above

        with ending():
            own = settings()
        migrate_by_command(owner_url, own.database_url)
        typer.echo("migrated")
