"""How many connections were closed by the server's bounds, and why."""

from typing import Final

from prometheus_client import Counter

CLOSED: Final = Counter(
    "http_connections_closed_total",
    "Connections closed because a bound was reached",
    ["reason"],
    registry=None,
)
"""By reason; the app of each system registers it beside its own figures."""
