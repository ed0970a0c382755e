"""A witness: a third party that cosigns the checkpoints of a log, as long as it only grows.

What it does with a request is what C2SP tlog-witness says of ``add-checkpoint``; it keeps the last
checkpoint that it cosigned of each log in a folder of its own.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from shared_contracts.errors import BadInput, RefusedByRule
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, parse
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT
from shared_contracts.event_log.proofs.proof import ConsistencyProof, read_proof
from shared_contracts.explaining.notes import reader
from shared_contracts.signing.cosignature import WitnessKey


@dataclass(frozen=True)
class Witness:
    """Cosigns under ``key`` what the systems of ``certificates`` signed; keeps it in ``folder``."""

    key: WitnessKey
    folder: Path
    certificates: Sequence[Path]

    def cosign(self, request: str, at: int) -> str:
        """The signature line upon the newer checkpoint, once it is kept.

        Raises BadInput, BadCheckpoint for what is no request or not signed by the system,
        RefusedByRule where it is not about what was cosigned last, or does not extend it.
        """
        if not self.certificates:
            raise BadInput("name whose checkpoints are cosigned: --certificate FILE")
        proof = read_proof(request)
        if not isinstance(proof, ConsistencyProof):
            raise BadInput("a witness is asked by 'old SIZE', a proof and a checkpoint")
        told = reader(self.certificates)(proof.note)
        with self._alone():
            known = self._known(told.origin)
            _ensure_extends(known, told, proof)
            self._keep(proof.note, told.origin)
        return self.key.cosigned(told.text, at)

    def _file(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    def _known(self, origin: str) -> Checkpoint:
        try:
            return parse(self._file(origin).read_text("utf-8"))
        except FileNotFoundError:
            return Checkpoint(origin, 0, EMPTY_ROOT)

    def _keep(self, note: str, origin: str) -> None:
        """Keep a checkpoint on the disk, whole or not at all."""
        file = self._file(origin)
        unfinished = file.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8") as written:
            written.write(note)
            written.flush()
            os.fsync(written.fileno())
        unfinished.replace(file)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One request at a time: what is compared is what is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _ensure_extends(known: Checkpoint, told: Checkpoint, proof: ConsistencyProof) -> None:
    if proof.old_size != known.size:
        raise RefusedByRule(
            f"the last checkpoint of {told.origin} that was cosigned here is of {known.size} "
            f"events, the request is about {proof.old_size}: ask with a proof from {known.size}"
        )
    if told.size < known.size or not proof.holds(known.root):
        raise RefusedByRule(
            f"the log of {told.origin} is not proven to extend the {known.size} events that were "
            "cosigned here: it is not cosigned; keep both checkpoints as evidence"
        )
