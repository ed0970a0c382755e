"""Wires the Registry; the only module that knows all its parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from registry import derived
from registry.admission.admissions import Admissions
from registry.admission.opening import open_admissions
from registry.audits.auditing import Auditing
from registry.classifiers.store import ClassifierStore
from registry.drift.watching import DriftWatch
from registry.exclusions.exclusions import Exclusions
from registry.files.listing import WantedFiles
from registry.findings.hourly_run import HourlyRun
from registry.gauges import gauges, show
from registry.goods import listing as goods_listing
from registry.intake.admitting import open_admission
from registry.intake.asynchronous import Judging
from registry.intake.context import IntakeContext
from registry.intake.gate import IntakeGate
from registry.intake.listed import Listed
from registry.intake.participants import Participants
from registry.intake.pushing import ReceiptPushing
from registry.intake.revocation_queries import RevocationQueries
from registry.intake.verdict_log import RecordingChecker
from registry.intake.workers import Workers
from registry.kinds import KINDS
from registry.messages import listing as messages_listing
from registry.messages.pushes import listing as push_listing
from registry.messages.tickets import listing as tickets_listing
from registry.notices import listing as notices_listing
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing
from registry.records import listing as records_listing
from registry.records.codes import CodedRecord
from registry.settings import RegistrySettings
from registry.sez_logs.watching import SezLogWatch
from registry.soap.outward import open_outward
from registry.strangers.listing import Arrivals, Stray
from registry.systems.register import Register
from registry.timetable import duties
from shared_contracts import astana_time
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import origin
from shared_contracts.event_log.store import Store, open_store
from shared_contracts.faults import Fault
from shared_contracts.files import FileStore
from shared_contracts.process.checkpoints import checkpointer_of
from shared_contracts.process.duties import Watch
from shared_contracts.process.fast_clock import machine_clock
from shared_contracts.process.writer_guard import Guard
from shared_contracts.signing.gost import backends
from shared_contracts.signing.sign import FileSigner, OwnSigner
from shared_contracts.signing.trust import CertificateChecker, ensure_fit_for, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.validation.silent_authorities import Remembering
from shared_contracts.soap.peer import Peer


@dataclass(frozen=True, slots=True)
class RegistrySystem:
    """A Registry at work: its store, its intake, and what runs beside the endpoints."""

    settings: RegistrySettings
    trust: str
    store: Store
    intake: IntakeContext
    register: Register
    classifier_store: ClassifierStore
    files: FileStore
    wanted: WantedFiles
    follower: Follower
    desk: NoticeDesk
    mailing: Mailing
    judging: Judging
    pushing: ReceiptPushing
    audits: Auditing
    sez_logs: SezLogWatch
    drift: DriftWatch
    review: HourlyRun
    admissions: Admissions
    workers: Workers
    guard: Guard
    watch: Watch

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.store.log

    def keep(self, body: bytes, answer: bytes, fault: Fault, peer: Peer) -> None:
        """Keep a body that no operation took, with its answer, within the bounds for strangers."""
        arrived = Stray(body, peer.address, self.intake.clock())
        self.intake.arrivals.keep(arrived, answer, (fault,))

    def close(self) -> None:
        """Let go of the workers and the store; another process may then write to it."""
        self.workers.close()
        self.mailing.notify.close()
        self.store.close()


def open_registry(
    settings: RegistrySettings, clock: Callable[[], datetime] = astana_time.now
) -> RegistrySystem:
    """Open the store, migrate it, and put the parts together.

    Raises what tells why not: settings, trust profile, GOST back end, database, another writer.
    """
    backends.chosen()
    ensure_fit_for(profile := load_profile(settings.trust), settings.environment)
    signer = OwnSigner(FileSigner(settings.key, settings.certificate), machine_clock(clock))
    store = open_store(settings.data, settings.database_url)
    log, files = store.log, FileStore.alone(settings.data / "files")
    follower, wanted = Follower(log, derived.FOLLOWER, derived.apply), WantedFiles(log, clock)
    classifier_store = ClassifierStore(log, settings.environment, clock, partial(_coded, follower))
    register = (admissions := open_admissions(log, settings, clock)).register
    checker = CertificateChecker(profile, fetch := Remembering(HttpFetch(profile.limits)))
    admission = open_admission(settings, RecordingChecker(checker, log), register, admissions.ring)
    gate = IntakeGate(lambda asked: admission.knows(asked, clock()), settings.workers - 1)
    guard, workers = Guard(log), Workers(settings.workers, settings.data / "files", gate)
    context = IntakeContext(
        *(settings.environment, KINDS, log, signer, Exclusions(log, settings.environment, clock)),
        admission=admission,
        gate=gate,
        revocation_queries=RevocationQueries(settings.threads // 2),
        codes=classifier_store.codes,
        examine=workers.examine,
        examine_unopened=workers.examine_unopened,
        examine_large=workers.large.examine,
        size_of=files.size_or_none,
        want=wanted.want,
        listed=Listed(log, follower.catch_up, KINDS),
        participants=Participants(log, settings.environment, KINDS),
        arrivals=Arrivals(log, settings.arrivals_per_peer, settings.arrivals_bytes),
        checkpointer=checkpointer_of(log, origin("registry", settings.environment), signer, clock),
        clock=clock,
    )
    desk, mailing, pushing, audits, logs, drift = open_outward(settings, context, register, checker)
    _prepare(context, wanted, classifier_store, desk)
    review = HourlyRun(desk, mailing.queue.works, follower.catch_up, settings.protocol_days)
    running = (mailing, Judging(context), pushing, audits, logs, drift, review, admissions)
    watch = Watch("registry", duties(context, follower, guard, workers, running))
    show(context, watch, gauges(context, follower, workers, fetch, mailing), *running[4:])
    parts = (settings, profile.name, store, context, register, classifier_store, files, wanted)
    return RegistrySystem(*parts, follower, desk, *running, workers, guard, watch)


def _coded(follower: Follower) -> Iterator[CodedRecord]:
    """All objects on record with their codes of classifiers, as of now."""
    follower.catch_up()
    return chain.from_iterable(kind.codes(follower.log) for kind in KINDS.values())


def _prepare(
    context: IntakeContext, wanted: WantedFiles, classifier_store: ClassifierStore, desk: NoticeDesk
) -> None:
    """Make the views that are not there, read the classifiers and the notices that wait."""
    records_listing.prepare(context.log)
    for kind in context.kinds.values():
        make_views(context.log, kind.schema)
    messages_listing.prepare(context.log)
    goods_listing.prepare(context.log)
    tickets_listing.prepare(context.log)
    push_listing.prepare(context.log)
    wanted.prepare()
    context.arrivals.prepare()
    context.exclusions.load()
    classifier_store.load()
    classifier_store.tell = desk.of_change
    desk.queue.add(notices_listing.queued(context.log, desk.environment, desk.systems()))
