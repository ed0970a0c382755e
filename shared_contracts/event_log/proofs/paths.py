"""Of which subtrees a proof is made, and which of those a log keeps (RFC 9162, section 2.1).

A log keeps its leaves, and of its perfect subtrees those whose height is a multiple of ``STEP``:
one for every fifteen leaves. Every other one is made of eight of these at most.
"""

from collections.abc import Callable, Iterable, Sequence

from shared_contracts.event_log.proofs.merkle import Subtree, folded, root

STEP = 4
"""Between the heights that are kept."""

Cover = tuple[Subtree, ...]
"""Perfect subtrees that stand beside one another, left to right: one hash of a proof."""


def is_kept(subtree: Subtree) -> bool:
    """Whether a log keeps the root of this subtree (a leaf it has anyway)."""
    return subtree.height % STEP == 0


def kept_parts(subtree: Subtree) -> Cover:
    """The leaves or kept subtrees from which the root of this one is made."""
    count = 1 << subtree.height % STEP
    height = subtree.height - subtree.height % STEP
    return tuple(Subtree(height, subtree.index * count + number) for number in range(count))


def covering(start: int, end: int) -> Cover:
    """The perfect subtrees over the leaves from ``start`` to before ``end``, largest first.

    ``start`` is where a subtree as large as the whole range may begin.
    """
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append(Subtree(height, start >> height))
        start += 1 << height
    return tuple(found)


def inclusion_path(index: int, size: int) -> list[Cover]:
    """What leads from the leaf ``index`` (from 0) to the root of ``size`` leaves (2.1.3.1).

    Raises IndexError if the leaf is outside.
    """
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of a log of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append(covering(middle, end))
            end = middle
        else:
            path.append(covering(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old_size: int, size: int) -> list[Cover]:
    """What proves that the log of ``old_size`` is a beginning of that of ``size`` (2.1.4.1).

    Raises IndexError unless 0 < old_size <= size.
    """
    if not 0 < old_size <= size:
        raise IndexError(f"no proof from {old_size} to {size}")
    path = []
    start, end = 0, size
    while old_size != end:
        middle = start + _left(end - start)
        if old_size <= middle:
            path.append(covering(middle, end))
            end = middle
        else:
            path.append(covering(start, middle))
            start = middle
    if start:
        path.append(covering(start, end))
    return path[::-1]


def wanted(path: Iterable[Cover]) -> set[Subtree]:
    """The leaves and kept subtrees that a path needs."""
    return {part for cover in path for each in cover for part in kept_parts(each)}


def hashed(cover: Cover, known: Callable[[Subtree], bytes]) -> bytes:
    """The hash over a cover, from what is kept."""
    return folded([_root(each, known) for each in cover])


def _root(subtree: Subtree, known: Callable[[Subtree], bytes]) -> bytes:
    parts: Sequence[bytes] = [known(part) for part in kept_parts(subtree)]
    return root(parts)


def _left(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
