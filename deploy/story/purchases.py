"""The main line: announced, documentation changed, extended, changed, failed, deleted."""

import hashlib
from copy import deepcopy
from datetime import datetime
from typing import Any

from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from deploy.story.posting import post_again
from sez.examples.files import example_file
from shared_contracts import astana_time

BIDDING = 5
"""Seconds for which the auction of the story takes bids."""


def clocks_are_compared(player: Player) -> None:
    """The SEZ measures its clock against the Registry's and applies the difference (S216-A3.3)."""
    player.transcript.chapter(
        "The clocks are compared",
        "The SEZ asks GetTime, verifies the signed answer and corrects its clock by it.",
    )
    clock = player.stage.sez.post("/api/v1/clock")
    player.transcript.expect(
        f"the clocks differ by {clock['offset_seconds']:+.3f} s, which is little enough",
        seen=abs(clock["offset_seconds"]) < 1,
        expected=True,
    )


def tender_is_announced(player: Player) -> None:
    """An open tender of two lots is announced (S216-9.1, S216-A3.1a)."""
    player.transcript.chapter(
        "An open tender is announced",
        "The head of the customer signs the purchase; the SEZ signs the package. The Registry does",
        "not have the tender documentation yet: it answers FILES_MISSING with the hashes, the SEZ",
        "sends the files and repeats the package.",
    )
    player.announce("tender", "announcement")
    answer = player.version("tender", 1)
    player.transcript.expect("version 1 is recorded", seen=answer["state"], expected="SYNCHRONISED")
    player.transcript.expect(
        "it came within the hour that order 216 gives", seen=answer["late"], expected=False
    )
    player.transcript.show("What the SEZ knows of it", answer)
    shown = player.purchase("tender")
    player.transcript.expect(
        "the Registry shows it as announced", seen=shown["state"]["status"], expected="ANNOUNCED"
    )
    evidence = shown["history"][0]["document"]
    document = player.stage.registry.get_bytes(evidence)
    player.transcript.expect(
        "the document in the Registry is, byte for byte, the one that was signed",
        seen=hashlib.sha256(document).hexdigest(),
        expected=answer["document_hash"],
    )


def documentation_changes(player: Player) -> None:
    """A file of the tender documentation gets a new version (S216-A3.1b)."""
    player.transcript.chapter(
        "The documentation changes",
        "A new version of one file is uploaded; the whole list of files is signed as version 2.",
    )
    documents: list[dict[str, Any]] = player.state("tender")["state"]["purchase"]["documents"]
    changed = deepcopy(documents)
    file = example_file("TENDER_DOCS", astana_time.now(), version=2)
    player.stage.sez.put_file(file.content, file.document.sha256)
    changed[0] |= {
        "version": 2,
        "sha256": file.document.sha256,
        "size": file.document.size,
        "file_name": file.document.file_name,
        "uploaded_at": file.document.uploaded_at.isoformat(),
    }
    player.step("tender", "documentation", documents=changed, reason="Уточнены требования")
    _recorded(player, "tender", 2)


def tender_is_extended(player: Player) -> None:
    """The end of bidding is moved by five days (S216-A3.1c)."""
    player.transcript.chapter("The tender is extended", "Bids are taken five days longer.")
    player.extend("tender", protocol=3)
    _recorded(player, "tender", 3)


def purchase_changes(player: Player) -> None:
    """The purchase itself is changed (S216-A3.1h)."""
    player.transcript.chapter("The purchase changes", "The contact gets a second telephone number.")
    purchase = player.state("tender")["state"]["purchase"]
    purchase["contacts"][0]["phones"].append("+77122305678")
    player.step("tender", "change", purchase=purchase, reason="Дополнены контакты")
    _recorded(player, "tender", 4)
    history = player.purchase("tender")["history"]
    player.transcript.expect(
        "the Registry keeps all four versions, each with its evidence",
        seen=[one["topic"] for one in history],
        expected=[
            "purchase-announced.1",
            "tender-documentation-changed.1",
            "purchase-extended.1",
            "purchase-changed.1",
        ],
    )


def repetition_gets_the_same_bytes(player: Player) -> None:
    """A package that comes again gets the receipt it got (wire.md 6)."""
    player.transcript.chapter(
        "The same package comes again",
        "Posted once more, over SOAP 1.1 and over SOAP 1.2, it is one and the same message.",
    )
    versions = player.stage.sez.get(f"/api/v1/outbox/{player.objects['tender']}")
    message_id = versions[0]["message_id"]
    first = player.stage.sez.get_bytes(f"/api/v1/packages/{message_id}/receipt")
    for soap, answer in post_again(player, message_id):
        player.transcript.expect(
            f"over SOAP {soap} the first receipt came back, byte for byte",
            seen=answer == first,
            expected=True,
        )
    history = player.purchase("tender")["history"]
    player.transcript.expect("nothing was recorded twice", seen=len(history), expected=4)


def single_source_follows_a_failed_auction(player: Player) -> None:
    """A purchase from a single source on the base of a failed one (S216-A3.1d)."""
    player.transcript.chapter(
        "A single-source purchase on the base of a failed one",
        "An electronic auction takes bids for a few seconds only and is then declared failed, with",
        "its ground. The customer buys from a single source and names the auction as the base.",
    )
    player.announce("auction", "auction", bidding_seconds=BIDDING)
    _recorded(player, "auction", 1)
    ended = datetime.fromisoformat(player.state("auction")["state"]["purchase"]["bids_to"])
    player.wait(lambda: True if astana_time.now() > ended else None, "end of bidding")
    ground = {
        "code": "NO_BIDS",
        "text": {"kk": "Өтінім түскен жоқ", "ru": "Заявок не поступило", "en": "No bids came"},
    }
    player.step("auction", "end", kind="FAILED", ground=ground, reason="Не состоялся")
    _recorded(player, "auction", 2)
    player.transcript.expect(
        "the Registry shows the auction as failed",
        seen=player.purchase("auction")["state"]["status"],
        expected="FAILED",
    )
    player.announce("single source", "single-source", base=player.objects["auction"])
    _recorded(player, "single source", 1)


def purchase_is_deleted(player: Player) -> None:
    """A purchase is deleted; its history stays (S216-A3.1i, S216-12a)."""
    player.transcript.chapter("A purchase is deleted", "Its history stays in the Registry.")
    player.step("single source", "deletion", reason="Закуп объявлен ошибочно")
    _recorded(player, "single source", 2)
    shown = player.purchase("single source")
    player.transcript.expect(
        "the Registry shows it as deleted", seen=shown["state"]["status"], expected="DELETED"
    )
    player.transcript.expect("and still has its history", seen=len(shown["history"]), expected=2)


def _recorded(player: Player, name: str, number: int) -> None:
    expect_recorded(player, name, number, f"version {number} of the {name}")
