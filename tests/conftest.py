"""Fixtures that many tests share, once per session: the test authority, PostgreSQL, outcomes."""

pytest_plugins = ["tests.pki", "tests.postgres", "tests.outcomes"]
