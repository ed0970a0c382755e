"""Proofs from a log, under the checkpoints that it signed (RFC 9162, sections 2.1.3 and 2.1.4)."""

from dataclasses import dataclass

from shared_contracts.errors import Absent, Defect, RefusedByRule
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.kept_tree import KeptTree
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.merkle import Subtree
from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof

_NOTE = "SELECT note FROM log.checkpoints WHERE size = %s"


@dataclass(frozen=True)
class Prover:
    """Proves what ``checkpointer`` sealed; each proof is checked before it is handed out."""

    checkpointer: Checkpointer

    @property
    def tree(self) -> KeptTree:
        """The kept tree of the log."""
        return KeptTree(self.checkpointer.log.recorder)

    def leaf(self, position: int) -> bytes:
        """The leaf of the event at a position; raises Absent."""
        place = Subtree(0, position - 1)
        found = self.tree.hashes((place,)).get(place) if position > 0 else None
        if found is None:
            end = self.checkpointer.log.last_position()
            raise Absent(f"no event at position {position}: the log ends at {end}")
        return found

    def inclusion(self, position: int) -> InclusionProof:
        """That the event at a position stands under the newest checkpoint.

        Raises Absent, RefusedByRule where no checkpoint reaches it yet, Defect.
        """
        leaf, note = self.leaf(position), self.checkpointer.latest()
        size = parse(note).size
        if position > size:
            raise RefusedByRule(
                f"no checkpoint reaches position {position} yet: the newest is of {size} events; "
                "have one signed first (`registry proofs checkpoint`, `sez proofs checkpoint`)"
            )
        index = position - 1
        found = InclusionProof(index, tuple(self.tree.inclusion(index, size)), note)
        if not found.holds(leaf):
            raise Defect(_DIFFERS.format(what=f"position {position}", size=size))
        return found

    def consistency(self, old_size: int, size: int | None = None) -> ConsistencyProof:
        """That the log under the checkpoint of ``size``, or the newest, begins with ``old_size``.

        Raises Absent where there is no such checkpoint, RefusedByRule where it has less, Defect.
        """
        note = self.note(size)
        whole = parse(note).size
        if not 0 <= old_size <= whole:
            raise RefusedByRule(
                f"the log under this checkpoint has {whole} events, and {old_size} were asked for: "
                "a log that had more was another one, or an older copy of it was restored"
            )
        hashes = tuple(self.tree.consistency(old_size, whole)) if old_size else ()
        found = ConsistencyProof(old_size, hashes, note)
        if not found.holds(self.tree.range(old_size).root):
            raise Defect(_DIFFERS.format(what=f"{old_size} events", size=whole))
        return found

    def note(self, size: int | None = None) -> str:
        """The checkpoint of that many events, or the newest; raises Absent."""
        if size is None:
            return self.checkpointer.latest()
        rows = self.checkpointer.log.recorder.select(_NOTE, (size,))
        if not rows:
            raise Absent(f"no checkpoint of {size} events was made: name the size of one that was")
        return str(rows[0][0])


_DIFFERS = (
    "what is kept of the tree does not lead from {what} to the checkpoint of {size} events: run "
    "`contracts audit` on this store, and restore what it names from a backup"
)
