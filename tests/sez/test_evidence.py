"""Everything about a tender leaves the SEZ as one file that proves itself."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest
from cryptography.x509 import Certificate, load_pem_x509_certificates

from deploy.verifier.certificates import Answers
from deploy.verifier.checking import PackageCheck
from deploy.verifier.pins import SystemPins
from sez.web import web
from shared_contracts.http.api import bearer_token
from tests.evidence_engines import foreign_verdicts
from tests.sez.systems import BothSystems


def asked(systems: BothSystems, path: str) -> httpx.Response:
    """What the SEZ answers."""
    transport = httpx.ASGITransport(web(systems.system))
    headers = {"Authorization": f"Bearer {bearer_token(systems.system.settings.data)}"}

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://sez", headers=headers
        ) as client:
            return await client.post(path)

    return asyncio.run(ask())


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_tender_leaves_with_all_that_proves_it(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    package = asked(systems, f"/api/v1/evidence/{tender}")
    assert package.status_code == 200, package.text
    assert asked(systems, f"/api/v1/evidence/{tender}").content == package.content
    assert asked(systems, f"/api/v1/evidence/{uuid4()}").status_code == 404
    roots = load_pem_x509_certificates((systems.pki.authority.folder / "ca.pem").read_bytes())
    sez, registry = pin(systems, "sez"), pin(systems, "registry")
    # a SEZ keeps no answers of authorities
    assert told(package.content, roots, SystemPins(sez, registry)) == {("REVOCATION", "NO_ANSWER")}
    alone = told(package.content, roots, SystemPins(sez))
    assert alone == {("REVOCATION", "NO_ANSWER"), ("SIGNER", "REGISTRY_UNNAMED")}
    both = told(package.content, roots, SystemPins(sez | registry))
    assert both == alone  # who signed packages is not believed to be the Registry
    other = told(package.content, roots, SystemPins(registry, sez))
    assert other == {("REVOCATION", "NO_ANSWER"), ("SIGNER", "SIGNER_OTHER")}
    assert set(foreign_verdicts(package.content)) == {"Purchase", "Package", "Receipt"}


def pin(systems: BothSystems, name: str) -> frozenset[str]:
    """The pin of a signer."""
    return frozenset({sha256(systems.pki.signer(name).certificates[0]).hexdigest()})


def told(data: bytes, roots: Sequence[Certificate], pins: SystemPins) -> set[tuple[str, str]]:
    """The steps that did not pass, each with its ground."""
    found = PackageCheck(data, Answers(roots), pins).run()
    return {(one.check, one.ground) for one in found.steps if one.ground}
