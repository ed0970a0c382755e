"""Documents of an application over HTTP: listed, for programs, as PDF, signed."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry.admission.admissions import Admissions
from registry.admission.documents import reading
from registry.admission.documents.case_document import as_json
from registry.admission.documents.printed import printed
from shared_contracts.evidence_package.container import MIMETYPE
from shared_contracts.http.api import answer
from shared_contracts.printing.signed import SignableDocument
from shared_contracts.signing.signers import Signer

PATH = "/api/v1/admission/{admission_id}/documents"


def router(admissions: Admissions, signer: Signer) -> APIRouter:
    """The routes under ``/api/v1/admission/ID/documents``; ``signer`` is the Registry's."""
    routes = APIRouter(tags=["admission"])

    def paper(admission_id: UUID, name: str) -> SignableDocument:
        told = reading.find(admissions, admission_id, name)
        return printed(told, admissions.regulations.get(told.regulation))

    @routes.get(PATH)
    def listed(admission_id: UUID) -> Response:
        """The documents of an application: who signs each, its copies and their delivery."""
        return answer(reading.listed(admissions, admission_id))

    @routes.get(f"{PATH}/{{name}}.pdf")
    def as_pdf(admission_id: UUID, name: str) -> Response:
        """A document as PDF in Kazakh and Russian, with its data attached for programs."""
        return Response(paper(admission_id, name).pdf, media_type="application/pdf")

    @routes.get(f"{PATH}/{{name}}.asice")
    def signed(admission_id: UUID, name: str) -> Response:
        """PDF and data signed by the Registry: an ASiC-E container."""
        at = reading.find(admissions, admission_id, name).at
        found = paper(admission_id, name)
        body = found.container([found.sign(signer, at)])
        return Response(body, media_type=MIMETYPE.decode())

    @routes.get(f"{PATH}/{{name}}")
    def for_programs(admission_id: UUID, name: str) -> Response:
        """A document for programs; its JSON Schema is published, and it never changes."""
        body = as_json(reading.find(admissions, admission_id, name))
        return Response(body, media_type="application/json")

    return routes
