"""``make up``: the test authority, the Registry and an SEZ in the background, in ``.run``.

``UP="--registry 9401 --sez 9402"`` gives them other ports, which are kept in ``.run``.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import ports
from deploy.stand import DemoStand, Ports
from shared_contracts.errors import BadInput, NeedsPerson

FOLDER = Path(".run").absolute()


def stage(chosen: Ports | None = None) -> DemoStand:
    """The stand of ``make up``, ``make status`` and ``make down``, on the ports that it has."""
    return DemoStand(FOLDER, chosen or ports.kept(FOLDER), supervised=True)


def main(words: Sequence[str]) -> int:
    """Start what is not running; 0 when everything is ready."""
    try:
        stage().stop()
        stand = stage(ports.choose(FOLDER, words))
        ports.ensure_free(stand.ports)
    except (BadInput, NeedsPerson) as problem:
        print(problem)
        return 2
    try:
        _begin(stand)
    except NeedsPerson as failure:
        print(failure)
        stand.stop()
        return 1
    print(f"Registry  {stand.registry_address}/soap/?wsdl  {stand.registry_address}/api/docs")
    print(f"SEZ       {stand.sez_address}/soap/?wsdl  {stand.sez_address}/api/docs")
    print(f"Tokens    {stand.folder}/registry/token  {stand.folder}/sez/token")
    if stand.ports != ports.DEFAULT:
        print(f"Commands  export REGISTRY_PUBLIC_ADDRESS={stand.registry_address}")
        print(f"          export SEZ_PUBLIC_ADDRESS={stand.sez_address}")
    print("Next      .venv/bin/sez tender example announcement; .venv/bin/registry purchases list")
    return 0


def _begin(stand: DemoStand) -> None:
    _told("the test authority is made and started")
    stand.prepare()
    stand.start_authority()
    _told("the Registry is started; the first time it makes its database")
    stand.start_registry()
    _told("the SEZ is started; the first time it makes its database")
    stand.start_sez()
    stand.enter_sez()
    _told("the first example is announced")
    stand.announce_first()


def _told(what: str) -> None:
    """Say what is done now: a start from nothing takes a quarter of a minute."""
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
