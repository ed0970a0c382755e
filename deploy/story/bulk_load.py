"""What a SEZ has already is loaded under tickets; the hour is counted (S216-18.1, S216-18.3)."""

from datetime import timedelta
from uuid import UUID

from deploy.story.player import Player
from deploy.story.vendor import CODE, calling, keep, post, vendor_of
from sez.soap.client import RegistryClient
from shared_contracts import astana_time
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PULL, SUBMIT, ReceiptRequest, Ticket
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema

PACKAGES, RECORDS = 5, 8
"""How many packages are loaded, and how many purchases each holds."""

AGO = {
    "two hours": timedelta(hours=2),
    "an hour and half a second": timedelta(hours=1, milliseconds=500),
}
"""How long ago the versions were formed that come late."""


def purchases_are_loaded_under_tickets(player: Player) -> None:
    """Packages get tickets at once; their receipts are asked for later (S216-18.1)."""
    player.transcript.chapter(
        "The second SEZ loads what it has, under tickets",
        f"{PACKAGES * RECORDS} purchases in {PACKAGES} packages, in the asynchronous mode. Each",
        "package is answered by a signed ticket as soon as the Registry has it on record; it is",
        "judged afterwards, and the receipt, the same as by the other way, is asked for by ticket.",
    )
    vendor = vendor_of(player)
    with calling(player) as client:
        tickets = {}
        for _ in range(PACKAGES):
            package = vendor.package(vendor.record() for _ in range(RECORDS))
            body = vendor.signed(package)
            ticket = codec.read(schema.parse(client.call(SUBMIT, body)), Ticket)
            tickets[ticket.ticket_id] = (package, body)
        player.transcript.expect(
            "every package has a ticket of its own", seen=len(tickets), expected=PACKAGES
        )
        receipts = [
            keep(player, *sent, _pulled(player, client, ticket)) for ticket, sent in tickets.items()
        ]
    player.transcript.expect(
        f"all {PACKAGES} receipts are there, and accept {PACKAGES * RECORDS} purchases",
        seen=[(one.result.value, len(one.records)) for one in receipts],
        expected=[("ACCEPTED", RECORDS)] * PACKAGES,
    )


def late_and_excused(player: Player) -> None:
    """One version comes two hours late; another only because of announced works (S216-18.3, 4)."""
    player.transcript.chapter(
        "Two versions come late, and one is excused",
        "The second SEZ sends a purchase that it formed two hours ago: late. Another it formed an",
        "hour ago, less than the works took in which the Registry accepted nothing: that is late",
        "too, by the clock of order 216, but the announced works excuse it. This SEZ has given no",
        "address for notices: that of the works waits for it in the Registry.",
    )
    vendor = vendor_of(player)
    for told, ago in AGO.items():
        receipt = post(player, vendor.package([vendor.record(astana_time.now() - ago)]))
        player.transcript.expect(
            f"what was formed {told} ago is recorded", seen=receipt.result, expected="ACCEPTED"
        )

    def listed() -> list[bool] | None:
        late = player.stage.registry.get(f"/api/v1/lateness/{CODE}")
        return [one["excused"] for one in late] if len(late) == len(AGO) else None

    player.transcript.expect(
        "both are late, and the one that was formed last is excused",
        seen=player.wait(listed, "list of what came late"),
        expected=[True, False],
    )


def _pulled(player: Player, client: RegistryClient, ticket: UUID) -> bytes:
    """The receipt of a ticket, asked for until it is there."""

    def asked() -> bytes | None:
        question = ReceiptRequest(
            message_id=uuid7(),
            sez_code=CODE,
            environment=Environment.STAND,
            created_at=astana_time.now(),
            ticket_id=ticket,
        )
        answer = client.call(PULL, sign_message(question, "question", vendor_of(player).system))
        return answer if codec.local_name(schema.parse(answer)) == "Receipt" else None

    receipt: bytes = player.wait(asked, "receipt of a ticket")
    return receipt
