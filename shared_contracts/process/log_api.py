"""The log for those who watch it, over JSON: checkpoints and proofs (S216-12)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof
from shared_contracts.event_log.prover import Prover
from shared_contracts.http.api import answer

MOST = 2**63 - 1
"""No log has more events."""

Number = Annotated[int, Path(ge=1, le=MOST)]


def router(prover: Prover) -> APIRouter:
    """The routes ``/api/v1/checkpoint`` and those under ``/api/v1/proofs``."""
    routes = APIRouter(tags=["log"])

    @routes.get("/api/v1/checkpoint")
    def newest(size: Annotated[int | None, Query(ge=0, le=MOST)] = None) -> Response:
        """The newest signed checkpoint, or the one of ``size`` events."""
        return _note(prover.note(size))

    @routes.post("/api/v1/checkpoint")
    def make() -> Response:
        """Sign a checkpoint of the log as it stands, and show it (C2SP tlog-checkpoint)."""
        return _note(prover.checkpointer.make())

    @routes.get("/api/v1/proofs/inclusion/{position}")
    def inclusion(position: Number) -> Response:
        """That the event at a position stands under the newest checkpoint (C2SP tlog-proof)."""
        leaf = prover.leaf(position)
        return answer(
            {"position": position, "leaf": leaf.hex(), **_told(prover.inclusion(position))}
        )

    @routes.get("/api/v1/proofs/consistency/{old_size}")
    def consistency(
        old_size: Annotated[int, Path(ge=0, le=MOST)],
        size: Annotated[int | None, Query(ge=0, le=MOST)] = None,
    ) -> Response:
        """That the log under the checkpoint of ``size``, or the newest, begins with an older."""
        return answer({"old_size": old_size, **_told(prover.consistency(old_size, size))})

    return routes


def _note(note: str) -> Response:
    return Response(note, media_type="text/plain; charset=utf-8")


def _told(proof: InclusionProof | ConsistencyProof) -> dict[str, object]:
    sealed = proof.checkpoint
    return {
        "size": sealed.size,
        "root": sealed.root.hex(),
        "hashes": [one.hex() for one in proof.hashes],
        "checkpoint": proof.note,
        "proof": proof.text,
    }
