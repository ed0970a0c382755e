"""Wires the SEZ; the only module that knows all its parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import APIRouter, FastAPI
from prometheus_client.registry import Collector

from sez.administration.api import guarded_by
from sez.administration.refused_tokens import RefusedTokens
from sez.administration.started import note_start
from sez.audits import api as audits_page
from sez.audits.answering import AuditAnswers
from sez.audits.audited import AuditedSez
from sez.audits.log_answers import LogAnswers
from sez.audits.node_answers import TreeAnswers
from sez.audits.object_answering import ObjectAuditAnswers
from sez.changes import api as changes_page
from sez.changes import figures as changes_figures
from sez.changes.asking import ChangeQuestions
from sez.classifiers import api as classifiers_page
from sez.classifiers.asking import ClassifierQuestions
from sez.classifiers.copy import ClassifierCopy, open_copy
from sez.evidence import api as evidence_page
from sez.examples import api as examples_page
from sez.examples.making import Examples
from sez.gauges import all_gauges
from sez.kinds import KINDS, asking
from sez.notices import api as notices_page
from sez.notices import listing as notices_listing
from sez.notices.inbox import Inbox
from sez.publication import api as publication_page
from sez.publication.publish import DocumentPublisher
from sez.publication.questions import Questions
from sez.publication.signers import Users
from sez.records.owner import Owner
from sez.registry_log import api as registry_log_page
from sez.registry_log import figures as log_figures
from sez.registry_log.watching import LogWatch, open_watch
from sez.settings import SezSettings
from sez.soap.client import Connection, RegistryClient, tls
from sez.soap.counterpart import pinned_registry
from sez.soap.endpoints import SoapEndpoint, soap_router
from sez.soap.exchange import Exchange
from sez.soap.opened import receipt_in
from sez.soap.operations import handlers
from sez.soap.service import sez_service
from sez.synchronisation import api as synchronisation_page
from sez.synchronisation import listing as outbox
from sez.synchronisation import order
from sez.synchronisation.assembly import Assembly
from sez.synchronisation.package_writer import Packer
from sez.synchronisation.pushed import PushedReceipts
from sez.synchronisation.sender import Sender
from sez.synchronisation.settling import Settling
from sez.synchronisation.voiding import Voiding
from sez.time_sync import api as time_page
from sez.time_sync import figures as time_figures
from sez.time_sync.drift import Clock
from sez.timetable import Compared, Hourly, compare_at_once, watch_over
from shared_contracts import astana_time
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.prover import Prover
from shared_contracts.event_log.store import Store, open_store
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.files import FileStore
from shared_contracts.http.api import application, describe
from shared_contracts.http.connections.figures import CLOSED
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PUSH
from shared_contracts.messages.audited_object import AUDIT_OBJECT
from shared_contracts.messages.document import Environment
from shared_contracts.messages.log_proof import GET_CHECKPOINT, GET_PROOF
from shared_contracts.process import health, log_api, steady_clock, tiles
from shared_contracts.process.checkpoints import checkpointer_of
from shared_contracts.process.duties import Watch, lifespan
from shared_contracts.process.steady_clock import SteadyClock
from shared_contracts.process.writer_guard import Guard
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.gost import backends
from shared_contracts.signing.sign import FileSigner, OwnSigner
from shared_contracts.soap.body import BodyLimits
from shared_contracts.soap.file_endpoint import FileEndpoint, file_router
from shared_contracts.soap.services import SEZ
from shared_contracts.xml.codec import Element

TRANSMITTED = tuple(KINDS.values())
"""The kinds of record of this SEZ: with them the topics of all its events are known."""


@dataclass(frozen=True, slots=True)
class SezSystem:
    """A SEZ at work: its store, its publisher, its sender."""

    settings: SezSettings
    store: Store
    clock: Clock
    publisher: DocumentPublisher
    users: Users
    files: FileStore
    sender: Sender
    inbox: Inbox
    exchange: Exchange
    classifiers: ClassifierCopy
    changes: ChangeQuestions
    registry_log: LogWatch
    checkpointer: Checkpointer
    signer: OwnSigner
    refused: RefusedTokens
    guard: Guard
    watch: Watch

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.store.log

    @property
    def voiding(self) -> Voiding:
        """What closes numbers that were never sent."""
        sender = self.sender
        return Voiding(
            sender.receipts, self.exchange, self.signer, self.clock.stamp, sender.follower
        )

    @property
    def settling(self) -> Settling:
        """Where a person decides about what cannot be delivered."""
        return Settling(self.sender.receipts, self.sender.gate, self.sender.follower)

    def compare_clocks(self) -> None:
        """Measure the difference of the clocks, apply it, and write it down (S216-A3.3)."""
        _compare_clocks(self.exchange, self.clock, self.log)

    def close(self) -> None:
        """Let go of the connections and the store."""
        self.exchange.client.close()
        self.store.close()


def open_system(settings: SezSettings, own: Callable[[], datetime] = astana_time.now) -> SezSystem:
    """Open the store, migrate it, and put the parts together.

    Raises what tells the operator why not: settings, trust profile, database, another writer.
    """
    counterpart, clock = pinned_registry(settings), Clock(own)
    signer = OwnSigner(FileSigner(settings.key, settings.certificate), clock)
    connection = Connection(settings.registry, settings.call_timeout, tls(settings))
    exchange = Exchange(RegistryClient(connection), counterpart)
    store = open_store(settings.data, settings.database_url)
    log, files = store.log, FileStore.alone(settings.data / "files")
    owner = Owner(settings.environment, settings.code, settings.conditions)
    outbox.prepare(log)
    inbox = Inbox(log, owner, counterpart, signer, clock, notices_listing.notices(log, owner))
    packer, works = Packer(log, owner, signer, clock.stamp, files.keep), inbox.works
    sender = Assembly(packer, exchange, files.find, clock, settings, works).sender()
    checkpointer, guard = checkpointer_of(log, "sez", settings.environment, signer), Guard(log)
    classifiers = open_copy(log, ClassifierQuestions(owner, counterpart, exchange, signer, clock))
    forming = (owner, signer, clock.stamp, partial(_refused, sender), KINDS, TRANSMITTED[0])
    publisher = DocumentPublisher(log, *forming, classifiers, sender.forming.untouched)
    compare, refused = partial(_compare_clocks, exchange, clock, log), RefusedTokens(log, clock)
    clock.compare = partial(compare_at_once, compare)
    questions = Questions(owner, signer, counterpart, clock.stamp, exchange.transfer)
    changes, watched = (
        ChangeQuestions(log, KINDS, questions, sender.forming, classifiers),
        open_watch(log, questions, sender.receipts.seen),
    )
    asked = (compare, classifiers.refresh, changes.ask, changes.first.ask_due, watched.due)
    watch = watch_over(
        guard, sender, settings.senders, Compared(*asked), Hourly(refused.note, checkpointer.make)
    )
    _show(sender, all_gauges(log, sender, clock, signer, classifiers), watch)
    _show(sender, (*changes_figures.gauges(changes), *log_figures.gauges(watched)), CLOSED)
    parts = (settings, store, clock, publisher, Users(settings.users), files, sender, inbox)
    return SezSystem(
        *parts, exchange, classifiers, changes, watched, checkpointer, signer, refused, guard, watch
    )


def _show(sender: Sender, told: Sequence[health.Gauge], beside: Collector) -> None:
    """Have these figures told beside those of the sender."""
    for one in (health.Gauges(told), beside):
        sender.figures.collector.register(one)


def _compare_clocks(exchange: Exchange, clock: Clock, log: EventLog) -> None:
    _answer, measured = exchange.ask_time(clock.own)
    clock.correct(measured)
    log.append(Commit((Fact(uuid7(), 1, measured),)))


def web(system: SezSystem) -> FastAPI:
    """The SEZ over HTTP: SOAP for the Registry, JSON and files for its users' programs."""
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
    guarded = guarded_by(system.refused, settings.data)
    files = FileEndpoint(system.files, lambda _sha256: True, fault_wording)
    publisher, follower = system.publisher, system.sender.follower
    for routes in (
        file_router(files),
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
        time_page.router(system.clock, system.compare_clocks),
        classifiers_page.router(system.classifiers),
        *(log_api.router(Prover(system.checkpointer)), audits_page.router(system.log)),
        evidence_page.router(publisher, system.checkpointer, follower.catch_up, settings.data),
    ):
        app.include_router(routes, dependencies=guarded)
    describe(app)
    return app


def _asked_by_registry(system: SezSystem) -> Mapping[str, Callable[[Element], bytes]]:
    """What the Registry's audits and questions of the log are answered from (S216-A2.6.2)."""
    told = (system.publisher.owner, system.exchange.counterpart, system.signer, system.clock.stamp)
    own = AuditedSez(system.log, KINDS, *told, system.sender.follower.catch_up)
    audits = AuditAnswers(own, TreeAnswers(system.log, KINDS, told[0]))
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


def _refused(sender: Sender, object_id: UUID, version: int) -> bool:
    sender.follower.catch_up()
    return order.is_left_to_a_person(sender.log, object_id, version)
