"""Purchases that an officer drafts and has announced, beside those that are announced as examples.

Their terms are seconds where a real purchase has days: no clock is moved.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from deploy.story.acts import first_act
from deploy.story.outcomes import warnings_of
from deploy.story.player import SIGNER, Player
from sez.publication.signers import party
from sez.tendering.example_purchases import Example, Setting
from shared_contracts.messages.document import Party
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.signing.sign import FileSigner
from shared_contracts.signing.subject import subject_of

BIDDING = timedelta(seconds=30)
"""How long the purchases of the story take bids which come to their results."""


def buyer(player: Player, signer: str = SIGNER) -> Party:
    """The organisation for which a person of the stand signs."""
    authority = player.stage.authority
    [first, *_] = FileSigner(authority.key(signer), authority.chain(signer)).certificates
    return party(subject_of(first))


def setting(player: Player) -> Setting:
    """Where a purchase of the story plays: now, by customer 1, with bids for seconds."""
    act = first_act("SEZ01", PURCHASE)
    return Setting(act, buyer(player), player.now(), BIDDING)


def announce_draft(player: Player, name: str, example: Example) -> dict[str, Any]:
    """Upload the files, write the draft down, have it signed; what became of version 1."""
    for file in example.files:
        player.stage.sez.put_file(file.content, file.document.sha256)
    drafted = player.stage.sez.post("/api/v1/drafts", as_json(example.purchase))
    player.keep(name, "tenders", drafted["object_id"])
    player.step(name, "announcement")
    return player.version(name, 1)


def as_json(document: Any) -> Any:
    """A document, or a part of one, as the interface takes it."""
    return msgspec.to_builtins(document)


def term(player: Player, name: str, which: str) -> datetime:
    """A moment that a purchase names, as it stands in the SEZ."""
    return datetime.fromisoformat(player.state(name)["state"]["purchase"][which])


def wait_until(player: Player, moment: datetime, for_what: str) -> None:
    """Wait until a moment has passed at both systems."""
    player.wait(lambda: True if player.now() > moment else None, for_what)


def tell_warnings(player: Player, answer: dict[str, Any]) -> None:
    """Say of what the Registry warned: a warning refuses nothing."""
    for rule, words in warnings_of(answer):
        player.transcript.say(f"The Registry warns by {rule}: {words}")
