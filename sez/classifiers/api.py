"""The copy of the classifiers for those who watch it (S216-17, S216-A2.3.4)."""

from datetime import date

from fastapi import APIRouter, Response

from sez.classifiers.copy import ClassifierCopy
from shared_contracts.classifiers.edition import CLASSIFIERS
from shared_contracts.errors import Absent
from shared_contracts.http.api import answer


def router(copy: ClassifierCopy) -> APIRouter:
    """The routes under ``/api/v1/classifiers``."""
    routes = APIRouter(tags=["classifiers"])

    def shown() -> Response:
        state = copy.state
        return answer(
            {"compared_at": state.compared_at, "stale": copy.is_stale, "editions": state.editions}
        )

    @routes.get("/api/v1/classifiers")
    def copied() -> Response:
        """The editions that were copied from the Registry, and when they were compared with it."""
        return shown()

    @routes.post("/api/v1/classifiers")
    def compare() -> Response:
        """Compare with the Registry now, and copy what is new."""
        copy.refresh()
        return shown()

    @routes.get("/api/v1/classifiers/{classifier}/{code}")
    def entry(classifier: str, code: str, at: date | None = None) -> Response:
        """What a code means on a day, by the edition in force then."""
        day = at or copy.questions.clock().date()
        if classifier not in CLASSIFIERS:
            raise Absent(f"no classifier {classifier}; there are {CLASSIFIERS}")
        found = copy.codes.find(classifier, code, day)
        if found is None or not found.in_force(day):
            edition = copy.codes.edition(classifier, day)
            raise Absent(f"no code {code} in {classifier} {edition}")
        return answer(found)

    return routes
