"""HTTP of both systems: bounded connections, the JSON interface and its description, the client."""
