"""Fixtures that many tests share: the test authority and PostgreSQL, once per session."""

pytest_plugins = ["tests.pki", "tests.postgres"]
