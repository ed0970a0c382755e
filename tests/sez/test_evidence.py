"""Everything about a tender leaves the SEZ as one file that proves itself."""

import asyncio
from uuid import uuid4

import httpx
import pytest
from cryptography.x509 import load_pem_x509_certificates

from deploy.verifier.certificates import Answers
from deploy.verifier.checking import PackageCheck
from deploy.verifier.steps import StepVerdict
from sez.app import web
from shared_contracts.http.api import bearer_token
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
    found = PackageCheck(package.content, Answers(roots)).run()
    refuted = [one for one in found.steps if one.verdict is StepVerdict.FAILED]
    assert refuted == []
    opened = {one.check for one in found.steps if one.verdict is StepVerdict.INDETERMINATE}
    assert opened == {"REVOCATION"}  # a SEZ keeps no answers of authorities
