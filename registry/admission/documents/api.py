"""Documents of an application over HTTP: listed, for programs, as PDF, signed by the parties."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from registry.admission.admissions import Admissions
from registry.admission.believing import Believer
from registry.admission.documents import reading
from registry.admission.documents.case_document import CaseDocument, as_json
from registry.admission.documents.printed import printed
from registry.admission.documents.signatures import Signing
from shared_contracts.evidence_package.container import MIMETYPE
from shared_contracts.http.api import Data, answer, read_json
from shared_contracts.printing.signed import SignableDocument
from shared_contracts.process.fast_clock import machine_clock
from shared_contracts.signing.detached import MOST_BYTES
from shared_contracts.signing.signers import Signer

PATH = "/api/v1/admission/{admission_id}/documents"
Paper = tuple[CaseDocument, SignableDocument]


class PartySignature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The detached CMS of a party over the manifest, in base64, and the body for which it signs."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    signature: Annotated[bytes, msgspec.Meta(max_length=MOST_BYTES)]


def router(admissions: Admissions, signer: Signer, believer: Believer) -> APIRouter:
    """The routes under ``/api/v1/admission/ID/documents``; ``signer`` is the Registry's."""
    routes = APIRouter(tags=["admission"])
    true = machine_clock(admissions.clock)
    signing = Signing(admissions.log, true, signer, believer)

    def paper(admission_id: UUID, name: str) -> Paper:
        told = reading.find(admissions, admission_id, name)
        return told, printed(told, admissions.regulations.get(told.regulation))

    @routes.get(PATH)
    def listed(admission_id: UUID) -> Response:
        """The documents of an application: who signs each, its copies and their delivery."""
        return answer(reading.listed(admissions, admission_id))

    @routes.get(f"{PATH}/{{name}}.pdf")
    def as_pdf(admission_id: UUID, name: str) -> Response:
        """A document as PDF in Kazakh and Russian, with its data attached for programs."""
        return Response(paper(admission_id, name)[1].pdf, media_type="application/pdf")

    @routes.get(f"{PATH}/{{name}}.asice")
    def signed(admission_id: UUID, name: str) -> Response:
        """PDF and data signed by the parties and by the Registry: an ASiC-E container."""
        body = signing.container(*paper(admission_id, name))
        return Response(body, media_type=MIMETYPE.decode())

    @routes.get(f"{PATH}/{{name}}/manifest")
    def manifest(admission_id: UUID, name: str) -> Response:
        """What the next party signs: SHA-256 of PDF and data, and the number of its signature."""
        body = signing.manifest(*paper(admission_id, name))
        return Response(body, media_type="application/xml")

    @routes.get(f"{PATH}/{{name}}/session")
    def session(admission_id: UUID, name: str) -> Response:
        """The signed session of the kit on which a protocol rests, as it was sent."""
        body = reading.session_file(admissions, admission_id, name)
        return Response(body, media_type="application/jose+json")

    @routes.get(f"{PATH}/{{name}}/signatures")
    def signatures(admission_id: UUID, name: str) -> Response:
        """Which parties have signed a document, in their order."""
        return answer(signing.signed(reading.find(admissions, admission_id, name)))

    @routes.post(f"{PATH}/{{name}}/signatures", status_code=201)
    def take(admission_id: UUID, name: str, data: Data) -> Response:
        """Record the signature of a party, made by its own key over the manifest."""
        given = read_json(data, PartySignature)
        told, whole = paper(admission_id, name)
        return answer(signing.take(told, whole, given.body, given.signature), 201)

    @routes.get(f"{PATH}/{{name}}")
    def for_programs(admission_id: UUID, name: str) -> Response:
        """A document for programs; its JSON Schema is published, and it never changes."""
        body = as_json(reading.find(admissions, admission_id, name))
        return Response(body, media_type="application/json")

    return routes
