"""Classifiers for those who keep them: editions, a code on a day, the import of a full one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from registry.classifiers.edition import CLASSIFIERS, Edition, EditionRefused
from registry.classifiers.shelf import Shelf
from shared_contracts.api import Data, answer


def router(shelf: Shelf, clock: Callable[[], datetime]) -> APIRouter:
    """The routes under ``/api/v1/classifiers``."""
    routes = APIRouter(tags=["classifiers"])

    @routes.get("/api/v1/classifiers")
    def classifiers() -> Response:
        """All editions of the five classifiers."""
        return answer([_shown(edition) for edition in shelf.codes().editions()])

    @routes.get("/api/v1/classifiers/{classifier}/{code}")
    def entry(classifier: str, code: str, at: date | None = None) -> Response:
        """What a code means on a day, by the edition in force then."""
        day = at or clock().date()
        if classifier not in CLASSIFIERS:
            raise HTTPException(404, f"no classifier {classifier}; there are {CLASSIFIERS}")
        found = shelf.codes().find(classifier, code, day)
        if found is None or not found.in_force(day):
            edition = shelf.codes().edition(classifier, day)
            raise HTTPException(404, f"no code {code} in {classifier} {edition}")
        return answer(found)

    @routes.post("/api/v1/classifiers/{classifier}", status_code=201)
    def take(
        classifier: str,
        data: Data,
        edition: Annotated[str, Query(min_length=1, max_length=200)],
        effective_from: date,
        source: Annotated[str, Query(min_length=1, max_length=200)],
    ) -> Response:
        """Import a full edition: a CSV or workbook in a known layout; `source` is its file name."""
        try:
            taken = shelf.take(classifier, edition, effective_from, source, data)
        except EditionRefused as refusal:
            raise HTTPException(422, str(refusal)) from refusal
        return answer(_shown(taken), 201)

    return routes


def _shown(edition: Edition) -> dict[str, object]:
    return {
        "classifier": edition.classifier,
        "edition": edition.name,
        "effective_from": edition.effective_from,
        "entries": len(edition.entries),
        "sha256": edition.sha256,
    }
