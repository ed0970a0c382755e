"""A check from the outside: both databases are read again, row by row, and held side by side.

It uses no projection and no head: only the events and the evidence as they stand.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

import registry.app  # the Registry's topics
import sez.app
from registry.records.record import VersionRecorded
from sez.records.version import VersionSigned, VersionTakenBack
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.event import Event, decode

SYSTEMS = (registry.app, sez.app)
"""Both are imported, so that every topic can be read."""

Versions = dict[tuple[str, int], str]
"""Hash of the signed document, by object and version."""


@dataclass(slots=True)
class Findings:
    """What the check saw."""

    events: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    versions: int = 0


def compare(registry_dsn: str, sez_dsn: str, sez_code: str) -> Findings:
    """Hold the SEZ's signed versions against the Registry's records of them."""
    findings = Findings()
    for name, dsn in (("registry", registry_dsn), ("sez", sez_dsn)):
        outcome = audit(dsn)
        findings.events[name] = outcome.size
        if outcome.difference is not None:
            findings.differences.append(f"{name}: {outcome.difference}")
    recorded = _recorded(registry_dsn, sez_code)
    signed = _signed(sez_dsn)
    findings.versions = len(signed)
    for key in sorted(recorded.keys() | signed.keys()):
        if recorded.get(key) != signed.get(key):
            said = f"the SEZ signed {signed.get(key)}, the Registry recorded {recorded.get(key)}"
            findings.differences.append(f"object {key[0]} version {key[1]}: {said}")
    return findings


def _recorded(dsn: str, sez_code: str) -> Versions:
    return {
        (str(event.header.object_id), event.header.version): event.header.document_hash
        for event in _events(dsn)
        if isinstance(event, VersionRecorded) and event.sez_code == sez_code
    }


def _signed(dsn: str) -> Versions:
    """The versions that stand: what was taken back after a refusal does not."""
    standing: Versions = {}
    for event in _events(dsn):
        match event:
            case VersionSigned():
                standing[str(event.object_id), event.version] = event.document_hash
            case VersionTakenBack():
                for key in [key for key in standing if key[0] == str(event.object_id)]:
                    if key[1] >= event.version:
                        del standing[key]
            case _:
                pass
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT body FROM log.evidence WHERE name = 'document'")
        kept = {hashlib.sha256(body).hexdigest() for (body,) in rows}
    return {key: digest for key, digest in standing.items() if digest in kept}


def _events(dsn: str) -> Iterator[Event]:
    with psycopg.connect(dsn) as connection, connection.cursor("reader") as cursor:
        for topic, state in cursor.execute("SELECT topic, state FROM log.events ORDER BY position"):
            yield decode(topic, bytes(state))
