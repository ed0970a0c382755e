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
from registry.purchases.purchase import PurchaseAnnounced
from sez.web import web
from shared_contracts.http.api import bearer_token
from tests.evidence_engines import foreign_verdicts
from tests.on_demand import registry_app
from tests.serving import serving
from tests.sez.synchronisation.test_pushed import Pushed, pushed
from tests.sez.systems import BothSystems

__all__ = ["pushed"]  # a fixture


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
    absent = asked(systems, f"/api/v1/evidence/{uuid4()}")
    assert (absent.status_code, "object_id that it gave" in absent.text) == (404, True)
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


@pytest.mark.clause("S216-18.1", "S216-12a", "S216-13b")
def test_a_ticket_and_the_word_that_a_receipt_is_kept_leave_with_the_object_on_both_sides(
    pushed: Pushed,
) -> None:
    systems = pushed.systems
    pushed.judged()
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")
    roots = load_pem_x509_certificates((systems.pki.authority.folder / "ca.pem").read_bytes())
    sez, registry = pin(systems, "sez"), pin(systems, "registry")
    [recorded] = pushed.events(PurchaseAnnounced)
    own = asked(systems, f"/api/v1/evidence/{recorded.header.object_id}").content
    theirs = of_registry(systems, recorded.registry_id).content
    wrong_id = of_registry(systems, recorded.header.object_id)
    assert (wrong_id.status_code, "not the object_id of a SEZ" in wrong_id.text) == (404, True)
    for package, pins, open_ in (
        (own, SystemPins(sez, registry), {("REVOCATION", "NO_ANSWER")}),
        (theirs, SystemPins(registry), set()),
    ):
        assert told(package, roots, pins) == open_
        steps = PackageCheck(package, Answers(roots), pins).run().steps
        found = {one.check for one in steps}
        assert {"MESSAGE_TICKET", "TICKETED", "MESSAGE_ACKNOWLEDGEMENT", "ACKNOWLEDGED"} <= found
    wrong = told(own, roots, SystemPins(sez, pin(systems, "customer1-head")))
    assert ("SIGNER", "SIGNER_OTHER") in wrong


def of_registry(systems: BothSystems, registry_id: object) -> httpx.Response:
    """What the Registry answers to who wants its package about an object."""
    headers = {"Authorization": f"Bearer {bearer_token(systems.registry.settings.data)}"}
    with serving(registry_app(systems.registry)) as address:
        path = f"{address}/api/v1/evidence/{registry_id}"
        return httpx.post(path, headers=headers, timeout=60)


def pin(systems: BothSystems, name: str) -> frozenset[str]:
    """The pin of a signer."""
    return frozenset({sha256(systems.pki.signer(name).certificates[0]).hexdigest()})


def told(data: bytes, roots: Sequence[Certificate], pins: SystemPins) -> set[tuple[str, str]]:
    """The steps that did not pass, each with its ground."""
    found = PackageCheck(data, Answers(roots), pins).run()
    return {(one.check, one.ground) for one in found.steps if one.ground}
