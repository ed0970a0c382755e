"""The signed records behind what an audit found, byte for byte (S216-12a)."""

from uuid import UUID

from registry.audits import listing
from registry.audits.auditing import Auditing
from registry.audits.events import AuditObjectExamined
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.messages.audited_object import ObjectAuditAnswer
from shared_contracts.messages.packed import unpacked
from shared_contracts.xml import codec, schema


def record(audits: Auditing, audit_id: UUID, place: tuple[int, int], name: str) -> bytes:
    """A version as it was ``delivered``, or as the SEZ has it ``kept`` by its signed answer.

    ``place`` is the number of the event and that of the version; ``Absent`` where there is none.
    """
    number, version = place
    at = audits.find(audit_id)
    stream = listing.examined(audits.log, at.originator_id, number - 1, 1)
    event = stream[0].event if stream and stream[0].version == number else None
    if not isinstance(event, AuditObjectExamined):
        raise Absent(f"event {number} of audit {audit_id} examined no object")
    if name == "delivered":
        body = _delivered(audits, at.key.sez_code, event, version)
    else:
        answer = proven_evidence(audits.log, stream, "answer", _answer)
        body = None if answer is None else _kept(answer, version)
    if body is None:
        raise Absent(f"no version {version} of {event.object_id} is {name}")
    return body


def _delivered(
    audits: Auditing, code: str, event: AuditObjectExamined, version: int
) -> bytes | None:
    rows = listing.versions(audits.log, (audits.environment, code), event.object_id)
    found = next((one for one in rows if one.version == version), None)
    return None if found is None else audits.examining.delivered(code, found).read()


def _kept(answer: bytes, version: int) -> bytes | None:
    told = codec.read(schema.parse(answer), ObjectAuditAnswer)
    found = [one for one in told.signed_records if one.version == version]
    return unpacked(found[-1]).document if found else None


def _answer(event: Event) -> str | None:
    return event.answer_sha256 if isinstance(event, AuditObjectExamined) else None
