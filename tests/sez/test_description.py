"""The description of the SEZ's JSON interface tells what its calls do (S216-11)."""

from sez.web import web
from tests.described import shortcomings
from tests.sez.systems import BothSystems


def test_the_description_tells_what_every_call_of_the_sez_does(systems: BothSystems) -> None:
    app = web(systems.system)
    assert shortcomings(app) == []
    described = app.openapi()
    change = described["paths"]["/api/v1/tenders/{object_id}/change"]["post"]
    body = change["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Changed"}
    assert {"200", "400", "401", "404", "409", "413", "422", "503"} <= set(change["responses"])
    fields = described["components"]["schemas"]["Changed"]
    assert {"signers", "purchase"} <= set(fields["required"])
