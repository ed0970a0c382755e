"""That this SEZ was started, and with what (S216-9.6)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version

from sez.settings import SezSettings
from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.signing.signers import Signer


@topic("system-started.1")
class SystemStarted(Event, frozen=True, kw_only=True):
    """The program began to work on its store, with the settings that say what it does.

    ``certificate_sha256`` is of its own certificate, ``trust_sha256`` of the trust profile.
    """

    software: str
    environment: Environment
    sez_code: str
    conditions: int
    certificate_sha256: str
    trust_sha256: str
    registry: str
    registry_bin: str
    public_address: str
    started_at: datetime


def note_start(
    log: EventLog, settings: SezSettings, signer: Signer, clock: Callable[[], datetime]
) -> None:
    """Write down that it was started."""
    started = SystemStarted(
        software=version("tru-registry"),
        environment=settings.environment,
        sez_code=settings.code,
        conditions=settings.conditions,
        certificate_sha256=hashlib.sha256(signer.certificates[0]).hexdigest(),
        trust_sha256=hashlib.sha256(settings.trust.read_bytes()).hexdigest(),
        registry=settings.registry,
        registry_bin=settings.registry_bin,
        public_address=settings.public_address,
        started_at=clock(),
    )
    log.append(Commit((Fact(uuid7(), 1, started),)))
