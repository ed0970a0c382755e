"""Signed documents as OpenSSL sees them: an ASiC-E container, taken apart and verified."""

import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from tests.pki import Pki


def unpacked(container: bytes, folder: Path, pki: Pki) -> list[str]:
    """Take a container apart; the numbers of its signatures as they stand in names, '' first."""
    folder.mkdir(exist_ok=True)
    with ZipFile(BytesIO(container)) as file:
        file.extractall(folder)
    names = ("registry", "person")
    anchors = "".join(pki.authority.chain(name).read_text() for name in names)
    (folder / "anchors.pem").write_text(anchors)
    found = (folder / "META-INF").glob("signature*.p7s")
    return sorted(one.stem.removeprefix("signature") for one in found)


def openssl(folder: Path, number: str) -> int:
    """Exit code of OpenSSL for the signature of that number; 0 where it verifies."""
    command = f"""openssl cms -verify -binary -cades -purpose any -partial_chain -inform DER
        -in META-INF/signature{number}.p7s -content META-INF/ASiCManifest{number}.xml
        -CAfile anchors.pem -out /dev/null"""
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode
