"""Random histories over kinds of record, between two processes (S216-18.1, S216-13a).

What the SEZ lets through the Registry accepts, what is unlawful is refused and changes nothing, and
in the end both have signed and recorded the same.
"""

import os
import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from deploy.outside_check import compare
from deploy.story.player import Player
from deploy.transcript import Transcript
from shared_contracts.http.remote import RemoteError
from tests.clauses import clause
from tests.journeys.stand import running_stand, until
from tests.pki import Pki
from tests.postgres import Databases

STEPS = 45
"""Steps of a history, lawful or not."""
SEED = int(os.environ.get("HISTORY_SEED", "216"))
"""Which history is played; another is asked for by ``HISTORY_SEED``."""

WHY = "Уточнение"


class Histories:
    """Takes random steps with what a player announced, and remembers what was unlawful."""

    def __init__(self, player: Player, chance: random.Random) -> None:
        self.player, self.chance = player, chance
        self.refused: list[str] = []
        self.taken: list[str] = []

    def step(self) -> None:
        """Take a step: something new, or something with an object that is there, lawful or not."""
        names = sorted(self.player.objects)
        if len(names) < 4 or self.chance.random() < 0.25:
            example = self.chance.choice(sorted(NEW))
            self.player.announce(f"{example} {len(names)}", example, NEW[example])
            self.taken.append(example)
            return
        name = self.chance.choice(names)
        what = self.chance.choice(sorted(ASKED[self.player.kinds[name]]))
        before = self.player.state(name)
        asked = ASKED[self.player.kinds[name]][what](deepcopy(before["state"]))
        try:
            self.player.step(name, what.partition(" ")[0], **asked)
        except RemoteError as error:
            refused = str(error)
        else:
            self.taken.append(f"{what} of {name}")
            return
        assert "HTTP 409" in refused or "HTTP 422" in refused, refused
        assert self.player.state(name) == before, (name, what)
        self.refused.append(f"{what} of {name}")


NEW: Mapping[str, str] = {
    "announcement": "tenders",
    "auction": "tenders",
    "single-source": "tenders",
    "supplier": "suppliers",
    "foreign-supplier": "suppliers",
}
"""Examples that may be announced any number of times, and the address of their kind."""

Asked = Callable[[dict[str, Any]], dict[str, Any]]


def _deletion(_state: dict[str, Any]) -> dict[str, Any]:
    return {"reason": WHY}


def _changed_purchase(state: dict[str, Any]) -> dict[str, Any]:
    purchase = state.get("purchase") or {}
    for contact in purchase.get("contacts", ()):
        contact["phones"] = ["+77122305678"]
    return {"purchase": purchase, "reason": WHY}


def _ended(_state: dict[str, Any]) -> dict[str, Any]:
    ground = {"code": "NO_BIDS", "text": {"kk": "Жоқ", "ru": "Нет", "en": "None"}}
    return {"kind": "FAILED", "ground": ground, "reason": WHY}


def _cancelled(state: dict[str, Any]) -> dict[str, Any]:
    return _ended(state) | {"kind": "CANCELLED"}


def _changed_card(state: dict[str, Any]) -> dict[str, Any]:
    card = dict(state.get("card") or {})
    card["status"] = "INACTIVE" if card.get("status") == "ACTIVE" else "ACTIVE"
    return {"card": card, "reason": WHY}


ASKED: Mapping[str, Mapping[str, Asked]] = {
    "tenders": {
        "change": _changed_purchase,
        "deletion": _deletion,
        "end as failed": _ended,
        "end as cancelled": _cancelled,
    },
    "suppliers": {"change": _changed_card, "deletion": _deletion, "registration": _deletion},
}
"""What may be asked of an object of a kind, whatever its state; the first word is the address."""


@clause("S216-18.1", "S216-13a", "S216-A3.1h", "S216-A3.1i", "S216-A3.1k", "S216-A3.1l")
def test_what_a_sez_lets_through_is_recorded_and_nothing_else(
    pki: Pki, databases: Databases, tmp_path: Path
) -> None:
    with running_stand(pki, tmp_path, databases) as stand:
        stand.start_registry()
        stand.enter_sez()
        stand.start_sez()
        player = Player(stand, Transcript(tmp_path / "transcript.md"), tmp_path)
        histories = Histories(player, random.Random(SEED))  # noqa: S311  # a history, not a secret
        for _ in range(STEPS):
            histories.step()

        def settled() -> bool | None:
            waiting = stand.sez.get("/api/v1/outbox")["unsynchronised"]
            refused = [one for one in waiting if one["state"] == "REFUSED"]
            assert not refused, (SEED, histories.taken, refused)
            return None if waiting else True

        until(settled)
        assert histories.refused, SEED
        stand.stop()
        dsns = (
            stand.registry_changes["REGISTRY_DATABASE_URL"],
            stand.sez_changes["SEZ_DATABASE_URL"],
        )
        found = compare(*dsns, "SEZ01")
        assert found.differences == [], SEED
        assert found.versions > STEPS / 5
