"""The entries of a whole log against the checkpoint that was proven of it (reading R129).

Whoever keeps old nodes to prove an old log, and tells another one, is found here: the leaves that
are told make another root than that of the checkpoint.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from registry.audits.finding import AuditFinding, Differs
from registry.audits.states import PageReached, RunningAudit
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.merkle import CompactRange
from shared_contracts.event_log.proofs.watched_log import SeenCheckpoint
from shared_contracts.messages.audit import AuditAnswer, AuditContent, LoggedEvent


@dataclass(frozen=True, slots=True)
class SealedPage:
    """What follows from a page: the edge of the tree after it, and what was found."""

    edge: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    findings: tuple[AuditFinding, ...] = ()


def sealed_page(audit: RunningAudit, answer: AuditAnswer, *, fits: bool) -> SealedPage:
    """A page of the entries of a whole log; nothing of other contents.

    Nothing either from an entry on that is missing or does not fit: that one is named, and the
    root would say less than it.
    """
    order = audit.order
    if answer.content is not AuditContent.EVENT_LOG or order.since or order.until:
        return SealedPage()
    before = _range(audit.place[1])
    if not fits or before is None or not _follow(answer.logged_events, before.size):
        return SealedPage()
    leaves = [bytes.fromhex(one.leaf_hash) for one in answer.logged_events]
    after = before.extended(leaves)
    sealed = _sealed(audit)
    found = () if sealed is None else tuple(_found(before, leaves, sealed, more=answer.more))
    return SealedPage(tuple(one.hex() for one in after.edge), found)


def _range(before: PageReached | None) -> CompactRange | None:
    """The leaves up to a page; None where they were not all told."""
    if before is None:
        return CompactRange()
    size = before.reached_position or 0
    if len(before.edge) != size.bit_count():
        return None
    return CompactRange(size, tuple(bytes.fromhex(one) for one in before.edge))


def _follow(entries: Sequence[LoggedEvent], after: int) -> bool:
    return [one.position for one in entries] == list(range(after + 1, after + 1 + len(entries)))


def _sealed(audit: RunningAudit) -> SeenCheckpoint | None:
    """The checkpoint that was proven of the log, if one was."""
    log = audit.log
    if isinstance(log, msgspec.UnsetType) or log.why is not Extension.EXTENDS:
        return None
    return log.told


def _found(
    before: CompactRange, leaves: Sequence[bytes], sealed: SeenCheckpoint, *, more: bool
) -> Iterator[AuditFinding]:
    last = before.size + len(leaves)
    if before.size < sealed.size <= last:
        root = before.extended(leaves[: sealed.size - before.size]).root.hex()
        if root != sealed.root:
            yield AuditFinding(
                kind=Differs.LOG_REWRITTEN, position=sealed.size, expected=sealed.root, found=root
            )
    elif not more and last < sealed.size:
        yield AuditFinding(
            kind=Differs.LOG_SHORTER, position=last, expected=str(sealed.size), found=str(last)
        )
