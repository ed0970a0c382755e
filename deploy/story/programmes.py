"""Programmes of purchases: loaded, and changed item by item (S216-9.8, S216-A2.7, S216-A2.8)."""

from typing import Any

import msgspec

from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from shared_contracts.messages.programme import Programme
from shared_contracts.xml import codec, schema


def programmes_are_loaded(player: Player) -> None:
    """A programme of five years and one of a year are put on record (S216-A2.7)."""
    player.transcript.chapter(
        "Programmes of purchases are loaded",
        "What the customer plans to buy: a medium-term programme for five years, an annual one for",
        "the next. Each is one signed document, which the Registry judges line by line.",
    )
    for name in ("medium-term programme", "annual programme"):
        player.announce(name, name.replace(" ", "-"), "programmes")
        expect_recorded(player, name, 1, f"the {name}")
    shown = player.recorded("annual programme", "programmes")
    player.transcript.expect(
        "the Registry shows it as accepted", seen=shown["state"]["status"], expected="ACCEPTED"
    )


def programme_is_changed(player: Player) -> None:
    """An item of the year's programme is left out; only what differs is asked for (S216-A2.8)."""
    player.transcript.chapter(
        "A programme is changed",
        "The customer gives up one item of the year. The SEZ asks by RequestProgrammeChange what",
        "the Registry needs of it; the answer names the items that differ, and the version that is",
        "supplied is answered with the identifier of each.",
    )
    [first] = player.recorded("annual programme", "programmes")["history"]
    signed = schema.parse(player.stage.registry.get_bytes(first["document"]))
    programme: dict[str, Any] = msgspec.to_builtins(codec.read(signed, Programme))
    kept = programme["items"][:1]
    [plan] = kept[0]["year_plans"]
    [total] = programme["year_totals"]
    changed = {
        **programme,
        "items": kept,
        "item_count": 1,
        "year_totals": [total | {"amount": plan["amount"]}],
    }
    player.step("annual programme", "change", programme=changed, reason="Закуп не нужен")
    expect_recorded(player, "annual programme", 2, "version 2")
    later = player.recorded("annual programme", "programmes")
    items = player.stage.registry.get(f"/api/v1/programmes/{later['state']['registry_id']}/items")
    player.transcript.expect(
        "the Registry has both versions, and shows the items that are left",
        seen=(len(later["history"]), [one["number"] for one in items]),
        expected=(2, [kept[0]["item_number"]]),
    )
