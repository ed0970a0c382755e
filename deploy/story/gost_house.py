"""A customer whose people sign with GOST keys, as Kazakhstan's authority issues them today.

(S95-4, S216-3, S216-A2.1.3)
"""

import json

from deploy.authority.stamp_client import stamps_from
from deploy.story.player import Player
from deploy.story.purchases import later
from deploy.story.refusals import told_recorded, told_refused
from sez.examples.purchases import Setting, open_tender
from sez.publication.signers import party
from shared_contracts import astana_time
from shared_contracts.identifiers import uuid7
from shared_contracts.messages import codec, schema
from shared_contracts.messages.document import Act, Environment, ObjectType, Operation
from shared_contracts.signing.report import Form
from shared_contracts.signing.sign import FileSigner, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import verify_person

HEAD = "customer2-head"
SIGNER = "customer2-signer"
SILENCE = "signed in the silence"
"""The tender announced while nobody answers about certificates."""


def gost_house_buys(player: Player) -> None:
    """A purchase of which every document bears GOST signatures (S216-9.1, S216-A3.1a, c, h)."""
    player.transcript.chapter(
        "A customer signs with GOST keys",
        "The second customer's people have GOST 34.10-2015 keys with certificates in the national",
        "layout, and sign in the form of KalkanCrypt and NCALayer. The head announces, the person",
        "with the right to sign extends, and a change is signed by the head (512 bits) and by",
        "another with a key of 256 bits, one signature over the other.",
    )
    player.announce("GOST tender", "announcement", signer=HEAD)
    told_recorded(player, "GOST tender", 1, "the announcement")
    _extend(player, SIGNER)
    told_recorded(player, "GOST tender", 2, "the extension")
    purchase = player.standing("GOST tender")["state"]["purchase"]
    purchase["contacts"][0]["phones"].append("+77242401122")
    player.step(
        "GOST tender",
        "change",
        purchase=purchase,
        reason="Дополнены контакты",
        signers=[HEAD, "customer2-256"],
    )
    told_recorded(player, "GOST tender", 3, "the change")
    player.transcript.told(
        "the Registry's evidence bears these signatures",
        seen=_algorithms(player, "GOST tender"),
        expected=[["GOST-512"], ["GOST-512"], ["GOST-512", "GOST-256"]],
    )


def gost_signer_must_fit(player: Player) -> None:
    """Wrong role, wrong organisation, revoked: each is refused, and why (S216-A2.1.3, S95-4)."""
    player.transcript.chapter(
        "Whose GOST signature does not count",
        "Next an employee without the right, then the head of another organisation, then one whose",
        "certificate is revoked extend the tender. The signatures are genuine, and each is refused",
        "for its own reason. In the end the head signs.",
    )
    for signer, rule, words in (
        ("customer2-employee", "C-06", "the employee's role does not fit"),
        ("customer1-head", "C-07", "the BIN is another organisation's"),
        ("customer2-revoked", "C-05", "the certificate is revoked"),
    ):
        _extend(player, signer)
        player.transcript.say(f"Signed by `{signer}`: {words}.")
        told_refused(player, player.version("GOST tender", 4), {rule})
        withdrawn = {"version": 4, "reason": "Подписал не тот"}
        address = f"/api/v1/tenders/{player.tenders['GOST tender']}/withdrawal"
        player.stage.sez.post(address, withdrawn)
    _extend(player, HEAD)
    told_recorded(player, "GOST tender", 4, "what the head signs")


