"""The keys of this SEZ over HTTP; no passphrase passes here."""

from fastapi import APIRouter, Response

from sez.encryption.own_keys import OwnKeys
from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.http.api import Data, answer, read_json, values_given


def router(keys: OwnKeys) -> APIRouter:
    """The routes under ``/api/v1/encryption``."""
    routes = APIRouter(tags=["encryption"])

    @routes.get("/api/v1/encryption")
    def listed() -> Response:
        """The installed keys: since when each holds, by which parameters."""
        return answer(keys.shown())

    @routes.post("/api/v1/encryption", status_code=201)
    def install(data: Data) -> Response:
        """Install parameters of a key; its passphrase lies in the data folder before."""
        with values_given():
            wanted = read_json(data, KeyParameters)
        return answer(keys.install(wanted), 201)

    return routes
