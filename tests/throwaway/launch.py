"""Starts a command of either system, or of the contract, with one kind more.

One line for each side; a worker process, which imports this module too, has them as well.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from shared_contracts.messages import published

published.FOLDER = Path(os.environ["THROWAWAY_SCHEMAS"])

from registry.kinds import KINDS as OF_THE_REGISTRY  # noqa: E402  # after the schemas
from sez.kinds import KINDS as OF_THE_SEZ  # noqa: E402
from shared_contracts.event_log.auditing.audit import audit  # noqa: E402
from shared_contracts.event_log.auditing.finding import as_text  # noqa: E402
from shared_contracts.event_log.declared import declared  # noqa: E402
from shared_contracts.messages.kinds import KINDS  # noqa: E402

KINDS.admit("tests.throwaway.contract")
OF_THE_REGISTRY.admit("tests.throwaway.registry.kind")
OF_THE_SEZ.admit("tests.throwaway.sez.kind")

BESIDE: Mapping[str, Mapping[str, str]] = {
    "site-notice-placed.1": {},
    "site-notice-signed.1": {"document": "document_hash"},
}
"""What stands beside the events of the kind, as evidence.toml says it of the others."""


def audited(dsn: str) -> int:
    """Audit a store with one kind more, and tell what differs."""
    known = declared()
    outcome = audit(dsn, replace(known, beside={**known.beside, **BESIDE}))
    sys.stdout.write("\n".join(as_text(outcome)))
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    side = sys.argv.pop(1)
    if side == "audit":
        sys.exit(audited(sys.argv[1]))
    if side == "missing":
        from tests.kinds import missing  # it looks at the tables

        sys.stdout.write("\n".join(missing(sys.argv[1])))
        sys.exit()
    import_module(f"{side}.cli").main()
