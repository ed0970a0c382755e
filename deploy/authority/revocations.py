"""Which certificates of the test authority are revoked, in one file that every answer reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

REVOCATIONS = "revoked.json"
"""File of the revocations, by serial number as text."""

KEY_COMPROMISE = "key_compromise"


@dataclass(frozen=True, slots=True)
class Revoked:
    """Since when and why a certificate is revoked (RFC 5280, 5.3.1, in asn1crypto's words).

    What is not ``listed`` is revoked for OCSP only, and the CRLs do not name it.
    """

    since: datetime
    reason: str = KEY_COMPROMISE
    listed: bool = True


def read_revocations(folder: Path) -> dict[int, Revoked]:
    """Who is revoked, by serial number."""
    path = folder / REVOCATIONS
    if not path.exists():
        return {}
    return {int(serial): _read(one) for serial, one in json.loads(path.read_bytes()).items()}


def write_revocations(folder: Path, revoked: Mapping[int, Revoked]) -> None:
    """Put the revocations where every answer reads them from; the file is replaced whole."""
    written = {
        str(serial): {
            "since": one.since.isoformat(timespec="seconds"),
            "reason": one.reason,
            "listed": one.listed,
        }
        for serial, one in revoked.items()
    }
    fresh = folder / f"{REVOCATIONS}.new"
    fresh.write_text(json.dumps(written))
    fresh.replace(folder / REVOCATIONS)


def listed_revocations(folder: Path) -> dict[int, Revoked]:
    """Those of whom the CRLs tell."""
    return {serial: one for serial, one in read_revocations(folder).items() if one.listed}


def _read(written: dict[str, Any]) -> Revoked:
    return Revoked(
        datetime.fromisoformat(written["since"]), written["reason"], listed=written["listed"]
    )
