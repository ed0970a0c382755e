"""A check from the outside: both databases are read again, row by row, and held side by side.

It uses no projection and no head: only the events and the evidence as they stand.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

import registry.app  # the Registry's topics
import sez.app
from registry.audits.events import AuditPageTaken
from registry.notices.notice import NoticeFormed
from registry.records.record import VersionRecorded
from sez.notices.notice import NoticeReceived
from sez.records.version import VersionSigned, VersionTakenBack
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.event import Event, decode

SYSTEMS = (registry.app, sez.app)
"""Both are imported, so that every topic can be read."""

Versions = dict[tuple[str, str, int], str]
"""Hash of the signed document, by type of object, object and version."""


@dataclass(slots=True)
class Findings:
    """What the check saw."""

    events: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    """How many signed versions are equal on both sides, by type of object."""
    notices: int = 0
    """How many notices the SEZ acknowledged, of those that the Registry formed for it."""
    audit_pages: int = 0
    """How many pages of audits the Registry took from the SEZ."""


def compare(registry_dsn: str, sez_dsn: str, sez_code: str, files: Path | None = None) -> Findings:
    """Hold the SEZ's signed versions against the Registry's records of them.

    ``files`` is the SEZ's folder of files, where the bytes of its large versions lie.
    """
    findings = Findings()
    for name, dsn in (("registry", registry_dsn), ("sez", sez_dsn)):
        outcome = audit(dsn)
        findings.events[name] = outcome.size
        if outcome.difference is not None:
            findings.differences.append(f"{name}: {outcome.difference}")
    _compare_versions(findings, _recorded(registry_dsn, sez_code), _signed(sez_dsn, files))
    _compare_notices(findings, _told(registry_dsn, sez_code), _taken(sez_dsn))
    findings.audit_pages = sum(isinstance(one, AuditPageTaken) for one in _events(registry_dsn))
    return findings


def _compare_versions(findings: Findings, recorded: Versions, signed: Versions) -> None:
    for key in sorted(recorded.keys() | signed.keys()):
        kind, object_id, version = key
        if recorded.get(key) == signed.get(key):
            findings.versions[kind] += 1
            continue
        said = f"the SEZ signed {signed.get(key)}, the Registry recorded {recorded.get(key)}"
        findings.differences.append(f"{kind} {object_id} version {version}: {said}")


def _compare_notices(findings: Findings, told: Mapping[str, str], taken: Mapping[str, str]) -> None:
    for notice in sorted(told.keys() | taken.keys()):
        if told.get(notice) == taken.get(notice):
            findings.notices += 1
        else:
            said = f"the Registry told {told.get(notice)}, the SEZ took {taken.get(notice)}"
            findings.differences.append(f"notice {notice}: {said}")


def _recorded(dsn: str, sez_code: str) -> Versions:
    return {
        _key(event.header.object_type, event.header.object_id, event.header.version): (
            event.header.document_hash
        )
        for event in _events(dsn)
        if isinstance(event, VersionRecorded) and event.sez_code == sez_code
    }


def _signed(dsn: str, files: Path | None) -> Versions:
    """The versions that stand: what was taken back after a refusal does not."""
    standing: Versions = {}
    for event in _events(dsn):
        match event:
            case VersionSigned():
                of = event.document.act.object_type
                standing[_key(of, event.object_id, event.version)] = event.document_hash
            case VersionTakenBack():
                for key in [key for key in standing if key[1] == str(event.object_id)]:
                    if key[2] >= event.version:
                        del standing[key]
            case _:
                pass
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT body FROM log.evidence WHERE name = 'document'")
        kept = {hashlib.sha256(body).hexdigest() for (body,) in rows}
    return {
        key: digest
        for key, digest in standing.items()
        if digest in kept or (files and _lies(files / digest[:2] / digest))
    }


def _lies(file: Path) -> bool:
    """Whether the bytes of a file are those of its name."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.name


def _told(dsn: str, sez_code: str) -> dict[str, str]:
    """SHA-256 of every notice that the Registry formed for a system."""
    return {
        str(event.notice.notice_id): event.notice_sha256
        for event in _events(dsn)
        if isinstance(event, NoticeFormed) and event.notice.sez_code == sez_code
    }


def _taken(dsn: str) -> dict[str, str]:
    """SHA-256 of every notice that the SEZ took."""
    return {
        str(event.notice.notice_id): event.notice_sha256
        for event in _events(dsn)
        if isinstance(event, NoticeReceived)
    }


def _key(object_type: str, object_id: UUID, version: int) -> tuple[str, str, int]:
    return object_type, str(object_id), version


def _events(dsn: str) -> Iterator[Event]:
    with psycopg.connect(dsn) as connection, connection.cursor("reader") as cursor:
        for topic, state in cursor.execute("SELECT topic, state FROM log.events ORDER BY position"):
            yield decode(topic, bytes(state))