def signed_elsewhere_with_a_time_stamp(player: Player) -> None:
    """A document signed outside the SEZ as NCALayer does, XAdES-T (S95-4)."""
    player.transcript.chapter(
        "A document signed elsewhere, with a time stamp",
        "The person with the right to sign does so at home: XAdES-T, in the form of NCALayer 2026,",
        "with a time stamp of the authority (GOST). The SEZ takes the bytes and leaves them alone.",
    )
    signed = _signed_at_home(player)
    taken = player.stage.sez.post_bytes("/api/v1/documents", signed)
    player.tenders["XAdES tender"] = json.loads(taken)["object_id"]
    told_recorded(player, "XAdES tender", 1, "the announcement")
    (proven,) = verify_person(schema.parse(_document(player, "XAdES tender", 0))).signatures
    player.transcript.told(
        "its signature is XAdES-T with a GOST key",
        seen=(proven.form, proven.algorithm),
        expected=(Form.XADES_T, "GOST-512"),
    )


def authority_falls_silent(player: Player) -> None:
    """Nobody answers about a certificate: nothing is believed, nothing refused (S216-A2.1.3)."""
    player.transcript.chapter(
        "The authority falls silent",
        "OCSP and CRLs stop answering, and somebody signs whose certificate the Registry has not",
        "seen yet. It neither believes nor refuses: the package gets a retryable fault and waits.",
    )
    player.stage.kill("authority")
    player.announce(SILENCE, "announcement", signer="customer2-deputy")
    package = player.wait(lambda: _tried(player), "first answer about the package")
    player.transcript.told(
        "the Registry asks to come again",
        seen=package["last_reason"],
        expected="REVOCATION_UNAVAILABLE",
    )
    player.transcript.told("the package waits", seen=package["state"], expected="IN_FLIGHT")
    player.stage.start_authority()
    player.transcript.say("The authority answers again; the SEZ will try once more by itself.")


def what_waited_comes_through(player: Player) -> None:
    """What was put off is taken when the authority is back (S216-18.2)."""
    player.transcript.chapter(
        "What waited for the authority comes through",
        "Nobody did anything: the SEZ came again when it was told to.",
    )
    told_recorded(player, SILENCE, 1, "the announcement signed in the silence")


def _extend(player: Player, signer: str) -> None:
    purchase = player.standing("GOST tender")["state"]["purchase"]
    player.step(
        "GOST tender",
        "extension",
        bids_to=later(purchase["bids_to"]),
        opening_at=later(purchase["opening_at"]),
        reason="Изменена конкурсная документация",
        decided_by="Конкурсная комиссия, протокол № 7",
        signers=[signer],
    )


def _tried(player: Player) -> dict[str, str] | None:
    versions = player.stage.sez.get(f"/api/v1/outbox/{player.tenders[SILENCE]}")
    if not versions or versions[0]["message_id"] is None:
        return None
    package: dict[str, str] = player.stage.sez.get(f"/api/v1/packages/{versions[0]['message_id']}")
    return package if package["last_reason"] == "REVOCATION_UNAVAILABLE" else None


def _document(player: Player, name: str, index: int) -> bytes:
    evidence = player.purchase(name)["history"][index]["document"]
    return player.stage.registry.get_bytes(evidence)


def _algorithms(player: Player, name: str) -> list[list[str]]:
    count = len(player.purchase(name)["history"])
    found = (verify_person(schema.parse(_document(player, name, i))) for i in range(count))
    return [[one.algorithm for one in proven.signatures] for proven in found]


def _signed_at_home(player: Player) -> bytes:
    """An announcement as a user's own program would make and sign it."""
    authority = player.stage.authority
    hand = FileSigner(authority.key(SIGNER), authority.chain(SIGNER))
    act = Act(
        environment=Environment.STAND,
        sez_code="SEZ01",
        object_type=ObjectType.PURCHASE,
        object_id=uuid7(),
        version=1,
        operation=Operation.CREATE,
        conditions_version=1,
    )
    buyer = party(subject_of(hand.certificates[0]))
    example = open_tender(Setting(act, buyer, astana_time.now()))
    for file in example.files:
        player.stage.sez.put_file(file.content, file.document.sha256)
    document = codec.to_bytes(codec.write(example.purchase))
    stamp = stamps_from(f"http://127.0.0.1:{player.stage.ports.authority}/tsp")
    return sign_person(document, hand, Form.XADES_T, stamp)
