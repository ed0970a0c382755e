"""An application of the story under way: its steps, its copies, its terms, while the clock runs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deploy.authority.identities import identity
from deploy.story.applications import Form
from shared_contracts.errors import Defect
from shared_contracts.http.remote import Remote, RemoteError

PATH = "/api/v1/admission"
DAY = 86_400.0
ACT = "ACT"
PROVEN = "Стендте тексерілді, жазба № {number} (проверено на стенде, запись № {number})"


@dataclass(slots=True)
class Applying:
    """An application, by its order; ``speed`` is that of the Registry's clock.

    ``keys`` names the identity that signs and acts for each body.
    """

    registry: Remote
    law: dict[str, Any]
    keys: dict[str, str]
    speed: float
    meanwhile: Callable[["Applying"], None] | None = None
    """What is done while days pass that take a second or more."""
    id: str = ""
    flaws: list[str] = field(default_factory=list)

    def file(self, form: Form, previous: str | None = None) -> "Applying":
        """File it; ``flaws`` are the clauses of what it lacks."""
        filed = self.registry.post(PATH, {"form": form, "previous": previous})
        self.id, self.flaws = filed["admission_id"], [one["clause"] for one in filed["flaws"]]
        return self

    def step(self, kind: str, body: str | None = None, **told: Any) -> Any:
        """Take a step."""
        by = {"by": {"body": body, "person": self.person(body)}} if body else {}
        return self.registry.post(f"{PATH}/{self.id}/steps", {"step": {"kind": kind} | by | told})

    def refused(self, kind: str, body: str, **told: Any) -> str:
        """Take a step that is refused; what is said."""
        try:
            self.step(kind, body, **told)
        except RemoteError as refusal:
            return str(refusal)
        raise Defect(f"{kind} of {self.id} was not refused")

    def group(self) -> None:
        """Create the working group: a member of each body of the law."""
        rule = self.law["group"]
        members = [
            {"body": one, "person": self.person(one), "position": "бөлім басшысы"}
            for one in rule["members"]
        ]
        self.step("CREATE_GROUP", rule["created_by"], members=members)

    def stage(self, name: str, days: float = 0.5, *, fits: bool = True) -> None:
        """A step begins, goes on for so many days or for its term, ends; its copies are given."""
        stage = next(one for one in self.law["stage"] if one["id"] == name)
        by = stage["by"][0]
        self.step("BEGIN", by, stage=name)
        self.pass_days(max(days, self._lasts()))
        told = {
            "verdict": "POSITIVE" if fits else "NEGATIVE",
            "lines": self._lines(stage, fits=fits),
        }
        self.step("CONCLUDE", by, stage=name, signatures=self._signed(stage["copies"]), **told)
        self.deliver(name, stage["copies"])

    def act(self, entry: Form) -> None:
        """The act is drawn up and its copies are given."""
        rule = self.law["act"]
        self.step("DRAW_UP_ACT", rule["by"], entry=entry, signatures=self._signed(rule["copies"]))
        self.deliver(ACT, rule["copies"])

    def deliver(self, document: str, copies: Sequence[str]) -> None:
        """Each copy is delivered."""
        for one in copies:
            told = {"received_by": self.person(one), "way": "нарочно, под роспись"}
            self.step("DELIVER", document=document, addressee=one, **told)

    def pass_days(self, days: float) -> None:
        """So many days pass for the Registry."""
        until = time.monotonic() + days * DAY / self.speed
        if self.meanwhile is not None and until - time.monotonic() >= 1.0:
            self.meanwhile(self)
        time.sleep(max(0.0, until - time.monotonic()))

    def terms(self) -> list[dict[str, Any]]:
        """The terms with each of their days."""
        found: list[dict[str, Any]] = self.registry.get(f"{PATH}/{self.id}/terms")
        return found

    def events(self) -> list[dict[str, Any]]:
        """What happened to it."""
        found: list[dict[str, Any]] = self.registry.get(f"{PATH}/{self.id}/events")
        return [one["event"] for one in found]

    def shown(self) -> Any:
        """Where it stands."""
        return self.registry.get(f"{PATH}/{self.id}")

    def person(self, body: str) -> str:
        """Who acts and signs for a body."""
        who = identity(self.keys[body]).person
        return f"{who.surname} {who.given} {who.patronymic}" if who else self.keys[body]

    def _lasts(self) -> float:
        """For how many days a step must go on; 0 where no term says so."""
        for one in self.terms():
            if one["consequence"] == "LASTS" and one["status"] == "RUNNING":
                since = datetime.fromisoformat(one["counted"]["since"])
                until = datetime.fromisoformat(one["counted"]["until"])
                return (until - since).total_seconds() / DAY - 0.5
        return 0.0

    def _lines(self, stage: dict[str, Any], *, fits: bool) -> list[Form]:
        """Each point judged; the last does not fit unless all do."""
        points = [one for one in self.law["point"] if one["list"] in stage["lists"]]
        return [
            {
                "list": one["list"],
                "point": one["id"],
                "fits": fits or number < len(points),
                "reason": PROVEN.format(number=number),
            }
            for number, one in enumerate(points, start=1)
        ]

    def _signed(self, bodies: Sequence[str]) -> list[Form]:
        return [{"body": one, "person": self.person(one)} for one in bodies]
