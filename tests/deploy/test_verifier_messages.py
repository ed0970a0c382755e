"""The verifier of evidence packages: what a ticket and an acknowledgement are given on."""

from typing import Any, cast

import pytest
from cryptography import x509
from lxml import etree

from deploy.verifier.container import ReadContainer
from deploy.verifier.messages import SystemMessages
from deploy.verifier.pins import SystemPins, fingerprint
from deploy.verifier.steps import Protocol
from tests.clauses import clause
from tests.deploy.test_verifier_certificates import LEAF, ROOT, certificate

OTHER = certificate("other", "root")
STATES: dict[int, dict[str, Any]] = {
    1: {"message_id": "m", "package_hash": "p"},
    2: {"message_id": "m", "ticket_id": "t", "sha256": "word"},
    3: {"message_id": "m", "sha256": "r"},
    4: {"message_id": "m", "ticket_id": "t"},
    5: {"message_id": "another", "sha256": "r2", "package_hash": "p2"},
}
EVENTS = [
    {"position": at, "evidence": [{"name": name, "sha256": sha256}]}
    for at, name, sha256 in ((3, "receipt", "r"), (5, "receipt", "r2"))
]


def messages(pins: SystemPins) -> SystemMessages:
    """Two packages, one of them under a ticket, with their receipts; no signer of a package."""
    nothing = cast(ReadContainer, {})
    return SystemMessages(nothing, {"events": EVENTS}, STATES, pins)


def grounds(name: str, signer: x509.Certificate, said: dict[str, str]) -> list[str]:
    """The grounds of the checks of a message that says this; empty for what passed."""
    content = "".join(f"<{field}>{value}</{field}>" for field, value in said.items())
    word = etree.fromstring(f'<Word xmlns="urn:kz:tru-registry:exchange:1">{content}</Word>')
    known = messages(SystemPins(frozenset({fingerprint(LEAF)}), frozenset({fingerprint(ROOT)})))
    told = Protocol()
    for check, proof in known.further({"position": 4}, name, word, signer):
        told.run(check, "", proof)
    return [one.ground for one in told.steps]


@clause("S216-18.1", "S216-13b")
@pytest.mark.parametrize(
    ("said", "ground"),
    [
        ({"MessageId": "m", "TicketId": "t", "PackageHash": "p"}, ""),
        ({"MessageId": "another", "TicketId": "t", "PackageHash": "p2"}, "TICKET_PACKAGE"),
        ({"MessageId": "m", "TicketId": "t2", "PackageHash": "p"}, "TICKET_PACKAGE"),
        ({"MessageId": "m", "TicketId": "t", "PackageHash": "p2"}, "TICKET_PACKAGE"),
        ({"MessageId": "m", "TicketId": "t"}, "TICKET_PACKAGE"),
    ],
)
def test_a_ticket_is_the_registry_s_and_on_the_package_of_its_event(
    said: dict[str, str], ground: str
) -> None:
    assert grounds("ticket", ROOT, said) == ["", ground]
    assert grounds("ticket", OTHER, said) == ["SIGNER_OTHER", ground]


@clause("S216-18.1", "S216-13b")
@pytest.mark.parametrize(
    ("said", "ground"),
    [
        ({"MessageId": "m", "ReceiptSha256": "r"}, ""),
        ({"MessageId": "m", "ReceiptSha256": "r2"}, "ACKNOWLEDGED_RECEIPT"),
        ({"MessageId": "another", "ReceiptSha256": "r2"}, "ACKNOWLEDGED_RECEIPT"),
        ({"MessageId": "m"}, "ACKNOWLEDGED_RECEIPT"),
    ],
)
def test_an_acknowledgement_is_the_sender_s_and_of_the_receipt_that_stands_here(
    said: dict[str, str], ground: str
) -> None:
    assert grounds("acknowledgement", LEAF, said) == ["", ground]
    assert grounds("acknowledgement", OTHER, said) == ["SENDER_OTHER", ground]


def test_what_the_registry_signs_besides_is_held_against_its_certificate() -> None:
    for name in ("receipt", "pending", "void-receipt"):
        assert grounds(name, ROOT, {}) == [""]
        assert grounds(name, LEAF, {}) == ["SIGNER_OTHER"]
    assert grounds("package", OTHER, {}) == [], (
        "whose package it is the reader judges by its subject"
    )
