"""An evidence package is formed: members in order, proofs under one checkpoint, the signature."""

import json
import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any, Final
from uuid import UUID

from shared_contracts.errors import Defect, NeedsPerson, Temporary
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.excerpt import first_seal, links_before
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.proof import InclusionProof
from shared_contracts.event_log.prover import Prover
from shared_contracts.evidence_package.container import MOST_BYTES, EvidenceContainer
from shared_contracts.evidence_package.content import (
    Beside,
    NamedFile,
    ObjectEvidence,
    ProvenVersion,
    beside,
)
from shared_contracts.signing.cades import moment_for, sign_detached
from shared_contracts.signing.signers import Signer

FORMAT: Final = "kz.tru-registry.evidence/1"
LARGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes of the largest file that comes in a package; of a larger one its hash is told."""
ALL_FILES: Final = 256 * 1024 * 1024
"""Bytes of all files of a package together."""
TOGETHER: Final = 2
"""Packages that are formed at the same time."""

Gather = Callable[[UUID], ObjectEvidence]
"""Gives everything about an object by its id; ``Absent`` if there is none."""


@dataclass(frozen=True)
class EvidenceDesk:
    """Forms the evidence packages of a system; ``folder`` takes them while they are written.

    None is begun unless its disk has ``spare`` bytes: logs and stores may stand on the same.
    """

    checkpointer: Checkpointer
    signer: Signer
    gather: Gather
    folder: Path
    spare: int = (TOGETHER + 1) * MOST_BYTES
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(TOGETHER), repr=False)

    @contextmanager
    def formed(self, object_id: UUID) -> Iterator[IO[bytes]]:
        """The package of an object as an open file, which is gone when the block ends.

        ``Temporary`` while as many are being formed as may be, ``Absent``, ``RefusedByRule`` for
        one that is too large, ``Defect`` if what is kept is not what the log says,
        ``NeedsPerson`` where the disk has no room.
        """
        with (
            self._turn(),
            TemporaryFile(dir=self._writable()) as file,
        ):  # no name: a kill leaves none
            _Forming(self.checkpointer, self.signer, self.gather(object_id)).write(file)
            file.flush()
            file.seek(0)
            yield file

    def _writable(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o700)  # noqa: PTH101  # what is written is for this user alone
        free = shutil.disk_usage(self.folder).free
        if free < self.spare:
            raise NeedsPerson(
                f"{self.folder} has {free} bytes free and {self.spare} are wanted: "
                "make room on its disk, then ask again"
            )
        return self.folder

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise Temporary(
                f"{TOGETHER} evidence packages are being formed already: ask again later"
            )
        try:
            yield
        finally:
            self._turns.release()


@dataclass(frozen=True)
class _Forming:
    """One package while it is formed."""

    checkpointer: Checkpointer
    signer: Signer
    told: ObjectEvidence

    @property
    def log(self) -> EventLog:
        return self.checkpointer.log

    @cached_property
    def events(self) -> list[Recorded]:
        """The events in the order of the log, each once."""
        return sorted({one.position: one for one in self.told.events}.values(), key=_position)

    @cached_property
    def note(self) -> str:
        """The checkpoint under which all of them stand."""
        return first_seal(self.checkpointer, self.events[-1].position)

    @cached_property
    def beside(self) -> Mapping[int, tuple[Beside, ...]]:
        """The evidence beside each event."""
        return {one.position: tuple(beside(self.log, one)) for one in self.events}

    @cached_property
    def files(self) -> dict[str, tuple[NamedFile, str | None]]:
        """The files in order, each once, with why it is left out or None."""
        found: dict[str, tuple[NamedFile, str | None]] = {}
        room = ALL_FILES
        for one in self.told.files:
            if one.sha256 not in found:
                why = _left_out(one, room)
                room -= 0 if why else one.size
                found[one.sha256] = one, why
        return found

    def write(self, file: IO[bytes]) -> None:
        container = EvidenceContainer(file)
        container.add("checkpoint", self.note.encode())
        self._write_documents(container)
        for one in self.events:
            container.add(_event_name(one.position), one.state)
        bodies = {one.sha256: one for each in self.beside.values() for one in each}
        for sha256 in sorted(bodies):
            container.add(f"evidence/{sha256}", bodies[sha256].body(self.log))
        for sha256, (named, why) in sorted(self.files.items()):
            if why is None and named.path is not None:
                container.add_file(f"files/{sha256}", named.path, sha256)
        container.add("object.json", self._index())
        for position, proof in self._proofs():
            container.add(_proof_name(position), proof.text.encode())
        at = moment_for(self.signer, self.events[-1].recorded_at.astimezone(UTC))
        container.seal(lambda manifest: sign_detached(manifest, self.signer, at))

    def _write_documents(self, container: EvidenceContainer) -> None:
        documents = {one.document_hash: one.document for one in self.told.versions}
        for sha256, document in sorted(documents.items()):
            name = f"documents/{sha256}.xml"
            if isinstance(document, Path):
                container.add_file(name, document, sha256)
            elif document is not None:
                container.add(name, document())

    def _proofs(self) -> Iterator[tuple[int, InclusionProof]]:
        """The proof of each event; ``Defect`` if what is kept does not lead to the checkpoint."""
        tree, size = Prover(self.checkpointer).tree, parse(self.note).size
        for one in self.events:
            index = one.position - 1
            proof = InclusionProof(index, tuple(tree.inclusion(index, size)), self.note)
            if not proof.holds(one.leaf):
                raise Defect(
                    f"what is kept of the tree does not lead from position {one.position} to the "
                    "checkpoint: run `contracts audit` on this store"
                )
            yield one.position, proof

    def _index(self) -> bytes:
        """What stands where, as JSON with sorted names."""
        about, origin = self.told.about, parse(self.note).origin
        before = links_before(self.log, [one.position for one in self.events])
        content = {
            "format": FORMAT,
            "origin": origin,
            "object": {
                "type": about.type,
                "object_id": str(about.object_id),
                "sez_code": about.sez_code,
                "registry_id": str(about.registry_id) if about.registry_id else None,
            },
            "certificates": [b64encode(one).decode() for one in self.signer.certificates],
            "versions": [self._version(one) for one in self.told.versions],
            "events": [self._event(one, before[one.position]) for one in self.events],
            "files": [_file(*one) for one in self.files.values()],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        return f"{text}\n".encode()

    def _event(self, one: Recorded, before: bytes) -> dict[str, Any]:
        evidence = [
            {"name": each.name, "sha256": each.sha256, "named_by": each.named_by}
            for each in self.beside[one.position]
        ]
        return {
            "position": one.position,
            "originator_id": str(one.originator_id),
            "version": one.version,
            "topic": one.topic,
            "leaf": one.leaf.hex(),
            "chain_before": before.hex(),
            "chain": one.chain.hex(),
            "recorded_at": _shown(one.recorded_at),
            "evidence": evidence,
        }

    def _version(self, one: ProvenVersion) -> dict[str, Any]:
        return {
            "version": one.version,
            "document_hash": one.document_hash,
            "has_document": one.document is not None,
            "position": one.position,
            "record": one.record,
            "message": one.message,
            "receipt": one.receipt,
            "received_at": _shown(one.received_at) if one.received_at else None,
        }


def _position(one: Recorded) -> int:
    return one.position


def _event_name(position: int) -> str:
    return f"events/{position:019}.json"


def _proof_name(position: int) -> str:
    return f"proofs/{position:019}.tlog-proof"


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _left_out(one: NamedFile, room: int) -> str | None:
    if one.path is None:
        return "ABSENT"
    return "TOO_LARGE" if one.size > min(LARGEST_FILE, room) else None


def _file(one: NamedFile, why: str | None) -> dict[str, Any]:
    return {"sha256": one.sha256, "size": one.size, "name": one.name, "left_out": why}
