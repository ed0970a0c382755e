"""The SEZ as a whole: it is put together, asked, closed and opened again."""

from dataclasses import replace

import pytest

from sez.app import open_system
from sez.synchronisation.package import PackageFormed
from shared_contracts.messages.document import Environment
from shared_contracts.signing.validation.trust_profile import TrustProfileError
from tests.sez.house import House
from tests.sez.road import answer_lost


@pytest.mark.clause("S216-18.7", "S216-18.2")
def test_a_sez_that_ended_before_the_answer_came_goes_on_with_the_same_bytes(house: House) -> None:
    house.road.accidents.append(answer_lost)
    tender = house.announce_with_files()
    house.send()
    house.system.close()
    house.system = open_system(house.system.settings, house.watch)
    assert house.states(tender) == ["IN_FLIGHT"]
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert len(house.events(PackageFormed)) == 1
    assert len(set(house.road.packages)) == 1
    assert house.recorded_versions() == [(tender, 1)]


def test_certificates_of_the_stand_never_serve_production(house: House) -> None:
    settings = replace(house.system.settings, environment=Environment.PRODUCTION)
    with pytest.raises(TrustProfileError, match="PRODUCTION"):
        open_system(settings)


@pytest.mark.clause("S216-19")
def test_whoever_shows_no_token_is_told_what_is_missing(house: House) -> None:
    with house.program() as program:
        for shown in ("", "Bearer", "Bearer wrong", "Basic wrong", "Bearer é"):
            answer = program.get("/api/v1/outbox", headers={b"authorization": shown.encode()})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json() == {"detail": "a bearer token is needed"}
        put = program.put(f"/files/{'0' * 64}", content=b"x", headers={"authorization": ""})
        assert put.status_code == 401


def test_the_interface_is_described_without_asking_anybody_outside(house: House) -> None:
    with house.program() as program:
        page = program.get("/api/docs", headers={"authorization": ""})
        described = program.get("/api/openapi.json").json()["paths"]
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert "://" not in page.text
    assert "src=" not in page.text
    assert "<link" not in page.text
    assert all(path in page.text for path in described)
    for path, operations in described.items():
        for operation in operations.values():
            assert operation.get("description"), path


@pytest.mark.clause("S216-14", "S216-18.5", "S216-18.6")
def test_the_services_of_the_sez_are_published_where_it_is_reached(house: House) -> None:
    with house.program() as program:
        wsdl = program.get("/soap/?wsdl", headers={"authorization": ""})
        ready = program.get("/readyz").json()
    assert house.system.settings.public_address in wsdl.text
    assert "urn:kz:tru-registry:sez:1" in wsdl.text
    assert "GetCapabilities" in wsdl.text
    assert ready["ready"] is True
    assert {"writer", "position", "follower lag", "signing key"} <= ready["checks"].keys()
