"""What has reached the Registry and what has not, since when, with how much of the hour left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Response

from sez.synchronisation import listing, order
from sez.synchronisation.causes import WaitingAsked, causes, first_waiting, retry_all
from sez.synchronisation.committed import NAMED, digest_of
from sez.synchronisation.conditions import Around, condition
from sez.synchronisation.forming import Forming
from sez.synchronisation.receipts import Receipts
from sez.synchronisation.settling import Settling
from sez.synchronisation.voiding import Voiding
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import Absent, BadInput, RefusedByRule
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.http.api import Data, answer, read_json, values_given
from shared_contracts.rules.hour import hour


def router(
    log: EventLog, follower: Follower, clock: Callable[[], datetime], forming: Forming
) -> APIRouter:
    """The routes under ``/api/v1/outbox``."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.get("/api/v1/outbox")
    def outbox() -> Response:
        """All that the Registry has not accepted: state, since when, seconds left, findings."""
        follower.catch_up()
        now = clock()
        return answer({"at": now, "unsynchronised": _all_due(listing.unsynchronised(log), now)})

    @routes.get("/api/v1/outbox/{object_id}")
    def versions(object_id: UUID) -> Response:
        """The versions of one tender, and what became of each."""
        follower.catch_up()
        return answer(_all_due(listing.versions_of(log, object_id), clock()))

    @routes.post("/api/v1/outbox/{object_id}/form")
    def form_again(object_id: UUID) -> Response:
        """Try at once to form a package of what could not be formed: its cause is mended."""
        if not forming.try_again(object_id):
            follower.catch_up()
            if not listing.versions_of(log, object_id):
                raise Absent(f"no tender {object_id} was published")
            raise RefusedByRule(f"tender {object_id}: nothing of it failed to be formed")
        return versions(object_id)

    @routes.get("/api/v1/packages/{message_id}")
    def package(message_id: UUID) -> Response:
        """A package: its number, its attempts, its answer."""
        follower.catch_up()
        row = listing.package(log, message_id)
        if row is None:
            raise Absent(f"no package {message_id}")
        return answer(row)

    @routes.get("/api/v1/packages/{message_id}/package")
    def bytes_sent(message_id: UUID) -> Response:
        """The signed package as it leaves, byte for byte."""
        return _evidence(message_id, "package")

    @routes.get("/api/v1/tickets")
    def tickets(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """The packages that the Registry has under tickets, and what keeps each there."""
        follower.catch_up()
        return answer(listing.ticketed(log, limit))

    @routes.get("/api/v1/packages/{message_id}/ticket")
    def ticket(message_id: UUID) -> Response:
        """The Registry's signed ticket as it came, byte for byte; the newest, if it gave more."""
        return _evidence(message_id, "ticket")

    @routes.get("/api/v1/packages/{message_id}/receipt")
    def receipt(message_id: UUID) -> Response:
        """The Registry's signed receipt as it came, byte for byte."""
        return _evidence(message_id, "receipt")

    @routes.get("/api/v1/packages/{message_id}/void-statement")
    def void_statement(message_id: UUID) -> Response:
        """The signed statement that the package was never sent, byte for byte."""
        return _evidence(message_id, "void-statement")

    @routes.get("/api/v1/packages/{message_id}/void-receipt")
    def void_receipt(message_id: UUID) -> Response:
        """The Registry's signed answer to that statement as it came, byte for byte."""
        return _evidence(message_id, "void-receipt")

    def _all_due(
        rows: Sequence[listing.OutgoingVersionRow], now: datetime
    ) -> list[dict[str, object]]:
        packages = listing.packages(log, {row.message_id for row in rows if row.message_id})
        waiting = {row.object_id for row in rows if row.state == "WAITING"}
        first, others = first_waiting(log, waiting), order.behind(log, waiting)
        unfit = forming.unfit
        told = []
        for row in rows:
            package = packages.get(row.message_id) if row.message_id else None
            own = (unfit.get(row.object_id), first.get(row.object_id))
            around = Around(package, *own, others.get((row.object_id, row.version)))
            told.append(_due(row, package, condition(row, around), now))
        return told

    def _evidence(message_id: UUID, name: str) -> Response:
        follower.catch_up()
        row = listing.package(log, message_id)
        recorded = reversed(log.stream(row.originator_id)) if row else ()
        body = proven_evidence(log, recorded, name, NAMED[name], digest_of(name))
        if body is not None:
            return Response(body, media_type="application/xml")
        raise Absent(f"no {name} beside package {message_id}")

    return routes


class Reasoned(msgspec.Struct, kw_only=True):
    """Why a person stops a package; it is kept."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class RetryAsked(msgspec.Struct, kw_only=True):
    """Packages that wait for which cause, or for any.

    ``after`` and ``until`` are those of the answer before, and go on where it ended.
    """

    cause: str | None = None
    after: UUID | None = None
    until: UUID | None = None


class VoidAsked(msgspec.Struct, kw_only=True):
    """Why a number was never sent; the statement to the Registry says it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


Opened = Callable[[bytes], bytes]
"""Gives the receipt in what somebody received from the Registry."""


def settling(receipts: Receipts, voiding: Voiding, opened: Opened) -> APIRouter:
    """The routes by which a person settles what the sender cannot."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.post("/api/v1/receipts")
    def take(data: Data) -> Response:
        """Take a receipt, or the SOAP answer that held it, which somebody else received."""
        try:
            with values_given():
                message_id = receipts.take(opened(data))
        except NotTheCounterpart as doubt:
            raise BadInput(f"not believed to be the Registry's: {doubt}") from doubt
        voiding.follower.catch_up()
        return answer(listing.package(receipts.log, message_id))

    @routes.post("/api/v1/sequence/{number}/void")
    def void(number: Annotated[int, Path(ge=1, le=2**63 - 1)], data: Data) -> Response:
        """State to the Registry that a number was never sent; its records leave anew."""
        asked = read_json(data, VoidAsked)
        with values_given():
            message_id = voiding.void(number, asked.reason)
        return answer(listing.package(receipts.log, message_id))

    return routes


def deciding(settling: Settling) -> APIRouter:
    """The routes by which a person decides about what cannot be delivered."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.post("/api/v1/packages/{message_id}/retry")
    def retry(message_id: UUID) -> Response:
        """Send what is stopped here or held by the Registry again, or what was refused anew."""
        settling.retry(message_id)
        return answer(settling.shown(message_id))

    @routes.post("/api/v1/packages/{message_id}/stop")
    def stop(message_id: UUID, data: Data) -> Response:
        """Try a package no more; its number can then be closed."""
        asked = read_json(data, Reasoned)
        with values_given():
            settling.stop(message_id, asked.reason)
        return answer(settling.shown(message_id))

    @routes.get("/api/v1/sending/causes")
    def what_waits() -> Response:
        """Why packages wait for a person, and how many for each cause."""
        settling.follower.catch_up()
        return answer(causes(settling.receipts.log))

    @routes.post("/api/v1/sending/retry")
    def retry_waiting(data: Data) -> Response:
        """Let go all that waits for one cause, or for any: some packages in each request."""
        asked = read_json(data, RetryAsked)
        return answer(retry_all(settling, WaitingAsked(asked.cause, asked.after, asked.until)))

    @routes.get("/api/v1/sending")
    def sending() -> Response:
        """Whether packages may leave, and what keeps them."""
        return answer(_sending(settling))

    @routes.post("/api/v1/sending/resume")
    def resume() -> Response:
        """Let packages leave again: why the Registry refused the SEZ itself is mended."""
        settling.resume_sending()
        return answer(_sending(settling))

    return routes


def _due(
    row: listing.OutgoingVersionRow,
    package: listing.PackageRow | None,
    found: Mapping[str, object] | None,
    now: datetime,
) -> dict[str, object]:
    left = (row.formed_at + hour(row.formed_at) - now).total_seconds()
    return {
        "object_id": row.object_id,
        "version": row.version,
        "state": row.state,
        "condition": found,
        "formed_at": row.formed_at,
        "seconds_left": None if row.state == "SYNCHRONISED" else round(left),
        "message_id": row.message_id,
        "attempts": package.attempts if package else None,
        "last_reason": package.last_reason if package else None,
        "detail": package.detail if package else None,
        "next_attempt_at": package.next_attempt_at if package else None,
        "registry_id": row.registry_id,
        "seconds_after_forming": row.seconds,
        "late": row.late,
        "document_hash": row.document_hash,
        "findings": row.findings,
    }


def _sending(settling: Settling) -> dict[str, object]:
    gate = settling.gate
    way: dict[str, object] = msgspec.to_builtins(gate.way, builtin_types=(datetime,))
    return way | {"announced_works": gate.works()}
