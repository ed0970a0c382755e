"""The evidence packages of the SEZ over HTTP (S216-12a)."""

from pathlib import Path

from fastapi import APIRouter

from sez.administration.exported import exporting
from sez.evidence.gathering import CatchUp, SezGathering
from sez.publication.publisher import DocumentPublisher
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.evidence_package.forming import EvidenceDesk
from shared_contracts.files import FileStore
from shared_contracts.process import evidence_api


def router(
    publisher: DocumentPublisher, checkpointer: Checkpointer, catch_up: CatchUp, data: Path
) -> APIRouter:
    """The route; ``data`` has the files, and takes packages while they are formed."""
    whose, files = (publisher.owner, publisher.kinds, catch_up), FileStore(data / "files")
    gather = SezGathering(publisher.log, files, *whose)
    desk = EvidenceDesk(checkpointer, publisher.system, gather, data / "forming")
    return evidence_api.router(desk, exporting(publisher.log))
