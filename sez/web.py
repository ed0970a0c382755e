"""The SEZ over HTTP: which routes it has, and what they are wired to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from fastapi import APIRouter, FastAPI

from sez.administration.api import guarded_by
from sez.administration.started import note_start
from sez.app import SezSystem, open_system
from sez.audits import api as audits_page
from sez.audits.answering import AuditAnswers
from sez.audits.audited import AuditedSez
from sez.audits.log_answers import LogAnswers
from sez.audits.object_answering import ObjectAuditAnswers
from sez.audits.stored_files import StoredFiles
from sez.changes import api as changes_page
from sez.classifiers import api as classifiers_page
from sez.encryption import api as encryption_page
from sez.evidence import api as evidence_page
from sez.examples import api as examples_page
from sez.examples.making import Examples
from sez.kinds import KINDS, asking
from sez.notices import api as notices_page
from sez.publication import api as publication_page
from sez.publication.questions import Questions
from sez.publication.uploads import UNDER
from sez.registry_log import api as registry_log_page
from sez.settings import SezSettings
from sez.soap.endpoints import SoapEndpoint, soap_router
from sez.soap.opened import receipt_in
from sez.soap.operations import handlers
from sez.soap.service import sez_service
from sez.synchronisation import api as synchronisation_page
from sez.synchronisation.pushed import PushedReceipts
from sez.time_sync import api as time_page
from sez.time_sync import figures as time_figures
from shared_contracts.event_log.prover import Prover
from shared_contracts.http.api import application, describe
from shared_contracts.messages.asynchronous import PUSH
from shared_contracts.messages.audited_object import AUDIT_OBJECT
from shared_contracts.messages.document import Environment
from shared_contracts.messages.log_proof import GET_CHECKPOINT, GET_PROOF
from shared_contracts.process import health, log_api, steady_clock, tiles
from shared_contracts.process.duties import lifespan
from shared_contracts.process.steady_clock import SteadyClock
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.gost import backends
from shared_contracts.soap.body import BodyLimits
from shared_contracts.soap.file_endpoint import FileEndpoint, file_router
from shared_contracts.soap.services import SEZ
from shared_contracts.xml.codec import Element


def web(system: SezSystem) -> FastAPI:
    """The SEZ over HTTP: SOAP for the Registry, JSON and files for its users' programs."""
    app = exchange(system)
    add_api(app, system)
    return app


def exchange(system: SezSystem) -> FastAPI:
    """What the Registry and machines ask for: SOAP, health and the tiles of the log."""
    settings = system.settings
    app = application("E-procurement system (SEZ)", lifespan(system.watch))
    asked = _asked_by_registry(system)
    soap = SoapEndpoint(
        service=SEZ,
        address=f"{settings.public_address.rstrip('/')}/soap/",
        handle=sez_service(
            handlers(settings.environment, system.signer, system.inbox.take, asked), fault_wording
        ),
        wording=fault_wording,
        executor=ThreadPoolExecutor(2, thread_name_prefix="soap"),
        limits=BodyLimits(seconds=settings.body_timeout),
    )
    app.include_router(soap_router(soap))
    app.include_router(health.router(_checks(system), system.sender.figures.collector))
    app.include_router(tiles.router(Prover(system.checkpointer)))
    return app


def add_api(app: FastAPI, system: SezSystem) -> None:
    """Add what programs of the SEZ's users ask for: JSON and files, behind the token."""
    settings = system.settings
    guarded = guarded_by(system.refused, settings.data)
    files = FileEndpoint(system.files, lambda _sha256: True, fault_wording)
    uploads = system.uploads
    publisher, follower = system.publisher, system.sender.follower
    for routes in (
        file_router(files),
        file_router(FileEndpoint(uploads.store, uploads.wanted, fault_wording), UNDER),
        *(one.router(system.publisher, system.users) for one in KINDS.beside("api")),
        *asking(system.publisher, _questions(system)),
        publication_page.router(system.publisher),
        synchronisation_page.router(system.log, follower, system.clock, system.sender.forming),
        synchronisation_page.settling(system.sender.receipts, system.voiding, receipt_in),
        synchronisation_page.deciding(system.settling),
        *_examples(system),
        changes_page.router(system.changes),
        registry_log_page.router(system.registry_log),
        notices_page.router(system.inbox),
        encryption_page.router(system.keys),
        time_page.router(system.clock, system.compare_clocks),
        classifiers_page.router(system.classifiers),
        *(log_api.router(Prover(system.checkpointer)), audits_page.router(system.log)),
        evidence_page.router(publisher, system.checkpointer, follower.catch_up, settings.data),
    ):
        app.include_router(routes, dependencies=guarded)
    describe(app)


def _asked_by_registry(system: SezSystem) -> Mapping[str, Callable[[Element], bytes]]:
    """What the Registry's audits and questions of the log are answered from (S216-A2.6.2)."""
    told = (system.publisher.owner, system.exchange.counterpart, system.signer, system.clock.stamp)
    own = AuditedSez(system.log, KINDS, *told, system.sender.follower.catch_up)
    audits = AuditAnswers.of(own, StoredFiles(system.files.find))
    objects = ObjectAuditAnswers(own)
    log = LogAnswers(Prover(system.checkpointer), *told)
    pushed = PushedReceipts(system.sender.delivery, system.signer)
    proofs = {GET_CHECKPOINT: log.checkpoint, GET_PROOF: log.proof}
    return {"Audit": audits.answer, AUDIT_OBJECT: objects.answer, PUSH: pushed.take, **proofs}


def _questions(system: SezSystem) -> Questions:
    """What a person of the SEZ asks the Registry."""
    exchange, told = system.exchange, (system.publisher.owner, system.signer)
    return Questions(*told, exchange.counterpart, system.clock.stamp, exchange.transfer)


def _examples(system: SezSystem) -> Sequence[APIRouter]:
    """What is invented is announced on a stand, and never where the law is applied."""
    if system.settings.environment is not Environment.STAND:
        return ()
    kinds = tuple(one.EXAMPLES for one in KINDS.beside("examples"))
    examples = Examples(system.publisher, system.users, system.files, kinds)
    return (examples_page.router(examples, system.sender.forming),)


@contextmanager
def serving(settings: SezSettings) -> Iterator[FastAPI]:
    """The SEZ over HTTP while it is open."""
    with closing(open_system(settings, SteadyClock())) as system:
        note_start(system.log, settings, system.signer, system.clock)
        yield web(system)


def _checks(system: SezSystem) -> health.Checks:
    return {
        "writer": system.guard.check,
        "duties": system.watch.check,
        "position": system.log.last_position,
        "follower lag": lambda: system.sender.follower.lag,
        "signing key": system.signer.in_words,
        "GOST back end": lambda: backends.chosen().name,
        "clock": lambda: steady_clock.in_words(system.clock.own),
        "clock offset": lambda: time_figures.seconds_ahead(system.clock),
        "classifiers": system.classifiers.in_words,
        "sending": lambda: system.sender.gate.way,
        "registry log": system.registry_log.in_words,
        "announced works": system.inbox.works,
        "environment": lambda: system.settings.environment,
    }
