"""What is not yet synchronised, since when, and how much of the hour is left (S216-18.2)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_of
from tests.sez.link import never_arrives
from tests.sez.systems import BothSystems


@pytest.mark.clause("S216-18.2", "S216-18.3")
def test_the_outbox_tells_how_much_of_the_hour_is_left(systems: BothSystems) -> None:
    systems.link.accidents.extend([never_arrives] * 5)
    tender = systems.announce()
    systems.send()
    with systems.program() as program:
        systems.watch.offset = timedelta(minutes=20)
        [waiting] = program.get("/api/v1/outbox").json()["unsynchronised"]
        assert waiting["object_id"] == str(tender)
        assert waiting["state"] == "IN_FLIGHT"
        assert waiting["seconds_left"] == pytest.approx(2400, abs=30)
        systems.watch.offset = timedelta(minutes=70)
        [late] = program.get("/api/v1/outbox").json()["unsynchronised"]
        assert late["seconds_left"] == pytest.approx(-600, abs=30)
        [package] = [program.get(f"/api/v1/packages/{late['message_id']}").json()]
        assert (package["attempts"], package["last_reason"]) == (1, "UNREACHABLE")


@pytest.mark.clause("S216-18.2", "S216-A2.1.6")
def test_what_was_accepted_leaves_the_outbox_and_keeps_its_receipt(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    systems.send()
    with systems.program() as program:
        assert program.get("/api/v1/outbox").json()["unsynchronised"] == []
        [version] = program.get(f"/api/v1/outbox/{tender}").json()
        assert (version["state"], version["seconds_left"]) == ("SYNCHRONISED", None)
        address = f"/api/v1/packages/{version['message_id']}"
        receipt = program.get(f"{address}/receipt").content
        package = program.get(f"{address}/package").content
    proven = verify_system(schema.parse(receipt))
    assert proven.certificates[0] == systems.pki.signer("registry").certificates[0]
    [body] = systems.link.packages
    travelled = payload_of(open_envelope(body, None), "Package")
    assert verify_system(travelled).canonical_sha256 == (
        verify_system(schema.parse(package)).canonical_sha256
    )
    assert codec.local_name(travelled) == "Package"


def test_a_package_that_nobody_knows_is_not_found(systems: BothSystems) -> None:
    unknown = uuid4()
    with systems.program() as program:
        for part in ("", "/package", "/receipt"):
            answer = program.get(f"/api/v1/packages/{unknown}{part}")
            assert answer.status_code == 404
            assert str(unknown) in answer.json()["detail"]
        assert program.get("/api/v1/packages/17").status_code == 422
