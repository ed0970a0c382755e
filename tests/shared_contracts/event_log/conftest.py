"""The tests of the event log run against a real PostgreSQL."""

import sys

import eventsourcing.cryptography

from tests.postgres import (
    dsn,
    empty_database,
    log,
    migrated_template,
    owner_dsn,
    postgres_server,
)

__all__ = ["dsn", "empty_database", "log", "migrated_template", "owner_dsn", "postgres_server"]

# The library's test cases import its cipher over pycryptodome, which nothing here needs; its
# cipher over cryptography has the same name and form.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
