"""Wires the SEZ; the only module that knows all its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from prometheus_client.registry import Collector

from sez.administration.refused_tokens import RefusedTokens
from sez.changes import figures as changes_figures
from sez.changes.asking import ChangeQuestions
from sez.classifiers.asking import ClassifierQuestions
from sez.classifiers.copy import ClassifierCopy, open_copy
from sez.encryption.own_keys import OwnKeys
from sez.gauges import all_gauges
from sez.kinds import KINDS
from sez.notices import listing as notices_listing
from sez.notices.inbox import Inbox
from sez.publication.large_process import LargeProcess
from sez.publication.publisher import DocumentPublisher
from sez.publication.questions import Questions
from sez.publication.signers import Users
from sez.publication.uploads import UploadedSources
from sez.records.owner import Owner
from sez.registry_log import figures as log_figures
from sez.registry_log.watching import LogWatch, open_watch
from sez.settings import SezSettings
from sez.soap.client import Connection, RegistryClient, tls
from sez.soap.counterpart import pinned_registry
from sez.soap.exchange import Exchange
from sez.synchronisation import listing as outbox
from sez.synchronisation import order
from sez.synchronisation.assembly import Assembly
from sez.synchronisation.package_writer import Packer
from sez.synchronisation.sender import Sender
from sez.synchronisation.settling import Settling
from sez.synchronisation.voiding import Voiding
from sez.time_sync.drift import Clock
from sez.timetable import Compared, Hourly, compare_at_once, watch_over
from shared_contracts import astana_time
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.errors import Defect
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import origin
from shared_contracts.event_log.store import Store, open_store
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.files import FileStore
from shared_contracts.http.connections.figures import CLOSED
from shared_contracts.identifiers import uuid7
from shared_contracts.process import health
from shared_contracts.process.checkpoints import checkpointer_of
from shared_contracts.process.duties import Watch
from shared_contracts.process.writer_guard import Guard
from shared_contracts.signing.sign import FileSigner, OwnSigner

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
    keys: OwnKeys
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
    def uploads(self) -> UploadedSources:
        """What was uploaded to be formed."""
        large = self.publisher.large
        if large is None:
            raise Defect("this SEZ was opened without a process for large documents")
        return large.uploads

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
    store = open_store(settings.data, settings.database_url)
    log, files = store.log, FileStore.alone(settings.data / "files")
    exchange = Exchange(_client(settings, keys := _keys(settings, log, clock)), counterpart)
    owner = Owner(settings.environment, settings.code, settings.conditions)
    outbox.prepare(log)
    inbox = Inbox(log, owner, counterpart, signer, clock, notices_listing.notices(log, owner))
    packer, works = Packer(log, owner, signer, clock.stamp, files.keep), inbox.works
    sender = Assembly(packer, exchange, files.find, clock, settings, works).sender()
    checkpointer, guard = (
        checkpointer_of(log, origin("sez", settings.environment), signer, clock),
        Guard(log),
    )
    classifiers = open_copy(log, ClassifierQuestions(owner, counterpart, exchange, signer, clock))
    forming = (owner, signer, clock.stamp, partial(_refused, sender), KINDS, TRANSMITTED[0])
    publisher = DocumentPublisher(
        *(log, *forming, classifiers, sender.forming.untouched),
        large := _large(settings, files, own),
    )
    compare, refused = partial(_compare_clocks, exchange, clock, log), RefusedTokens(log, clock)
    clock.compare = partial(compare_at_once, compare)
    questions = Questions(owner, signer, counterpart, clock.stamp, exchange.transfer)
    changes, watched = (
        ChangeQuestions(log, KINDS, questions, sender.forming, classifiers),
        open_watch(log, questions, sender.receipts.seen),
    )
    asked = (compare, classifiers.refresh, changes.ask, changes.first.ask_due, watched.due)
    watch = watch_over(
        *(guard, sender, settings.senders, Compared(*asked)),
        Hourly(refused.note, checkpointer.make, large.uploads.sweep),
    )
    _show(sender, all_gauges(log, sender, clock, signer, classifiers), watch)
    _show(sender, _figures(changes, watched, large.uploads), CLOSED)
    parts = (settings, store, clock, publisher, Users(settings.users), files, sender, inbox)
    rest = (classifiers, changes, watched, checkpointer, signer, refused, guard, watch)
    return SezSystem(*parts, exchange, keys, *rest)


def _figures(
    changes: ChangeQuestions, watched: LogWatch, uploads: UploadedSources
) -> Sequence[health.Gauge]:
    """What is told of what is asked of the Registry, and of what was uploaded."""
    return (*changes_figures.gauges(changes), *log_figures.gauges(watched), *uploads.gauges())


def _large(settings: SezSettings, files: FileStore, own: Callable[[], datetime]) -> LargeProcess:
    uploads = UploadedSources(FileStore.alone(settings.data / "uploads"), own)
    return LargeProcess(files, settings.users, uploads)


def _keys(settings: SezSettings, log: EventLog, clock: Clock) -> OwnKeys:
    held = HeldKeys(settings.data / "encryption")
    return OwnKeys(log, settings.environment, settings.code, clock, held).load()


def _client(settings: SezSettings, keys: OwnKeys) -> RegistryClient:
    """The Registry, to which data leaves enciphered while a key is in force."""
    to = (settings.registry, settings.call_timeout, tls(settings))
    return RegistryClient(Connection(*to, seal=keys.seal))


def _show(sender: Sender, told: Sequence[health.Gauge], beside: Collector) -> None:
    """Have these figures told beside those of the sender."""
    for one in (health.Gauges(told), beside):
        sender.figures.collector.register(one)


def _compare_clocks(exchange: Exchange, clock: Clock, log: EventLog) -> None:
    _answer, measured = exchange.ask_time(clock.own)
    clock.correct(measured)
    log.append(Commit((Fact(uuid7(), 1, measured),)))


def _refused(sender: Sender, object_id: UUID, version: int) -> bool:
    sender.follower.catch_up()
    return order.is_left_to_a_person(sender.log, object_id, version)
