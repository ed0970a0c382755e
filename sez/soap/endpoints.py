"""The SEZ's endpoint for the Registry (S216-18.5, S216-18.6)."""

from shared_contracts.soap.endpoint import SoapEndpoint, soap_router

__all__ = ["SoapEndpoint", "soap_router"]
