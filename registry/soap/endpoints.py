"""The Registry's endpoints for a SEZ: SOAP, and files beside it (S216-18.5, S216-18.6)."""

from fastapi import APIRouter

from shared_contracts.soap.endpoint import SoapEndpoint, soap_router
from shared_contracts.soap.file_endpoint import FileEndpoint, file_router

__all__ = ["FileEndpoint", "SoapEndpoint", "endpoints"]


def endpoints(soap: SoapEndpoint, files: FileEndpoint) -> APIRouter:
    """The routes under ``/soap/`` and ``/files/``."""
    router = APIRouter()
    router.include_router(soap_router(soap))
    router.include_router(file_router(files))
    return router
