"""Posting packages by hand, as any client could that has read the WSDL."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from deploy.story.player import Player
from sez.soap.client import Connection, RegistryClient, RemoteFault
from shared_contracts.xml.envelope import SoapVersion


def post_again(player: Player, message_id: str) -> Iterator[tuple[str, bytes]]:
    """Post a package of the SEZ once more over both SOAP versions; version and answer."""
    package = player.stage.sez.get_bytes(f"/api/v1/packages/{message_id}/package")
    with closing(RegistryClient(Connection(player.stage.registry_address))) as client:
        for name, version in (("1.1", SoapVersion.V11), ("1.2", SoapVersion.V12)):
            yield name, client.transfer(package, version)


def post_with_files(player: Player, package: bytes, files: Path) -> bytes:
    """Post a package, sending first whatever files the Registry asks for; the receipt."""
    with closing(RegistryClient(Connection(player.stage.registry_address))) as client:
        try:
            return client.transfer(package)
        except RemoteFault as fault:
            if fault.code != "FILES_MISSING":
                raise
            for sha256 in fault.hashes:
                client.put_file(sha256, files / sha256)
        return client.transfer(package)
