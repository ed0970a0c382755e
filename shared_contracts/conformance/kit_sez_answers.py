"""What the kit answers as a SEZ: pages of an audit, the tree of one object, a log that grows."""

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from shared_contracts import astana_time
from shared_contracts.event_log.checksums.tree import (
    DEPTH,
    EMPTY,
    Checksum,
    bucket_hash,
    child,
    place,
    whole_tree,
)
from shared_contracts.event_log.proofs import merkle
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, NoteKey, origin, signed
from shared_contracts.event_log.proofs.paths import consistency_path, hashed
from shared_contracts.event_log.proofs.proof import ConsistencyProof
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import (
    AuditAnswer,
    AuditContent,
    AuditRequest,
    ChecksumNode,
    ObjectChecksum,
)
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.messages.log_proof import (
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.protocol import RESULTS_PROTOCOL
from shared_contracts.messages.system_message import SystemQuestion
from shared_contracts.signing.note import public_key, sign_note
from shared_contracts.signing.sign import Signer

POSITION = 2
"""The position of the log to which answers are bound."""

AGE = timedelta(days=2)
"""How long ago the object was formed of which the tree tells: no package can be under way."""

GROWTH, MOST = 3, 100_000
"""By how many entries the kit's log grows with each proof, and the largest that it proves."""

ALIEN_HASH = sha256(b"an object of the kit").hexdigest()


def page(request: AuditRequest) -> AuditAnswer:
    """The first page reaches something and promises more; the second is empty, and the last."""
    first = request.after_position is None and request.after_object is None
    by_object = request.content is AuditContent.CHECKSUMS
    return AuditAnswer(
        **_head(request),
        **_sealed(request.audit_id, request.position),
        content=request.content,
        more=first,
        reached_position=1 if first and not by_object else None,
        reached_object=uuid7() if first and by_object else None,
    )


def tree_page(request: AuditRequest, alien: UUID) -> AuditAnswer:
    """Nodes of the tree that holds one object alone, of the type RESULTS_PROTOCOL."""
    row = Checksum(alien, 1, bytes.fromhex(ALIEN_HASH))
    tree, at = whole_tree([row]), place(alien)
    nodes, rows = list[ChecksumNode](), list[ObjectChecksum]()
    for one in request.asked_nodes:
        ours, prefix = str(one.object_type) == RESULTS_PROTOCOL, one.prefix
        above = tree.get(prefix[:-1]) if ours and prefix else None
        if ours and prefix == at:
            rows.append(_alien(alien))
        node_hash = child(above, prefix[-1]) if above else EMPTY
        if len(prefix) == DEPTH:
            node_hash = bucket_hash([row] if ours and prefix == at else [])
        nodes.append(
            ChecksumNode(
                object_type=one.object_type,
                prefix=prefix,
                hash=node_hash.hex() if prefix else None,
                children=tree.get(prefix) if ours and len(prefix) < DEPTH else None,
            )
        )
    return AuditAnswer(
        **_head(request),
        **_sealed(request.audit_id, request.position),
        content=request.content,
        more=False,
        nodes=tuple(nodes),
        checksums=tuple(rows),
    )


def object_page(request: ObjectAuditRequest) -> ObjectAuditAnswer:
    """Of any object the kit has nothing more to tell."""
    return ObjectAuditAnswer(
        **_head(request),
        **_sealed(request.audit_id, request.position),
        object_id=request.object_id,
        more=False,
    )


def checkpoint(request: CheckpointRequest, signer: Signer) -> CheckpointAnswer:
    """The newest checkpoint of the kit's log, as who asks first is told it."""
    return CheckpointAnswer(**_head(request), checkpoint=_note(request, GROWTH, signer))


def proof(request: ProofRequest, signer: Signer) -> ProofAnswer:
    """A checkpoint of a log that has grown, and the proof that it extends what was known."""
    old = request.old_size
    if old is None or not 0 < old <= MOST:
        return ProofAnswer(**_head(request), checkpoint=_note(request, GROWTH, signer))
    size = old + GROWTH
    leaves, note = _leaves(size), _note(request, size, signer)
    hashes = tuple(
        hashed(cover, lambda part: merkle.root(leaves[part.end - (1 << part.height) : part.end]))
        for cover in consistency_path(old, size)
    )
    return ProofAnswer(
        **_head(request), checkpoint=note, proof=ConsistencyProof(old, hashes, note).text
    )


def _head(request: SystemQuestion) -> dict[str, Any]:
    return {
        "message_id": request.message_id,
        "sez_code": request.sez_code,
        "environment": request.environment,
        "answered_at": astana_time.now(),
    }


def _sealed(audit_id: UUID, position: int | None) -> dict[str, Any]:
    return {
        "audit_id": audit_id,
        "position": position or POSITION,
        "as_of": astana_time.now() - timedelta(seconds=1),
        "chain_hash": "00" * 32,
    }


def _alien(object_id: UUID) -> ObjectChecksum:
    formed_at: datetime = astana_time.now() - AGE
    return ObjectChecksum(
        object_type=RESULTS_PROTOCOL,
        object_id=object_id,
        version=1,
        document_hash=ALIEN_HASH,
        stored_hash=ALIEN_HASH,
        formed_at=formed_at,
        position=1,
    )


def _leaves(size: int) -> list[bytes]:
    """The same leaves in every session: what a Registry knew of the log stays its beginning."""
    return [merkle.leaf_hash(number.to_bytes(8, "big")) for number in range(size)]


def _note(request: SystemQuestion, size: int, signer: Signer) -> str:
    name = origin(request.sez_code, request.environment)
    sealed = Checkpoint(name, size, merkle.root(_leaves(size)))
    return signed(sealed, NoteKey(name, public_key(signer), partial(sign_note, signer)))
