"""``make up``: the test authority, the Registry and an SEZ in the background, in ``.run``."""

from pathlib import Path

from deploy.stand import DemoStand, DemoStandFailed, Ports

PORTS = Ports(authority=8400, registry=8401, sez=8402)

STAGE = DemoStand(Path(".run").absolute(), PORTS, supervised=True)
"""The stand of ``make up``, ``make status`` and ``make down``, on the fixed ports."""


def main() -> int:
    """Start what is not running; 0 when everything is ready."""
    try:
        STAGE.stop()
        STAGE.prepare()
        STAGE.start()
        STAGE.announce_first()
    except DemoStandFailed as failure:
        print(failure)
        STAGE.stop()
        return 1
    print(f"Registry  {STAGE.registry_address}/soap/?wsdl  {STAGE.registry_address}/api/docs")
    print(f"SEZ       {STAGE.sez_address}/soap/?wsdl  {STAGE.sez_address}/api/docs")
    print(f"Tokens    {STAGE.folder}/registry/token  {STAGE.folder}/sez/token")
    print("Next      .venv/bin/sez tender example announcement; .venv/bin/registry purchases list")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
