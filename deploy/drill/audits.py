"""The audits that a drill asks, each with its depth, how it is run, and how its words are read."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.drill.at_work import Work
from deploy.drill.sides import CODE, SIDES, Side
from deploy.drill.snapshot import AUDIT, Snapshot
from shared_contracts.errors import Diagnosed
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.auditing.checkpoints import Notes
from shared_contracts.event_log.auditing.finding import Audit, Difference
from shared_contracts.explaining.notes import reader
from shared_contracts.http.remote import Remote

OUTSIDE = "kept outside"
"""How the audit of a store names a checkpoint that was given to it."""

OF_LOG = ("CHAIN_BROKEN", "LOG_INCOMPLETE", "LOG_REWRITTEN", "LOG_SHORTER", "LOG_UNPROVEN")
"""Kinds of findings of an audit that are about the log and its entries."""

READY = 15.0
"""Seconds in which a system that was started has to say that it is ready."""


@dataclass(frozen=True, slots=True)
class Tampered:
    """A store that was tampered with, beside the other side's.

    ``work`` is None if one of both does not open; ``reason`` says why. ``store`` and ``replayed``
    are what its audit and its replay found before both were begun on it.
    """

    snapshot: Snapshot
    side: Side
    dsns: Mapping[Side, str]
    work: Work | None
    reason: str
    store: Audit
    replayed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an audit named, each with its words; ``not_run`` is why it could not be asked."""

    named: Mapping[str, str]
    not_run: str = ""

    @property
    def message(self) -> str:
        """The words, in a line."""
        return "; ".join(self.named.values()) or self.not_run or "nothing"


@dataclass(frozen=True, slots=True)
class DrillAudit:
    """One audit: ``ask`` gives what it names, with its words; it is asked of ``sides`` alone.

    ``at_work`` says that both systems have to run; ``remembers`` that it is the other side's memory
    (or a copy kept outside) that finds, not the store itself.
    """

    name: str
    depth: str
    told: str
    ask: Callable[[Tampered], Mapping[str, str]]
    sides: tuple[Side, ...] = SIDES
    at_work: bool = True
    remembers: bool = False

    def hear(self, tampered: Tampered) -> Heard:
        """Ask, if it can be asked."""
        if self.at_work and tampered.work is None:
            return Heard({}, f"not run: {tampered.reason}")
        return Heard(self.ask(tampered))


def audited(snapshot: Snapshot, side: Side, dsn: str) -> Audit:
    """The audit of a store, with the certificate of its system and what the other side saw."""
    notes = Notes(reader([snapshot.certificate(side)]), (snapshot.kept[side],))
    return audit(dsn, notes=notes)


def _store(tampered: Tampered) -> Mapping[str, str]:
    return _named(one for one in tampered.store.differences if OUTSIDE not in one.computed)


def _kept(tampered: Tampered) -> Mapping[str, str]:
    return _named(one for one in tampered.store.differences if OUTSIDE in one.computed)


def _named(differences: Iterable[Difference]) -> Mapping[str, str]:
    named: dict[str, str] = {}
    for one in differences:
        place = f" at {one.position}" if one.position is not None else ""
        named.setdefault(f"{one.column}{place}", str(one))
    return named


def _start(tampered: Tampered) -> Mapping[str, str]:
    """Whether both open, sign a checkpoint as each does at its start, and say they are ready."""
    if tampered.work is None:
        return {"does not open": tampered.reason}
    return dict(_said_at_start(tampered.work))


def _said_at_start(work: Work) -> Iterator[tuple[str, str]]:
    for side, remote in work.remotes.items():
        try:
            remote.post_bytes("/api/v1/checkpoint")
        except Diagnosed as refused:
            yield f"{side} signs no checkpoint", f"{side}: {refused}"
        if (why := _not_ready(remote)) is not None:
            yield f"{side} is not ready", f"{side}: {why}"


def _not_ready(remote: Remote) -> Diagnosed | None:
    """Why a system does not say that it is ready; a busy machine gets some seconds for it."""
    until = time.monotonic() + READY
    while True:
        try:
            remote.get("/readyz")
        except Diagnosed as refused:
            if time.monotonic() > until:
                return refused
            time.sleep(0.5)
        else:
            return None


