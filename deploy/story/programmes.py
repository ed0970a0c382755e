"""Programmes of purchases: the medium-term one and the year's (S216-9.8, S216-A2.7)."""

from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player


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
