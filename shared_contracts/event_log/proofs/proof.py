"""Proofs as files that stand for themselves, for whoever checks them without the log.

An inclusion is a C2SP tlog-proof: the index of the leaf (from 0), hashes, checkpoint. A consistency
has the form in which C2SP tlog-witness has a witness asked: the older size, hashes, checkpoint.
"""

from base64 import b64encode
from dataclasses import dataclass

from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import SIZE, Checkpoint, decoded, parse
from shared_contracts.event_log.proofs.merkle import (
    EMPTY_ROOT,
    verify_consistency,
    verify_inclusion,
)

INCLUSION = "c2sp.org/tlog-proof@v1"
"""The first line of a proof of inclusion."""

_OLD, _INDEX, _EXTRA = "old ", "index ", "extra "
_HASH_BYTES = 32
_MOST_HASHES = 126
"""No proof over a log of less than 2^63 leaves has more."""


@dataclass(frozen=True)
class InclusionProof:
    """That a leaf stands at ``index`` (from 0) in the log that the checkpoint ``note`` seals."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The proof as a file."""
        return f"{INCLUSION}\n{_INDEX}{self.index}\n{_lines(self.hashes)}\n{self.note}"

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint, its signature not judged; raises BadCheckpoint."""
        return parse(self.note)

    def holds(self, leaf: bytes) -> bool:
        """Whether it leads from this leaf to the root of its checkpoint."""
        sealed = self.checkpoint
        return verify_inclusion(leaf, self.index, sealed.size, self.hashes, sealed.root)


@dataclass(frozen=True)
class ConsistencyProof:
    """That the log which ``note`` seals begins with the log of ``old_size`` leaves."""

    old_size: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The proof as a file."""
        return f"{_OLD}{self.old_size}\n{_lines(self.hashes)}\n{self.note}"

    @property
    def checkpoint(self) -> Checkpoint:
        """The newer checkpoint, its signature not judged; raises BadCheckpoint."""
        return parse(self.note)

    def holds(self, old_root: bytes) -> bool:
        """Whether it leads from the older log, of this root, to the newer one."""
        if self.old_size == 0:  # every log begins with the empty one: nothing is to be proven
            return not self.hashes and old_root == EMPTY_ROOT
        new = self.checkpoint
        return verify_consistency((self.old_size, old_root), (new.size, new.root), self.hashes)


def read_proof(text: str) -> InclusionProof | ConsistencyProof:
    """The proof in a file; raises BadInput, or BadCheckpoint for what it ends with."""
    head, blank, note = text.partition("\n\n")
    if not blank:
        raise BadInput("a proof is lines, a blank line and a checkpoint")
    parse(note)
    first, *lines = head.split("\n")
    if first.startswith(_OLD):
        return ConsistencyProof(_number(first, _OLD), _hashes(lines), note)
    if first != INCLUSION:
        raise BadInput(
            f"a proof begins with {INCLUSION!r} or with 'old' and a size: {first[:60]!r}"
        )
    if lines and lines[0].startswith(_EXTRA):
        del lines[0]
    if not lines:
        raise BadInput("a proof of inclusion names the index of its leaf in a line 'index NUMBER'")
    return InclusionProof(_number(lines[0], _INDEX), _hashes(lines[1:]), note)


def _lines(hashes: tuple[bytes, ...]) -> str:
    return "".join(f"{b64encode(one).decode()}\n" for one in hashes)


def _number(line: str, name: str) -> int:
    digits = line.removeprefix(name)
    if not line.startswith(name) or not SIZE.fullmatch(digits):
        raise BadInput(f"a line {name.strip()!r} with a number is wanted, not {line[:60]!r}")
    return int(digits)


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > _MOST_HASHES:
        raise BadInput(f"the proof has {len(lines)} hashes; none needs more than {_MOST_HASHES}")
    found = tuple(decoded(line) for line in lines)
    for line, one in zip(lines, found, strict=True):
        if len(one) != _HASH_BYTES:
            raise BadInput(f"{line[:60]!r} is no hash: {len(one)} bytes, not {_HASH_BYTES}")
    return found
