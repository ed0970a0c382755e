"""Documents of an admission: written as PDF and signed by each party, whose key is its own."""

import shutil
import subprocess
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from deploy.authority import StandAuthority
from deploy.story.applying import PATH, Applying
from shared_contracts.astana_time import now
from shared_contracts.errors import Defect
from shared_contracts.signing.cades import sign_detached
from shared_contracts.signing.sign import FileSigner


@dataclass(slots=True)
class Papers:
    """The documents of one application in their folder, numbered as they came about."""

    authority: StandAuthority
    folder: Path
    written: list[str] = field(default_factory=list)
    signatures: int = 0
    """How many signatures of parties were made."""

    def write(self, applying: Applying) -> None:
        """Have each new document signed by its parties, and write it: PDF, data, container."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = f"{PATH}/{applying.id}/documents"
        for one in applying.registry.get(path):
            if one["name"] not in self.written:
                self.written.append(one["name"])
                for signer in one["signers"]:
                    self._sign(applying, f"{path}/{one['name']}", signer["body"])
                self._keep(applying, f"{path}/{one['name']}", one["name"])

    def containers(self) -> list[Path]:
        """The containers that were written."""
        return sorted(self.folder.glob("*.asice"))

    def _sign(self, applying: Applying, path: str, body: str) -> None:
        """As a party signs: it takes the manifest, and gives back a CMS made by its own key."""
        name = applying.keys[body]
        signer = FileSigner(self.authority.key(name), self.authority.chain(name))
        manifest = applying.registry.get_bytes(f"{path}/manifest")
        told = b64encode(sign_detached(manifest, signer, now())).decode()
        applying.registry.post(f"{path}/signatures", {"body": body, "signature": told})
        self.signatures += 1

    def _keep(self, applying: Applying, path: str, name: str) -> None:
        stem = self.folder / f"{len(self.written):02d}-{name}"
        container = stem.with_name(f"{stem.name}.asice")
        container.write_bytes(applying.registry.get_bytes(f"{path}.asice"))
        with ZipFile(container) as file:
            pdf = file.read("document.pdf")
        if pdf != applying.registry.get_bytes(f"{path}.pdf"):
            raise Defect(f"{name} is not the same when it is printed again")
        stem.with_name(f"{stem.name}.pdf").write_bytes(pdf)


def verified_outside(container: Path, root: Path, folder: Path) -> list[bool] | None:
    """Whether OpenSSL verifies each signature of a container; None where there is no OpenSSL."""
    if shutil.which("openssl") is None:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    with ZipFile(container) as file:
        file.extractall(folder)
    found = sorted(folder.glob("META-INF/signature*.p7s"))
    return [_verified(one, root) for one in found]


def _verified(signature: Path, root: Path) -> bool:
    number = signature.stem.removeprefix("signature")
    manifest = signature.with_name(f"ASiCManifest{number}.xml")
    command = (
        *("openssl", "cms", "-verify", "-binary", "-cades", "-purpose", "any", "-inform", "DER"),
        *("-in", str(signature), "-content", str(manifest), "-CAfile", str(root)),
        *("-out", "/dev/null"),
    )
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
