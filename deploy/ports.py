"""The ports of the stand of ``make up``: kept in its folder, where every command finds them."""

import argparse
import socket
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from deploy.stand import Ports
from shared_contracts.errors import BadInput, NeedsPerson

DEFAULT = Ports(authority=8400, registry=8401, sez=8402)
"""What is taken where nothing was chosen."""


def kept(folder: Path) -> Ports:
    """The ports that the stand in ``folder`` was last begun with; ``DEFAULT`` if it never was."""
    path = _file(folder)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ports) if path.exists() else DEFAULT
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        raise BadInput(f"{path}: {problem}; remove it to have the ports {_told(DEFAULT)}") from None


def choose(folder: Path, words: Sequence[str]) -> Ports:
    """The ports by the options in ``words``, else those that were kept; kept from now on.

    ``BadInput`` for one given twice, and for another port of an authority that there is already:
    its certificates name the address at which they are asked about.
    """
    before = kept(folder)
    parser = argparse.ArgumentParser(prog="make up UP=...", description=kept.__doc__)
    for name, port in asdict(before).items():
        parser.add_argument(f"--{name}", type=_port, default=port, metavar="PORT")
    ports = Ports(**vars(parser.parse_args(words)))
    if len(set(asdict(ports).values())) < len(asdict(ports)):
        raise BadInput(f"ports {_told(ports)}: each of the three needs a port of its own")
    if ports.authority != before.authority and (folder / "authority").exists():
        raise BadInput(
            f"--authority {ports.authority}: the certificates in {folder / 'authority'} name port "
            f"{before.authority}; keep it, or remove {folder} with all that is in it"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _file(folder).write_bytes(msgspec.json.encode(ports))
    return ports


def ensure_free(ports: Ports) -> None:
    """``NeedsPerson`` where something else listens on one of them."""
    for name, port in asdict(ports).items():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise NeedsPerson(
                    f"port {port} of the {name} is taken by another program: end that, or choose "
                    f'another port, make up UP="--{name} PORT"'
                )


def _file(folder: Path) -> Path:
    return folder / "ports.json"


def _told(ports: Ports) -> str:
    return ", ".join(f"{name} {port}" for name, port in asdict(ports).items())


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):  # noqa: PLR2004 - TCP
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 1 to 65535")
    return int(text)
