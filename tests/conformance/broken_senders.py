"""For each case about what a Registry sends by itself, one that sends something else."""

import dataclasses
from collections.abc import Callable
from typing import Any

from shared_contracts.conformance.kit_sez import HeardMessage
from shared_contracts.event_log.checksums.tree import DEPTH
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PUSH
from shared_contracts.messages.audit import AuditContent, AuditRequest
from shared_contracts.messages.audited_object import AUDIT_OBJECT
from shared_contracts.messages.log_proof import GET_PROOF
from shared_contracts.messages.notice import Notice
from tests.conformance.broken import put
from tests.conformance.broken_registries import OTHER_HASH
from tests.conformance.stands import Distortion


def changed(operation: str, change: Callable[[Any], dict[str, Any]]) -> Distortion:
    """Messages of an operation have other values in fields."""

    def distortion(heard: HeardMessage, _before: list[HeardMessage]) -> HeardMessage:
        if heard.operation != operation or heard.message is None:
            return heard
        other = put(heard.message, **change(heard.message))
        return dataclasses.replace(heard, message=other)

    return distortion


def unbound(content: AuditContent) -> Distortion:
    """No page of this content is bound to a position."""

    def change(asked: AuditRequest) -> dict[str, Any]:
        listed = asked.content is content and asked.depth is None
        return {"position": None} if listed else {}

    return changed("Audit", change)


def signed_anew(heard: HeardMessage, before: list[HeardMessage]) -> HeardMessage:
    """A notice that comes again is another one under its id."""
    if not isinstance(heard.message, Notice):
        return heard
    ids = [one.message.notice_id for one in before if isinstance(one.message, Notice)]
    known = heard.message.notice_id in ids
    return dataclasses.replace(heard, sha256=OTHER_HASH) if known else heard


def other_receipt(heard: HeardMessage, _before: list[HeardMessage]) -> HeardMessage:
    """What is delivered is another receipt than the one that can be asked for."""
    return dataclasses.replace(heard, sha256=OTHER_HASH) if heard.operation == PUSH else heard


def _no_bucket(asked: AuditRequest) -> dict[str, Any]:
    return {"asked_nodes": tuple(one for one in asked.asked_nodes if len(one.prefix) < DEPTH)}


SENT: dict[str, Distortion] = {
    "R-OBJECT-5": unbound(AuditContent.CHANGED_OBJECTS),
    "R-OBJECT-6": unbound(AuditContent.EVENT_LOG),
    "R-OBJECT-7": unbound(AuditContent.CHECKSUMS),
    "R-NOTICE": changed("Notify", lambda told: {"body": put(told.body, kk=None)}),
    "R-NOTICE-AGAIN": signed_anew,
    "R-RECEIPT-DELIVERED": other_receipt,
    "R-CHECKSUM-TREE": changed("Audit", _no_bucket),
    "R-AUDIT-OBJECT": changed(AUDIT_OBJECT, lambda _: {"audit_id": uuid7()}),
    "R-SEZ-LOG": changed(GET_PROOF, lambda _: {"old_size": None}),
}
"""What is sent otherwise, by the case that must notice it."""
