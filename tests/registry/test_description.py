"""The description of the Registry's JSON interface tells what its calls do (S216-11)."""

from importlib.metadata import version

from registry.web import web
from tests.described import shortcomings
from tests.story import Story


def test_the_description_tells_what_every_call_of_the_registry_does(shared: Story) -> None:
    app = web(shared.registry)
    assert shortcomings(app) == []
    described = app.openapi()
    assert described["info"]["version"] == version("tru-registry")
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    paths = described["paths"]
    entry = paths["/api/v1/systems"]["post"]["requestBody"]["content"]["application/json"]
    assert entry["schema"] == {"$ref": "#/components/schemas/RegisterEntry"}
    assert "access_date" in described["components"]["schemas"]["RegisterEntry"]["required"]
    assert "201" in paths["/api/v1/systems"]["post"]["responses"]
    assert "404" in paths["/api/v1/systems/{code}"]["get"]["responses"]
    bytes_of = paths["/api/v1/classifiers/{classifier}"]["post"]["requestBody"]["content"]
    assert list(bytes_of) == ["application/octet-stream"]
