"""``python -m deploy.authority``: make the test authority, serve it, revoke, write PKCS #12."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.authority import StandAuthority, make, serve
from deploy.authority.pkcs12_files import write_all
from shared_contracts.errors import BadInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 unless the arguments are wrong."""
    given = _parser().parse_args(arguments)
    if given.command == "make":
        authority = make(given.dir, given.port)
        print(f"test authority in {authority.folder}")
    elif given.command == "serve":
        _serve(given.dir, given.port)
    elif given.command == "p12":
        return _write_pkcs12(given.dir, given.password)
    else:
        StandAuthority(given.dir).revoke(given.name)
        print(f"revoked: {given.name}")
    return 0


def _write_pkcs12(folder: Path, password: str) -> int:
    try:
        for written in write_all(folder, password):
            print(written)
    except BadInput as flaw:
        print(flaw, file=sys.stderr)
        return flaw.exit_code
    return 0


def _serve(folder: Path, port: int) -> None:
    server = serve(folder, port)
    print(f"OCSP, CRLs and time stamps on http://127.0.0.1:{server.port}", flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.authority", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("make", "make keys, certificates and the trust profile anew"),
        ("serve", "serve OCSP, CRLs and time stamps on loopback"),
        ("revoke", "revoke a certificate now"),
        ("p12", "write NAME.p12 beside each key that is RSA or P-256"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("--dir", type=Path, required=True, help="the authority's folder")
        if name == "revoke":
            command.add_argument("name", help="whose certificate")
        elif name == "p12":
            command.add_argument("--password", required=True, help="which opens the files")
        else:
            command.add_argument("--port", type=int, required=True, help="port on loopback")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
