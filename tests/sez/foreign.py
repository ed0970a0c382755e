"""A program of somebody else which posts a package that the SEZ signed but does not send."""

from uuid import UUID

import httpx

from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.sez.systems import BothSystems


def held(systems: BothSystems, example: str = "single-source") -> tuple[UUID, bytes]:
    """A tender of that example, announced, and its package, which nobody here will send."""
    sender, tender = systems.system.sender, systems.announce_with_files(example)
    with sender.forming.holding(tender):
        return tender, sender.forming.form_held(tender)


def posted(systems: BothSystems, package: bytes, version: SoapVersion = SoapVersion.V11) -> bytes:
    """The SOAP answer of the Registry to a package that did not come over the SEZ's link."""
    body = enclose(version, REGISTRY.namespace, "TransferRecords", package)
    headers = {"Content-Type": version.content_type}
    address = f"{systems.link.target}/soap/"
    answer = httpx.post(address, content=body, headers=headers, timeout=20, trust_env=False)
    return answer.content
