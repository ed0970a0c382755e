"""What a SEZ has already is loaded under tickets; the hour is counted (S216-18.1, S216-18.3)."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from deploy.story.player import SIGNER, Player
from deploy.story.vendor import CODE, calling, keep, post, vendor_of
from sez.soap.client import RegistryClient
from shared_contracts import astana_time
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PULL, SUBMIT, ReceiptRequest, Ticket
from shared_contracts.messages.document import Environment, LocalizedText
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.programme import with_totals
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema

ITEMS = 450
"""How many items the large programme has."""

SAID = "Техникалық сипаттама / Техническая спецификация. " * 78
"""What is said of each of its items: nearly as much as may be, so that they are 5 MiB."""

PATIENCE = 300.0
"""Seconds to wait for the Registry's process for large documents, which goes after all others."""

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


def large_programme_is_loaded(player: Player) -> None:
    """The SEZ forms a programme of a file, and sends it under a ticket (S216-9.8, S216-18.1)."""
    player.transcript.chapter(
        "A large programme is loaded from a file",
        f"The customer's plan for a later year has {ITEMS:,} items, more than a message may hold.",
        "It is uploaded to the SEZ as a JSON file, formed and signed there in a process of its",
        "own, and sent under a ticket; the Registry examines it in slices and lists every item.",
    )
    asked = _large_programme(player)
    content = msgspec.json.encode(asked)
    sha256 = hashlib.sha256(content).hexdigest()
    player.stage.sez.put_file(content, sha256, "/uploads")
    made = player.stage.sez.post_long(f"/api/v1/programmes/files/{sha256}")
    player.keep("large programme", "programmes", made["object_id"])
    told = player.version("large programme", 1, PATIENCE)
    ticket = player.stage.sez.get_bytes(f"/api/v1/packages/{told['message_id']}/ticket")
    player.transcript.expect(
        "it left under a signed ticket",
        seen=codec.read(schema.parse(ticket), Ticket).message_id,
        expected=UUID(told["message_id"]),
    )

    def listed() -> list[int] | None:
        year = asked["programme"]["year_from"]
        rows = player.stage.registry.get("/api/v1/programmes", year=year, kind="ANNUAL")
        return [one["items"] for one in rows] or None

    player.transcript.expect(
        "the Registry took it, and lists all its items",
        seen=(told["state"], player.wait(listed, "listing of the large programme")),
        expected=("SYNCHRONISED", [ITEMS]),
    )


def _large_programme(player: Player) -> dict[str, Any]:
    """The programme of the year with its first item many times over, two years later."""
    [first, *_] = player.recorded("annual programme", "programmes")["history"]
    signed = schema.parse(player.stage.registry.get_bytes(first["document"]))
    programme = codec.read(signed, Programme)
    year = programme.year_from + 2
    item = programme.items[0]
    plans = (
        msgspec.structs.replace(plan, year=year, purchase_month=f"{year}-03")
        for plan in item.year_plans
    )
    said = LocalizedText(kk=SAID, ru=SAID)
    item = msgspec.structs.replace(item, description=said, year_plans=tuple(plans))
    items = tuple(
        msgspec.structs.replace(item, item_number=str(number)) for number in range(1, ITEMS + 1)
    )
    large = msgspec.structs.replace(
        programme, year_from=year, year_to=year, items=items, item_count=ITEMS
    )
    return {"programme": msgspec.to_builtins(with_totals(large)), "signers": [SIGNER]}


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
