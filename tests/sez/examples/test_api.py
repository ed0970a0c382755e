"""Examples for first steps: announced here, or packed for somebody else to post."""

import dataclasses

import pytest

from sez.tendering.examples import MAKERS
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import Package
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.sez.systems import BothSystems


@pytest.mark.clause("S216-9.1", "S216-A3.1a")
@pytest.mark.parametrize("example", MAKERS)
def test_every_example_is_accepted_by_the_registry(systems: BothSystems, example: str) -> None:
    with systems.program() as program:
        answer = program.post("/api/v1/examples/tenders", json={"example": example})
    assert answer.status_code == 201, answer.text
    systems.send_until(lambda: systems.unsynchronised() == [])
    assert [str(one) for one, _ in systems.recorded_versions()] == [answer.json()["object_id"]]


def test_a_package_for_others_is_signed_and_not_sent(systems: BothSystems) -> None:
    with systems.program() as program:
        answer = program.post("/api/v1/examples/packages", json={"example": "announcement"})
        made = answer.json()
        body = program.get(f"/api/v1/packages/{made['message_id']}/package").content
    assert answer.status_code == 201
    element = schema.parse(body)
    verify_system(element)
    package = codec.read(element, Package)
    assert package.record_count == 1
    assert (str(package.message_id), package.sequence) == (made["message_id"], made["sequence"])
    systems.send()
    assert [version.state for version in systems.unsynchronised()] == ["HELD"]
    assert systems.link.packages == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"example": "surprise"}, "there are announcement, auction, single-source"),
        ({"example": "auction", "signer": "nobody"}, "no user 'nobody' signs here"),
        ({}, "missing required field `example`"),
    ],
)
def test_what_there_is_not_is_told(systems: BothSystems, body: dict[str, str], told: str) -> None:
    with systems.program() as program:
        for address in ("/api/v1/examples/tenders", "/api/v1/examples/packages"):
            answer = program.post(address, json=body)
            assert answer.status_code == 422
            assert told in answer.json()["detail"]


def test_where_the_law_is_applied_no_example_is_announced(systems: BothSystems) -> None:
    stand = systems.system
    settings = dataclasses.replace(stand.settings, environment=Environment.PRODUCTION)
    systems.system = dataclasses.replace(stand, settings=settings)
    try:
        with systems.program() as program:
            for what in ("tenders", "packages"):
                answer = program.post(f"/api/v1/examples/{what}", json={"example": "announcement"})
                assert answer.status_code == 404
            described = program.get("/api/openapi.json").json()["paths"]
    finally:
        systems.system = stand
    assert not [path for path in described if "examples" in path]
    assert systems.unsynchronised() == []


def test_an_example_that_may_not_be_signed_so_is_refused_with_its_findings(
    systems: BothSystems,
) -> None:
    with systems.program() as program:
        asked = {"example": "announcement", "signer": "customer1-employee"}
        answer = program.post("/api/v1/examples/tenders", json=asked)
    [finding] = answer.json()["detail"]["findings"]
    assert (answer.status_code, finding["rule_id"]) == (422, "C-06")
    assert finding["text"]["kk"]
