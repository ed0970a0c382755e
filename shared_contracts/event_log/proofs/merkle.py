"""The Merkle tree over the log (RFC 9162, section 2.1): roots, and proofs that need no trust."""

from collections.abc import Callable, Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Subtree:
    """A perfect subtree: ``1 << height`` leaves, those from number ``index << height`` on."""

    height: int
    index: int

    @property
    def end(self) -> int:
        """How many leaves a log has when this subtree becomes whole."""
        return (self.index + 1) << self.height


def _unheeded(_subtree: Subtree, _root: bytes) -> None:
    """Of subtrees that become whole nothing is kept."""


@dataclass(frozen=True)
class CompactRange:
    """A log of ``size`` leaves by the roots of its perfect subtrees, largest first."""

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def extended(
        self, leaves: Iterable[bytes], whole: Callable[[Subtree, bytes], None] = _unheeded
    ) -> "CompactRange":
        """The range after these leaf hashes, in about two hashes for each.

        ``whole`` is told each subtree of two leaves or more that becomes whole, with its root.
        """
        size, edge = self.size, list(self.edge)
        for leaf in leaves:
            size += 1
            tree, pairs, height = leaf, size, 0
            while pairs % 2 == 0:
                tree, pairs, height = node(edge.pop(), tree), pairs // 2, height + 1
                whole(Subtree(height, pairs - 1), tree)
            edge.append(tree)
        return CompactRange(size, tuple(edge))

    @property
    def root(self) -> bytes:
        """The root of the whole log."""
        return folded(self.edge) if self.edge else EMPTY_ROOT


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return CompactRange().extended(leaves).root


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


def folded(edge: Sequence[bytes]) -> bytes:
    """The root over the roots of perfect subtrees that stand beside one another, left to right."""
    tree = edge[-1]
    for left in reversed(edge[:-1]):
        tree = node(left, tree)
    return tree
