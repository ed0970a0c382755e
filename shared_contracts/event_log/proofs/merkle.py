"""The Merkle tree over the log (RFC 9162, section 2.1): roots, and proofs that need no trust."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of the empty log."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf over its input."""
    return sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class CompactRange:
    """A log of ``size`` leaves by the roots of its perfect subtrees, largest first."""

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> "CompactRange":
        """The range after these leaf hashes, in about two hashes for each."""
        size, edge = self.size, list(self.edge)
        for leaf in leaves:
            size += 1
            tree, pairs = leaf, size
            while pairs % 2 == 0:
                tree, pairs = node(edge.pop(), tree), pairs // 2
            edge.append(tree)
        return CompactRange(size, tuple(edge))

    @property
    def root(self) -> bytes:
        """The root of the whole log."""
        return _folded(self.edge) if self.edge else EMPTY_ROOT


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return CompactRange().extended(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from the leaf at ``index`` (from 0) to the root; raises IndexError if outside."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of a log of {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), root(leaves[half:])]
    return [*inclusion_proof(leaves[half:], index - half), root(leaves[:half])]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the log of the first ``old_size`` leaves is a beginning of this one.

    Raises IndexError unless 0 < old_size <= len(leaves).
    """
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"no proof from {old_size} to {len(leaves)}")
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    half = _half(len(leaves))
    if old_size <= half:
        return [*_subproof(leaves[:half], old_size, whole=whole), root(leaves[half:])]
    right = _subproof(leaves[half:], old_size - half, whole=False)
    return [*right, root(leaves[:half])]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, tree = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            tree = node(sibling, tree)
            place, last = _up_to_left_turn(place, last)
        else:
            tree = node(tree, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and tree == expected


def verify_consistency(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether the log of ``new`` (size, root) begins with that of ``old`` (section 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    return bool(path) and _leads_to(path, (old_size - 1, new_size - 1), (old_root, new_root))


def _leads_to(path: list[bytes], places: tuple[int, int], roots: tuple[bytes, bytes]) -> bool:
    place, last = places
    while place % 2:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            older, newer = node(sibling, older), node(sibling, newer)
            place, last = _up_to_left_turn(place, last)
        else:
            newer = node(newer, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (older, newer) == roots


def _up_to_left_turn(place: int, last: int) -> tuple[int, int]:
    while place % 2 == 0 and place != 0:
        place, last = place >> 1, last >> 1
    return place, last


def _half(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _folded(edge: Sequence[bytes]) -> bytes:
    tree = edge[-1]
    for left in reversed(edge[:-1]):
        tree = node(left, tree)
    return tree
