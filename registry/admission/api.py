"""Applications for synchronisation over HTTP: filed, taken step by step, shown with their terms."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from registry.admission.admissions import Admissions, short
from registry.admission.asked import ConcludeStage
from registry.admission.believing import Believer
from registry.admission.documents import api as documents
from registry.admission.encrypting import WantedKey, announce, announced
from registry.admission.inspecting import api as inspecting
from registry.admission.inspecting.inspections import Inspections
from registry.admission.inventory_versions import inventories
from registry.admission.sessions import prove
from registry.admission.wanted import (
    AskedStep,
    WantedConclusion,
    WantedFiling,
)
from registry.records.api import Limit
from registry.records.history import moment_given
from shared_contracts.calendar.terms import MOST, TermLength, TermUnit, count
from shared_contracts.errors import BadInput
from shared_contracts.http.api import Data, answer, read_json, values_given
from shared_contracts.process.fast_clock import machine_clock
from shared_contracts.signing.signers import Signer

FORM_BYTES = 1024 * 1024
"""Most bytes of an application: it is printed, and attached to its print."""
EVENTS = 200
"""Most events of an application that are shown at once."""


def router(admissions: Admissions, signer: Signer, believer: Believer) -> APIRouter:
    """The routes under ``/api/v1/admission`` and ``/api/v1/calendar``; events name who acts."""
    routes = APIRouter(tags=["admission"])
    routes.include_router(documents.router(admissions, signer, believer))
    routes.include_router(inspecting.router(Inspections(admissions)))
    true = machine_clock(admissions.clock)

    @routes.get("/api/v1/admission")
    def listed(after: UUID | None = None, limit: Limit = 100) -> Response:
        """Applications in the order of their filing; `after` is the last id of the page before."""
        return answer([short(one) for one in admissions.page(after, limit)])

    @routes.post("/api/v1/admission", status_code=201)
    def file(data: Data) -> Response:
        """File an application: the regulation of today holds for it for ever.

        The answer names what it lacks, each with clause and cure.
        """
        if len(data) > FORM_BYTES:
            raise BadInput(f"form: {len(data)} bytes, and at most {FORM_BYTES} are taken")
        with values_given():
            wanted = read_json(data, WantedFiling)
        return answer(admissions.file(wanted.form, wanted.previous), 201)

    @routes.get("/api/v1/admission/regulations")
    def laws() -> Response:
        """The regulations as data: steps, documents, terms, copies, clauses, readings."""
        return answer(admissions.regulations.all)

    @routes.get("/api/v1/admission/{admission_id}")
    def shown(admission_id: UUID) -> Response:
        """An application with all that became of it."""
        return answer(admissions.find(admission_id))

    @routes.post("/api/v1/admission/{admission_id}/steps")
    def step(admission_id: UUID, data: Data) -> Response:
        """Take a step of the regulation; `kind` says which, from NOTIFY to STOP.

        A `session` that comes with CONCLUDE is proven first: its seal, and who signed it.
        """
        with values_given():
            wanted = read_json(data, AskedStep)
        file = wanted.step.session if isinstance(wanted.step, WantedConclusion) else None
        command = wanted.step.command()
        if file is not None and isinstance(command, ConcludeStage):
            command = replace(command, session=prove(file, believer, true()))
        return answer(admissions.ask(admission_id, command))

    @routes.get("/api/v1/admission/{admission_id}/terms")
    def terms(admission_id: UUID) -> Response:
        """The terms of an application: every counted and skipped day, who acts, how it stands."""
        return answer(admissions.terms(admission_id))

    @routes.get("/api/v1/admission/{admission_id}/inventory")
    def inventory(admission_id: UUID) -> Response:
        """The inventory in force, those before, and the one that waits for its decision."""
        return answer(inventories(admissions, admission_id))

    @routes.get("/api/v1/admission/{admission_id}/events")
    def events(admission_id: UUID, after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> Response:
        """What happened to an application, each event under its number, with its clause."""
        return answer(admissions.history(admission_id, after, EVENTS))

    @routes.get("/api/v1/encryption/{code}")
    def keys(code: str) -> Response:
        """The keys of a system: since when each holds, by which parameters; no passphrase."""
        return answer(announced(admissions, code))

    @routes.get("/api/v1/encryption/{code}/{number}")
    def key(code: str, number: Annotated[int, Path(ge=1, le=1_000_000)]) -> Response:
        """The parameters of a key as its system is given them (S95-15.1b)."""
        return answer(admissions.ring.find(code, number))

    @routes.post("/api/v1/encryption/{code}", status_code=201)
    def announce_key(code: str, data: Data) -> Response:
        """Announce a key of a system; its passphrase is formed here and kept in the data folder."""
        with values_given():
            wanted = read_json(data, WantedKey)
        return answer(announce(admissions, code, wanted), 201)

    @routes.get("/api/v1/calendar/editions/{number}")
    def edition(number: Annotated[int, Path(ge=0, le=10_000)]) -> Response:
        """An edition of the calendar of working days with its sources."""
        return answer(admissions.calendar.edition(number))

    @routes.get("/api/v1/calendar/term")
    def term(
        since: Annotated[str, Query(json_schema_extra={"format": "date-time"})],
        number: Annotated[int, Query(ge=1, le=MOST)],
        unit: TermUnit = TermUnit.WORKING_DAYS,
    ) -> Response:
        """Count a term from a moment with offset: every day with its reason; none for hours."""
        newest = admissions.calendar.newest
        return answer(count(TermLength(number, unit), moment_given("since", since), newest))

    return routes
