"""A difference as the report of an audit tells it (S216-12)."""

import msgspec

from registry.audits.finding import AuditFinding, ExaminedVersion, Side


class ReportedFinding(AuditFinding, frozen=True, kw_only=True, omit_defaults=True):
    """A difference: found on the page of the event ``number``, and what each side's log says."""

    number: int
    registry: Side | None = None
    sez: Side | None = None


def reported(
    number: int, found: tuple[AuditFinding, ...], versions: tuple[ExaminedVersion, ...]
) -> list[ReportedFinding]:
    """What was found on the page of the event ``number``, each with both sides of its version."""
    sides = {one.version: one for one in versions}
    return [
        ReportedFinding(
            **msgspec.structs.asdict(one),
            number=number,
            registry=side.registry if side else None,
            sez=side.sez if side else None,
        )
        for one in found
        for side in [sides.get(one.version) if one.version is not None else None]
    ]
