"""Who plays the story: the stand, the transcript, and what is collected on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.stand import DemoStand
from deploy.transcript import Transcript
from shared_contracts import astana_time
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
    objects: dict[str, str] = field(default_factory=dict)
    """Every object of the story by its name: tenders, and those of other kinds."""
    kinds: dict[str, str] = field(default_factory=dict)
    """The part of the address of each object that is no tender."""
    offers: dict[str, list[Any]] = field(default_factory=dict)
    """What was bid for a purchase, by its name."""
    vendor: Any = None
    """Who writes the second SEZ, once there is one."""
    saved: int = 0

    def announce(self, name: str, example: str, kind: str = "tenders", **wanted: Any) -> str:
        """Have an example announced, and remember the object under ``name``."""
        asked = {"example": example, "signer": SIGNER} | wanted
        made = self.stage.sez.post(f"/api/v1/examples/{kind}", asked)
        return self.keep(name, kind, made["object_id"])

    def draft(self, name: str, kind: str, document: dict[str, Any]) -> str:
        """Write a draft down, and remember the object under ``name``."""
        return self.keep(name, kind, self.stage.sez.post(f"/api/v1/{kind}", document)["object_id"])

    def keep(self, name: str, kind: str, object_id: str) -> str:
        """Remember an object of a kind, which is the part of its address, under ``name``."""
        self.objects[name], self.kinds[name] = object_id, kind
        return object_id

    def step(self, name: str, what: str, **asked: Any) -> Any:
        """Take a step with an object."""
        return self.ask(name, what, {"signers": [SIGNER]} | asked)

    def ask(self, name: str, what: str, content: dict[str, Any]) -> Any:
        """Post something about an object that nobody signs."""
        return self.stage.sez.post(f"{self._address(name)}/{what}", content)

    def state(self, name: str) -> dict[str, Any]:
        """Where an object stands, by its SEZ."""
        state: dict[str, Any] = self.stage.sez.get(self._address(name))
        return state

    def refused_step(self, name: str, what: str, **asked: Any) -> str:
        """Take a step that the SEZ refuses; what it says."""
        return self.refused(name, what, {"signers": [SIGNER]} | asked)

    def refused(self, name: str, what: str, content: dict[str, Any]) -> str:
        """Post something about an object that the SEZ refuses; what it says."""
        try:
            self.ask(name, what, content)
        except RemoteError as refused:
            return str(refused)
        raise Defect(f"{what} of {name} was not refused")

    def extend(self, name: str, protocol: int, **asked: Any) -> None:
        """Take bids five days longer, by a protocol of the commission with this number."""
        purchase = self.state(name)["state"]["purchase"]
        moments = {term: _later(purchase[term]) for term in ("bids_to", "opening_at")}
        why = {
            "reason": "Изменена конкурсная документация",
            "decided_by": f"Конкурсная комиссия, протокол № {protocol}",
        }
        self.step(name, "extension", **moments, **why, **asked)

    def withdraw(self, name: str, version: int, reason: str) -> None:
        """Take a refused version back, so that its number can be used again."""
        self.ask(name, "withdrawal", {"version": version, "reason": reason})

    def version(self, name: str, number: int, seconds: float = TIMEOUT) -> dict[str, Any]:
        """What became of a version, once the Registry has answered; kept as evidence."""

        def answered() -> dict[str, Any] | None:
            versions = self.stage.sez.get(f"/api/v1/outbox/{self.objects[name]}")
            for one in versions:
                if one["version"] == number and one["state"] in {"SYNCHRONISED", "REFUSED"}:
                    found: dict[str, Any] = one
                    return found
            return None

        told = f"answer about {name}, version {number}"
        found: dict[str, Any] = self.wait(answered, told, seconds)
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
            if record.document is not None:
                name = f"{record.header.object_id}-{record.header.version}-{message_id[-6:]}"
                self.write("documents", name, record.document)
        self.write("receipts", message_id, receipt)

    def write(self, kind: str, name: str, content: bytes) -> Path:
        """Write a file of evidence."""
        path = self.folder / kind / f"{name}.xml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def kept(self, name: str, version: int) -> Path:
        """The file of a version's document, once its answer was had."""
        (path, *_) = (self.folder / "documents").glob(f"{self.objects[name]}-{version}-*.xml")
        return path

    def wait(self, look: Callable[[], Any], for_what: str, seconds: float = TIMEOUT) -> Any:
        """Look until there is something to see; ``Defect`` when the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(0.1)
        raise Defect(f"no {for_what} within {seconds:.0f} s")

    def sez_clock(self) -> datetime:
        """What time it is for the SEZ, which corrects its clock by the Registry's."""
        return datetime.fromisoformat(self.stage.sez.get("/api/v1/clock")["corrected"])

    def now(self) -> datetime:
        """A moment that has come at both systems, whichever clock is ahead."""
        return min(self.sez_clock(), astana_time.now())

    def purchase(self, name: str) -> dict[str, Any]:
        """A tender as the Registry shows it, with its history."""
        return self.recorded(name, "purchases")

    def recorded(self, name: str, kind: str) -> dict[str, Any]:
        """An object as the Registry shows it; ``kind`` is the part of its address there."""
        address = f"/api/v1/{kind}/{self.registry_id(name)}"
        shown: dict[str, Any] = self.stage.registry.get(address)
        return shown

    def registry_id(self, name: str) -> str:
        """The identifier of an object at the Registry."""
        versions = self.stage.sez.get(f"/api/v1/outbox/{self.objects[name]}")
        return next(str(one["registry_id"]) for one in versions if one["registry_id"])

    def _address(self, name: str) -> str:
        return f"/api/v1/{self.kinds[name]}/{self.objects[name]}"


def _later(moment: str) -> str:
    """Five days after a moment, both as the interface writes them."""
    return (datetime.fromisoformat(moment) + timedelta(days=5)).isoformat()
