"""The Registry's doors for a SEZ: SOAP, and files beside it (S216-18.5, S216-18.6)."""

from fastapi import APIRouter

from shared_contracts.soap.door import Door, soap_router
from shared_contracts.soap.file_door import FileDoor, file_router

__all__ = ["Door", "FileDoor", "doors"]


def doors(soap: Door, files: FileDoor) -> APIRouter:
    """The routes under ``/soap/`` and ``/files/``."""
    router = APIRouter()
    router.include_router(soap_router(soap))
    router.include_router(file_router(files))
    return router
