"""Starts a command of either system, or of the contract, with one kind more.

One line for each side; a worker process, which imports this module too, has them as well.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from shared_contracts.messages import published

published.FOLDER = Path(os.environ["THROWAWAY_SCHEMAS"])

from registry.kinds import KINDS as OF_THE_REGISTRY  # noqa: E402  # after the schemas
from sez.kinds import KINDS as OF_THE_SEZ  # noqa: E402
from shared_contracts.messages.kinds import KINDS  # noqa: E402

KINDS.admit("tests.throwaway.contract")
OF_THE_REGISTRY.admit("tests.throwaway.registry.kind")
OF_THE_SEZ.admit("tests.throwaway.sez.kind")

if __name__ == "__main__":
    side = sys.argv.pop(1)
    import_module(f"{side}.cli").main()
