"""The evidence packages of the Registry over HTTP (S216-12a)."""

from functools import partial
from pathlib import Path

from fastapi import APIRouter

from registry.evidence.answers import AuthorityAnswers
from registry.evidence.gathering import Documents, RegistryGathering
from registry.intake.context import IntakeContext
from registry.messages.pushes.listing import acknowledged_in
from shared_contracts.evidence_package.forming import EvidenceDesk
from shared_contracts.files import FileStore
from shared_contracts.process import evidence_api


def router(
    context: IntakeContext, files: FileStore, folder: Path, documents: Documents
) -> APIRouter:
    """The route; ``folder`` takes packages while they are formed."""
    checker, signer = context.admission.checker, context.signer
    answers = AuthorityAnswers(context.log, checker, signer, context.clock)
    own = (context.log, files, context.environment, documents, answers)
    gather = RegistryGathering(*own, partial(acknowledged_in, context.log))
    return evidence_api.router(EvidenceDesk(context.checkpointer, signer, gather, folder))
