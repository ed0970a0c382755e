"""Who plays the story: the stand, the transcript, and what is collected on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.stand import DemoStand
from deploy.transcript import Transcript
from shared_contracts.errors import Defect
from shared_contracts.http.remote import RemoteError
from shared_contracts.messages.package import Package
from shared_contracts.xml import codec, schema

SIGNER = "customer1-head"
"""The user of the customer who signs, the head of the company."""

TIMEOUT = 60.0
"""Seconds to wait for something that happens by itself."""


@dataclass(slots=True)
class Player:
    """Plays on a stage, writes into a transcript, and leaves evidence in a folder."""

    stage: DemoStand
    transcript: Transcript
    folder: Path
    tenders: dict[str, str] = field(default_factory=dict)
    saved: int = 0

    def announce(self, name: str, example: str, **wanted: Any) -> str:
        """Have an example announced, and remember the tender under ``name``."""
        asked = {"example": example, "signer": SIGNER} | wanted
        self.tenders[name] = self.stage.sez.post("/api/v1/examples/tenders", asked)["object_id"]
        return self.tenders[name]

    def step(self, name: str, what: str, **asked: Any) -> Any:
        """Take a step with a tender."""
        content = {"signers": [SIGNER]} | asked
        return self.stage.sez.post(f"/api/v1/tenders/{self.tenders[name]}/{what}", content)

    def refused_step(self, name: str, what: str, **asked: Any) -> str:
        """Take a step that the SEZ refuses; what it says."""
        try:
            self.step(name, what, **asked)
        except RemoteError as refused:
            return str(refused)
        raise Defect(f"{what} of {name} was not refused")

    def extend(self, name: str, protocol: int, **asked: Any) -> None:
        """Take bids five days longer, by a protocol of the commission with this number."""
        purchase = self.tender_state(name)["state"]["purchase"]
        moments = {term: _later(purchase[term]) for term in ("bids_to", "opening_at")}
        why = {
            "reason": "Изменена конкурсная документация",
            "decided_by": f"Конкурсная комиссия, протокол № {protocol}",
        }
        self.step(name, "extension", **moments, **why, **asked)

    def withdraw(self, name: str, version: int, reason: str) -> None:
        """Take a refused version back, so that its number can be used again."""
        withdrawn = {"version": version, "reason": reason}
        self.stage.sez.post(f"/api/v1/tenders/{self.tenders[name]}/withdrawal", withdrawn)

    def tender_state(self, name: str) -> dict[str, Any]:
        """Where a tender stands, by its SEZ."""
        state: dict[str, Any] = self.stage.sez.get(f"/api/v1/tenders/{self.tenders[name]}")
        return state

    def version(self, name: str, number: int) -> dict[str, Any]:
        """What became of a version, once the Registry has answered; kept as evidence."""

        def answered() -> dict[str, Any] | None:
            versions = self.stage.sez.get(f"/api/v1/outbox/{self.tenders[name]}")
            for one in versions:
                if one["version"] == number and one["state"] in {"SYNCHRONISED", "REFUSED"}:
                    found: dict[str, Any] = one
                    return found
            return None

        found: dict[str, Any] = self.wait(answered, f"answer about {name}, version {number}")
        self.save(found["message_id"])
        return found

    def save(self, message_id: str) -> None:
        """Keep package, receipt and documents of a message as files."""
        self.saved += 1
        sez = self.stage.sez
        package = sez.get_bytes(f"/api/v1/packages/{message_id}/package")
        receipt = sez.get_bytes(f"/api/v1/packages/{message_id}/receipt")
        self.write("packages", message_id, package)
        for record in codec.read(schema.parse(package), Package).records:
            name = f"{record.header.object_id}-{record.header.version}-{message_id[-6:]}"
            self.write("documents", name, record.document or b"")
        self.write("receipts", message_id, receipt)

    def write(self, kind: str, name: str, content: bytes) -> Path:
        """Write a file of evidence."""
        path = self.folder / kind / f"{name}.xml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def kept(self, name: str, version: int) -> Path:
        """The file of a version's document, once its answer was had."""
        (path, *_) = (self.folder / "documents").glob(f"{self.tenders[name]}-{version}-*.xml")
        return path

    def wait(self, look: Callable[[], Any], for_what: str) -> Any:
        """Look until there is something to see; ``Defect`` when the time is over."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(0.1)
        raise Defect(f"no {for_what} within {TIMEOUT:.0f} s")

    def purchase(self, name: str) -> dict[str, Any]:
        """A tender as the Registry shows it, with its history."""
        versions = self.stage.sez.get(f"/api/v1/outbox/{self.tenders[name]}")
        registry_id = next(one["registry_id"] for one in versions if one["registry_id"])
        shown: dict[str, Any] = self.stage.registry.get(f"/api/v1/purchases/{registry_id}")
        return shown


def _later(moment: str) -> str:
    """Five days after a moment, both as the interface writes them."""
    return (datetime.fromisoformat(moment) + timedelta(days=5)).isoformat()
