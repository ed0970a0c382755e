"""Suppliers: cards go to the Registry, and one is chosen from what it finds (S216-A2.4)."""

from typing import Any

from deploy.story.drafting import as_json, buyer
from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player


def suppliers_are_registered(player: Player) -> None:
    """A supplier's card, and those of both customers, are put on record (S216-2.1b, S216-A3.1j)."""
    player.transcript.chapter(
        "Suppliers are put on record",
        "The card of a producer, signed by the customer who files it, goes to the Registry, and",
        "those of the two customers themselves: from now on the Registry can say whether whoever",
        "is named in a document is known to it.",
    )
    player.announce("supplier", "supplier", "suppliers")
    expect_recorded(player, "supplier", 1, "the producer's card")
    card = player.state("supplier")["state"]["card"]
    for number, signer in enumerate(CUSTOMERS, 1):
        name = f"card of customer {number}"
        own = as_json(buyer(player, signer))
        player.draft(name, "suppliers", card | own)
        player.step(name, "registration", signers=[signer], reason="Заказчик")
        expect_recorded(player, name, 1, f"the {name}")


CUSTOMERS = ("customer1-head", "customer2-head")
"""Who signs for each of the customers."""


def supplier_is_found_and_chosen(player: Player) -> None:
    """A second customer asks for a supplier who is known already, and chooses its card (A2.4)."""
    player.transcript.chapter(
        "A known supplier is found and chosen",
        "Another card is drafted for the same supplier. The SEZ asks by a fragment of the name,",
        "which is too short: the Registry says what it needs. Asked again, it answers with a list;",
        "a person chooses, and the card goes by SelectSupplier.",
    )
    card: dict[str, Any] = player.state("supplier")["state"]["card"]
    player.draft("chosen", "suppliers", card)
    short = player.ask("chosen", "query", {"name_fragment": "Ба"})
    player.transcript.expect(
        "two letters are too few: the Registry asks for a longer fragment",
        seen=(short["status"], short["state"]["missing"]),
        expected=("SUPPLEMENT_REQUIRED", ["NameFragment"]),
    )
    listed = player.ask("chosen", "query", {"name_fragment": "барлау серв", "kato": "390000000"})
    candidates = listed["state"]["candidates"]
    player.transcript.expect(
        "then it lists the supplier with a score and the hash of its card",
        seen=[one["bin"] for one in candidates],
        expected=[card["bin"]],
    )
    player.transcript.show("The list", candidates)
    choice = {"registry_id": candidates[0]["registry_id"], "chosen_by": "Бекова А. М."}
    player.ask("chosen", "selection", choice)
    player.step("chosen", "registration", reason="Выбран из списка")
    expect_recorded(player, "chosen", 1, "the card that was chosen")
