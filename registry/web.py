"""The Registry over HTTP: which routes it has, and what they are wired to."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from fastapi import APIRouter, Depends, FastAPI

from registry.admission import api as admission_page
from registry.app import RegistrySystem, open_registry
from registry.audits import api as audits_page
from registry.classifiers import api as classifiers_page
from registry.drift import api as drift_page
from registry.evidence import api as evidence_page
from registry.exclusions import api as exclusions_page
from registry.feed import api as feed_page
from registry.findings import api as findings_page
from registry.goods import api as goods_page
from registry.intake.figures import IntakeFigures
from registry.kinds import KINDS
from registry.messages import api as messages_page
from registry.messages.tickets import api as tickets_page
from registry.notices import api as notices_page
from registry.records import api as records_page
from registry.settings import RegistrySettings
from registry.sez_logs import api as sez_logs_page
from registry.soap.endpoints import FileEndpoint, SoapEndpoint, endpoints
from registry.soap.opened import documents_in
from registry.soap.operations import beforehand, handlers
from registry.soap.service import registry_service
from registry.systems import api as systems_page
from shared_contracts.event_log.prover import Prover
from shared_contracts.faults import Unprocessed
from shared_contracts.http.api import (
    application,
    bearer,
    bearer_token,
    by_whom,
    describe,
    plain_text,
)
from shared_contracts.messages.document import LocalizedText
from shared_contracts.process import health, log_api, steady_clock, tiles
from shared_contracts.process.duties import lifespan
from shared_contracts.process.fast_clock import clock_of
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.gost import backends
from shared_contracts.soap.body import BodyLimits
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.services import REGISTRY


@contextmanager
def serving(settings: RegistrySettings) -> Iterator[FastAPI]:
    """The Registry over HTTP while it is open."""
    clock = clock_of(settings.clock_since, settings.clock_speed)
    with closing(open_registry(settings, clock)) as registry:
        yield web(registry)


def web(registry: RegistrySystem) -> FastAPI:
    """The Registry over HTTP: SOAP and files for systems, JSON for people's programs."""
    app = exchange(registry)
    add_api(app, registry)
    return app


def exchange(registry: RegistrySystem) -> FastAPI:
    """What systems and machines ask for: SOAP, files, health and the tiles of the log."""
    settings = registry.settings
    app = application("Registry of goods, works and services", lifespan(registry.watch))
    wording = _counted(registry.intake.figures)
    files = FileEndpoint(registry.files, registry.wanted.is_wanted, wording)
    soap = SoapEndpoint(
        service=REGISTRY,
        address=f"{settings.public_address.rstrip('/')}/soap/",
        handle=registry_service(
            handlers(registry.intake, registry.classifier_store, files.take),
            wording,
            registry.keep,
            beforehand(registry.intake),
        ),
        wording=wording,
        executor=ThreadPoolExecutor(settings.threads, thread_name_prefix="intake"),
        limits=BodyLimits(seconds=settings.body_timeout),
    )
    app.include_router(endpoints(soap, files))
    app.include_router(health.router(_checks(registry), registry.intake.figures.collector))
    app.include_router(tiles.router(Prover(registry.intake.checkpointer)))
    return app


def add_api(app: FastAPI, registry: RegistrySystem) -> None:
    """Add what people's programs ask for: JSON, behind the token; events name who acts."""
    settings, clock = registry.settings, registry.intake.clock
    token = bearer(bearer_token(settings.data))
    guarded = [Depends(one) for one in (token, plain_text, by_whom)]
    ensure_known = systems_page.ensuring_known(registry.register)
    again = (registry.judging.resume, registry.judging.end, registry.pushing.again)
    for routes in (
        *(one.router(registry.log, ensure_known) for one in KINDS.beside("api")),
        records_page.router(registry.log, ensure_known, registry.mailing.queue.works),
        messages_page.router(registry.log, settings.environment, documents_in, clock, ensure_known),
        systems_page.router(registry.register),
        exclusions_page.router(registry.intake.exclusions),
        classifiers_page.router(registry.classifier_store, clock),
        audits_page.router(registry.audits),
        notices_page.router(registry.desk, registry.mailing, ensure_known),
        findings_page.router(registry.review, ensure_known),
        tickets_page.router(registry.log, *again, ensure_known),
        *_log_pages(registry),
    ):
        app.include_router(routes, dependencies=guarded)
    describe(app)


def _log_pages(registry: RegistrySystem) -> tuple[APIRouter, ...]:
    """Admission, and what is shown of the logs alone: goods, the feed, proofs, evidence."""
    proofs = log_api.router(Prover(registry.intake.checkpointer))
    forming = registry.settings.data / "forming"
    evidence = evidence_page.router(registry.intake, registry.files, forming, documents_in)
    shown = (goods_page.router(registry.log), feed_page.router(registry.log), proofs, evidence)
    by = (registry.intake.signer, registry.intake.admission.checker)
    admission = admission_page.router(registry.admissions, *by)
    watched = (sez_logs_page.router(registry.sez_logs), drift_page.router(registry.drift))
    return admission, *shown, *watched


def _counted(figures: IntakeFigures) -> Wording:
    """The wording of faults; each is worded once, when it is answered, and so it is counted."""

    def wording(refusal: Unprocessed) -> tuple[LocalizedText, LocalizedText]:
        figures.fault(refusal.fault)
        return fault_wording(refusal)

    return wording


def _checks(registry: RegistrySystem) -> health.Checks:
    return {
        "writer": registry.guard.check,
        "duties": registry.watch.check,
        "workers": registry.workers.check,
        "position": registry.log.last_position,
        "follower lag": lambda: registry.follower.lag,
        "signing key": registry.intake.signer.in_words,
        "GOST back end": lambda: backends.chosen().name,
        "trust profile": lambda: registry.trust,
        "environment": lambda: registry.settings.environment,
        "clock": lambda: steady_clock.in_words(registry.intake.clock),
    }