def _scheme_6(content: str, **how: str) -> Callable[[Tampered], Mapping[str, str]]:
    def ask(tampered: Tampered) -> Mapping[str, str]:
        work = _working(tampered)
        remote = work.remotes["registry"]
        try:
            ordered = remote.post("/api/v1/audits", AUDIT | how | {"contents": [content]})
        except Diagnosed as refused:
            return {"refused": str(refused)}
        work.registry.audits.step()
        report = remote.get(f"/api/v1/audits/{ordered['order']['audit_id']}")
        if report["status"] != "ENDED":
            why = report.get("problem") or report["status"]
            return {"no answer": f"the audit does not go on: {why}"}
        return {_finding(one): _words(one) for one in report["findings"]}

    return ask


def _finding(one: Mapping[str, Any]) -> str:
    """What is wrong with the log is named by its position, all else by the object."""
    if one["kind"] in OF_LOG:
        return f"{one['kind']} at {one['position']}"
    return f"{one['kind']} {one.get('object_id') or one.get('prefix')} {one.get('version')}"


def _words(one: Mapping[str, Any]) -> str:
    told = f"recorded {one.get('expected')}, found {one.get('found')}"
    of = f" ({one['object_type']})" if one.get("object_type") else ""
    return f"{_finding(one)}{of}: {told}"


def _log_memory(tampered: Tampered) -> Mapping[str, str]:
    """The other side has the log proven to begin with what it saw of it."""
    remotes = _working(tampered).remotes
    try:
        if tampered.side == "registry":
            known = remotes["sez"].post("/api/v1/registry-log")
        else:
            shown = remotes["registry"].post(f"/api/v1/sez-logs/{CODE}")
            known = shown["log"]
    except Diagnosed as refused:
        return {"no proof": f"no proof is given: {refused}"}
    alarm = known["alarm"]
    if alarm is None:
        return {}
    saw, told = alarm["known"]["size"], alarm["told"]["size"]
    words = f"{alarm['why']}: {saw} events were proven before, the log now tells of {told}"
    return {f"{alarm['why']} {saw}": words}


def _changes(tampered: Tampered) -> Mapping[str, str]:
    """The SEZ says what it has; the Registry says what it lacks, or has otherwise."""
    try:
        answered = _working(tampered).remotes["sez"].post("/api/v1/changes")
    except Diagnosed as refused:
        return {"no answer": str(refused)}
    found = answered["found"]
    named = {
        f"{one['difference']} {one['object_id']}": f"{one['difference']} {one['object_id']}"
        for one in found["named"]
    }
    if found["lacking"]:
        named["lacking"] = f"the Registry lacks versions of {found['lacking']} objects"
    return named


def _working(tampered: Tampered) -> Work:
    if tampered.work is None:
        raise ValueError("both systems have to be at work")
    return tampered.work


AUDITS = (
    DrillAudit(
        "contracts audit", "store", "the store by itself, with its certificate", _store,
        at_work=False,
    ),
    DrillAudit(
        "contracts audit --checkpoint", "kept copy", "the store against a checkpoint kept outside",
        _kept, at_work=False, remembers=True,
    ),
    DrillAudit(
        "replay", "replay", "registry replay; sez replay", lambda tampered: tampered.replayed,
        at_work=False,
    ),
    DrillAudit("start", "running", "both systems are started, /readyz", _start, at_work=False),
    DrillAudit(
        "log memory", "other side", "sez registry-log compare; registry sez-log compare",
        _log_memory, remembers=True,
    ),
    DrillAudit(
        "audit CHECKSUMS", "scheme 6", "registry audits order", _scheme_6("CHECKSUMS"),
        remembers=True,
    ),
    DrillAudit(
        "audit --depth tree", "tree", "registry audits order --depth tree",
        _scheme_6("CHECKSUMS", depth="TREE"), remembers=True,
    ),
    DrillAudit(
        "audit --depth live", "live", "registry audits order --depth live",
        _scheme_6("CHECKSUMS", depth="LIVE"), remembers=True,
    ),
    DrillAudit(
        "audit CHANGED_OBJECTS", "scheme 6", "registry audits order",
        _scheme_6("CHANGED_OBJECTS"), remembers=True,
    ),
    DrillAudit(
        "audit EVENT_LOG", "scheme 6", "registry audits order", _scheme_6("EVENT_LOG"),
        remembers=True,
    ),
    DrillAudit(
        "sez changes", "scheme 2", "sez changes ask", _changes, remembers=True
    ),
)  # fmt: skip
"""In the order in which they are asked: what is asked later may add to the logs."""
