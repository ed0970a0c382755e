"""Classifiers for those who keep them: editions, a code on a day, the import of a full one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from registry.classifiers.importer import Offered, Wish
from registry.classifiers.store import ClassifierStore, Taken
from shared_contracts.classifiers.edition import CLASSIFIERS, Edition
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, answer, read_json

SHOWN = 2000
"""How many of the codes that fall away an answer names."""


class EditionWithdrawal(msgspec.Struct, kw_only=True):
    """Which edition is asked no more, and why; ``replace``: codes may fall away with it."""

    edition: str
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    check: bool = False
    replace: bool = False


def router(classifier_store: ClassifierStore, clock: Callable[[], datetime]) -> APIRouter:
    """The routes under ``/api/v1/classifiers``."""
    routes = APIRouter(tags=["classifiers"])

    @routes.get("/api/v1/classifiers")
    def classifiers() -> Response:
        """All editions of the five classifiers, those that were withdrawn included."""
        asked = [_shown(edition) for edition in classifier_store.codes().editions()]
        return answer(asked + [_shown(one, withdrawn=True) for one in classifier_store.withdrawn()])

    @routes.get("/api/v1/classifiers/{classifier}/{code}")
    def entry(classifier: str, code: str, at: date | None = None) -> Response:
        """What a code means on a day, by the edition in force then."""
        day = at or clock().date()
        if classifier not in CLASSIFIERS:
            raise Absent(f"no classifier {classifier}; there are {CLASSIFIERS}")
        found = classifier_store.codes().find(classifier, code, day)
        if found is None or not found.in_force(day):
            edition = classifier_store.codes().edition(classifier, day)
            raise Absent(f"no code {code} in {classifier} {edition}")
        return answer(found)

    @routes.post("/api/v1/classifiers/{classifier}", status_code=201)
    def take(  # noqa: PLR0913  # what the file cannot tell of itself
        classifier: str,
        data: Data,
        edition: Annotated[str, Query(min_length=1, max_length=200)],
        effective_from: date,
        source: Annotated[str, Query(min_length=1, max_length=200)],
        *,
        supplement: bool = False,
        check: bool = False,
        replace: bool = False,
    ) -> Response:
        """Import an edition: a CSV or workbook in a known layout; `source` is its file name.

        A `supplement` adds codes to the edition in force. With `check` nothing is recorded and the
        answer tells which codes would fall away (`fallen_codes`), and which of purchases on record
        are among what would be refused, with the numbers of the first few (`in_use_codes`); that
        they may is confirmed by `replace`. The status is 201 if the edition was recorded, 200 if
        not.
        """
        wish = Wish(check=check, replace=replace)
        offered = Offered(edition, effective_from, source, data, supplement, wish)
        return _done(classifier_store.take(classifier, offered), 201)

    @routes.post("/api/v1/classifiers/{classifier}/withdrawal")
    def withdraw(classifier: str, data: Data) -> Response:
        """Ask an imported edition no more; what it judged stands, and its rows stay on record."""
        asked = read_json(data, EditionWithdrawal)
        wish = Wish(check=asked.check, replace=asked.replace)
        return _done(classifier_store.withdraw(classifier, asked.edition, asked.reason, wish))

    return routes


def _done(taken: Taken, status: int = 200) -> Response:
    told = _shown(taken.edition) | {
        "recorded": taken.recorded,
        "fallen": len(taken.fallen),
        "fallen_codes": taken.fallen[:SHOWN],
        "in_use": len(taken.in_use),
        "in_use_codes": taken.in_use[:SHOWN],
    }
    return answer(told, status if taken.recorded else 200)


def _shown(edition: Edition, *, withdrawn: bool = False) -> dict[str, object]:
    return {
        "classifier": edition.classifier,
        "edition": edition.name,
        "effective_from": edition.effective_from,
        "supplement": edition.supplement,
        "withdrawn": withdrawn,
        "source": edition.source,
        "entries": len(edition.entries),
        "sha256": edition.sha256,
    }
