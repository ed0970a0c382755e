"""Two processes over HTTPS: the SEZ shows its TLS certificate, the Registry compares it."""

import hashlib
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.authority.identities import SEZ_OPERATOR, SEZ_SYSTEM
from deploy.stand import _script
from tests.journeys.stand import Stand, running_stand, until
from tests.pki import Pki
from tests.postgres import Databases
from tests.tls import certify

STARTING = 90.0
"""Seconds within which a process is ready."""


def pin(certificate: Path) -> str:
    """SHA-256 over the DER form of a certificate."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()


@dataclass(frozen=True)
class Secured:
    """A Registry over HTTPS, and the settings with which it is reached."""

    stand: Stand
    reach: dict[str, str]

    def ask(self, *words: str) -> str:
        """What a command of the Registry prints, asked over HTTPS."""
        told = self.stand.command("registry", *words, **self.reach)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def announce(self, shown: str, wanted: str) -> dict[str, Any]:
        """What the outbox of a SEZ that shows this certificate tells, once a tender is so."""
        files = {"KEY": f"{shown}.key.pem", "CERTIFICATE": f"{shown}.pem"}
        paths = {
            f"SEZ_CLIENT_{what}": str(self.stand.folder / file) for what, file in files.items()
        }
        sez = replace(self.stand, sez_changes={**self.stand.sez_changes, **self.reach, **paths})
        sez.start_sez()
        tender = str(sez.sez.post("/api/v1/examples/tenders", {"example": "auction"})["object_id"])

        def look() -> dict[str, Any] | None:
            row: dict[str, Any] = sez.sez.get(f"/api/v1/outbox/{tender}")[0]
            return row if row["state"] == wanted else None

        seen = until(look)
        sez.terminate("sez")
        return seen


@contextmanager
def secured(pki: Pki, folder: Path, databases: Databases) -> Iterator[Secured]:
    """A Registry over HTTPS that asks for certificates, and the SEZ's settings to reach it."""
    key, certificate = certify(folder, "registry-tls")
    shown = [certify(folder, name)[1] for name in ("first", "second")]
    believed = folder / "clients.pem"
    believed.write_text("".join(one.read_text() for one in shown))
    with running_stand(pki, folder, databases) as stand:
        address = stand.registry_address.replace("http:", "https:")
        ours = {
            "REGISTRY_PUBLIC_ADDRESS": address,
            "REGISTRY_TLS_KEY": str(key),
            "REGISTRY_TLS_CERTIFICATE": str(certificate),
            "REGISTRY_TLS_CLIENT_CA": str(believed),
        }
        stand._start(
            "registry", (_script("registry"), "serve"), stand.registry_environment() | ours
        )
        context = ssl.create_default_context(cafile=str(certificate))
        until(lambda: _is_ready(address, context), STARTING)
        yield Secured(stand, ours | {"SEZ_REGISTRY": address, "SEZ_REGISTRY_CA": str(certificate)})


def _is_ready(address: str, context: ssl.SSLContext) -> bool | None:
    try:
        return httpx.get(f"{address}/readyz", verify=context, trust_env=False).is_success or None
    except httpx.HTTPError:
        return None


@pytest.mark.clause("S216-19", "S216-18.6")
def test_the_registry_takes_from_a_sez_what_comes_with_the_certificate_on_record_and_no_other(
    pki: Pki, tmp_path: Path, databases: Databases
) -> None:
    with secured(pki, tmp_path, databases) as registry:
        entry = ("sez", "add", "SEZ01", SEZ_OPERATOR.name, "--bin", SEZ_OPERATOR.bin)
        of = ("--uid", SEZ_SYSTEM[0], "--access-date", "2020-01-01", "--conditions", "2")
        registry.ask(*entry, *of, "--tls-certificate", pin(tmp_path / "first.pem"))
        taken = registry.announce("first", "SYNCHRONISED")
        refused = registry.announce("second", "REFUSED")
        [finding] = refused["findings"]
        assert (finding["rule_id"], finding["value"]) == ("I-15", pin(tmp_path / "second.pem"))
        listed = json.loads(registry.ask("purchases", "list", "--json"))
        assert [one["object_id"] for one in listed] == [taken["object_id"]]
