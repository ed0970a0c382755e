"""The Registry's interfaces in one application: SOAP, files, and JSON for those with the token."""

import re
from datetime import timedelta

import pytest

from registry.app import open_registry
from registry.settings import RegistrySettings
from registry.web import web
from shared_contracts.messages.document import Environment
from shared_contracts.process.steady_clock import SteadyClock
from shared_contracts.signing.trust import TrustProfileError
from shared_contracts.soap.fault import read_fault
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import (
    SoapVersion,
    enclose,
    open_envelope,
    payload_bytes,
    payload_of,
)
from tests import samples
from tests.registry.asking import Asker, asking
from tests.registry.intake.test_accepted import accepted
from tests.story import Clock, Story, content_of, with_real_files

GUARDED = (
    "/api/v1/purchases",
    "/api/v1/purchases/01939b2e-7c00-7abc-8def-0123456789ab",
    "/api/v1/lateness",
    "/api/v1/messages/SEZ01/01939b2e-7c00-7abc-8def-0123456789ab",
    "/api/v1/systems",
    "/api/v1/classifiers",
    "/api/v1/changes",
)


def soap(ask: Asker, package: bytes, version: SoapVersion) -> tuple[int, bytes]:
    """Send a package through the endpoint; the status, and the body that came back."""
    body = enclose(version, REGISTRY.namespace, "TransferRecords", package)
    headers = {"Content-Type": version.content_type}
    response = ask("POST", "/soap/", content=body, headers=headers)
    return response.status_code, response.content


@pytest.mark.clause("S216-19")
@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("shown", [None, "Bearer wrong", "Basic eDp5"])
def test_without_the_token_nothing_is_told(ask: Asker, path: str, shown: str | None) -> None:
    refused = ask("GET", path, headers={"Authorization": shown or ""})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_nul_in_any_parameter_of_any_call_is_refused_in_words(ask: Asker) -> None:
    paths = ask.get("/api/openapi.json")["paths"]
    calls = [(method, path, call) for path in paths for method, call in paths[path].items()]
    told = {}
    for method, path, call in calls:
        for parameter in call.get("parameters", []):
            name = parameter["name"]
            asked = path.replace(f"{{{name}}}", "a%00b")
            asked = re.sub(r"{\w+}", "1", asked)
            query = f"?{name}=a%00b" if parameter["in"] == "query" else ""
            refused = ask(method.upper(), asked + query)
            told[method, path, name] = (refused.status_code, "control" in refused.text)
    assert len(told) >= 20
    assert set(told.values()) == {(422, True)}


@pytest.mark.clause("S216-19")
def test_without_the_token_nothing_is_changed(ask: Asker) -> None:
    for path in ("/api/v1/systems", "/api/v1/checkpoint", "/api/v1/classifiers/MKEI"):
        assert ask("POST", path, headers={"Authorization": ""}).status_code == 401


@pytest.mark.clause("S216-18.5", "S216-A2.1.0", "S216-A2.1.1")
@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_package_goes_in_by_soap_and_the_stored_receipt_comes_out(
    story: Story, ask: Asker, version: SoapVersion
) -> None:
    status, body = soap(ask, package := story.packed(story.tender()), version)
    assert status == 200
    opened = open_envelope(body, None)
    assert (opened.version, opened.operation) == (version, "TransferRecordsResponse")
    receipt = payload_bytes(body, payload_of(opened))
    assert story.read(receipt).result.value == "ACCEPTED"
    assert story.post(package).data == receipt


@pytest.mark.clause("S216-18.5")
def test_files_asked_for_by_a_fault_are_put_beside_it_and_the_package_is_taken(
    story: Story, ask: Asker
) -> None:
    tender = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    package = story.packed(tender)
    put = f"/files/{tender.documents[0].sha256}"
    assert ask("PUT", put, content=content_of(tender.documents[0])).status_code >= 400
    status, body = soap(ask, package, SoapVersion.V12)
    fault = read_fault(open_envelope(body, None))
    assert fault is not None
    assert (status, fault.code) == (500, "FILES_MISSING")
    assert set(fault.hashes) == {file.sha256 for file in tender.documents}
    for file in tender.documents:
        taken = ask("PUT", f"/files/{file.sha256}", content=content_of(file))
        assert taken.status_code in {200, 201}
    assert soap(ask, package, SoapVersion.V12)[0] == 200


@pytest.mark.clause("S216-18.7", "S216-19")
def test_what_is_no_message_is_answered_by_a_fault_and_kept_for_a_while(
    story: Story, ask: Asker
) -> None:
    assert ask("POST", "/soap/", content=b"<x/>").status_code == 500
    query = "SELECT rules, body FROM views.arrivals"
    assert story.registry.log.recorder.select(query, ()) == [(["NOT_SOAP"], b"<x/>")]


def test_the_process_tells_that_it_lives_and_that_it_is_ready(story: Story, ask: Asker) -> None:
    anybody = {"Authorization": ""}
    assert ask("GET", "/healthz", headers=anybody).status_code == 200
    assert ask("GET", "/readyz", headers=anybody).status_code == 200
    accepted(story.tell(story.tender()))
    assert ask("GET", "/api/docs", headers=anybody).status_code == 200


@pytest.mark.clause("S216-18.3", "S216-13c")
def test_a_clock_that_was_moved_makes_nothing_late_and_the_registry_unready(story: Story) -> None:
    settings, clock = story.registry.settings, Clock()
    story.registry.close()
    moved = open_registry(settings, SteadyClock(clock))
    try:
        told = Story(moved, story.pki, clock)
        package = told.packed(told.tender())
        clock.offset = timedelta(hours=3)
        answer = accepted(told.post(package))
        assert answer.receipt.records[0].late is False
        with asking(told) as ask:
            ready = ask("GET", "/readyz")
            assert (ready.status_code, "set it right" in ready.text) == (503, True)
            assert re.search(
                r"registry_clock_moved_seconds 10(799|800)", ask("GET", "/metrics").text
            )
    finally:
        moved.close()


@pytest.mark.clause("S216-19")
def test_the_test_authority_never_serves_production(story: Story) -> None:
    known = story.registry.settings
    wanted = RegistrySettings(
        data=known.data,
        database_url=known.database_url,
        trust=known.trust,
        key=known.key,
        certificate=known.certificate,
        environment=Environment.PRODUCTION,
    )
    with pytest.raises(TrustProfileError, match="PRODUCTION"):
        open_registry(wanted)


def test_the_description_of_the_interface_names_every_route(story: Story) -> None:
    described = web(story.registry).openapi()["paths"]
    assert {"/api/v1/purchases", "/api/v1/changes", "/api/v1/systems"} <= described.keys()
