"""``make up``: the test authority, the Registry and an SEZ in the background, in ``.run``."""

import sys
from pathlib import Path

from deploy.stand import DemoStand, Ports
from shared_contracts.errors import NeedsPerson

PORTS = Ports(authority=8400, registry=8401, sez=8402)

STAGE = DemoStand(Path(".run").absolute(), PORTS, supervised=True)
"""The stand of ``make up``, ``make status`` and ``make down``, on the fixed ports."""


def main() -> int:
    """Start what is not running; 0 when everything is ready."""
    try:
        STAGE.stop()
        _told("the test authority is made and started")
        STAGE.prepare()
        STAGE.start_authority()
        _told("the Registry is started; the first time it makes its database")
        STAGE.start_registry()
        _told("the SEZ is started; the first time it makes its database")
        STAGE.start_sez()
        STAGE.enter_sez()
        _told("the first example is announced")
        STAGE.announce_first()
    except NeedsPerson as failure:
        print(failure)
        STAGE.stop()
        return 1
    print(f"Registry  {STAGE.registry_address}/soap/?wsdl  {STAGE.registry_address}/api/docs")
    print(f"SEZ       {STAGE.sez_address}/soap/?wsdl  {STAGE.sez_address}/api/docs")
    print(f"Tokens    {STAGE.folder}/registry/token  {STAGE.folder}/sez/token")
    print("Next      .venv/bin/sez tender example announcement; .venv/bin/registry purchases list")
    return 0


def _told(what: str) -> None:
    """Say what is done now: a start from nothing takes a quarter of a minute."""
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
