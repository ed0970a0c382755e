"""A customer whose people sign with GOST keys, as Kazakhstan's authority issues them today.

(S95-4, S216-3, S216-A2.1.3)
"""

import json
import subprocess
import sys
from pathlib import Path

from deploy.authority.people import CUSTOMER2
from deploy.authority.stamp_client import stamps_from
from deploy.story.acts import new_purchase
from deploy.story.outcomes import expect_recorded, expect_refused
from deploy.story.player import Player
from sez.publication.signers import party
from sez.tendering.example_purchases import Setting, open_tender
from shared_contracts import astana_time
from shared_contracts.http.remote import RemoteError
from shared_contracts.signing.report import SignatureForm
from shared_contracts.signing.sign import FileSigner, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import verify_person
from shared_contracts.xml import codec, schema

HEAD = "customer2-head"
SIGNER = "customer2-signer"
CONTRACTS = Path(sys.executable).with_name("contracts")
SILENCE = "signed in the silence"
"""The tender announced while nobody answers about certificates."""


def gost_customer_buys(player: Player) -> None:
    """A purchase of which every document bears GOST signatures (S216-9.1, S216-A3.1a, c, h)."""
    player.transcript.chapter(
        "A customer signs with GOST keys",
        "Since 2024 Kazakhstan's national authority gives people keys of the standard GOST",
        "34.10-2015 only, and ordinary libraries do not know it. The second customer's people have",
        "such keys, with certificates laid out like the authority's, and sign in the form of its",
        "programs KalkanCrypt and NCALayer (an XML signature over the whole document). The head",
        "of the company announces, a person with the right to sign extends, and a change is signed",
        "by the head with a key of 512 bits and, over that, by another with one of 256.",
    )
    player.announce("GOST tender", "announcement", signer=HEAD)
    expect_recorded(player, "GOST tender", 1, "the announcement")
    player.extend("GOST tender", protocol=7, signers=[SIGNER])
    expect_recorded(player, "GOST tender", 2, "the extension")
    purchase = player.state("GOST tender")["state"]["purchase"]
    purchase["contacts"][0]["phones"].append("+77242401122")
    player.step(
        "GOST tender",
        "change",
        purchase=purchase,
        reason="Дополнены контакты",
        signers=[HEAD, "customer2-256"],
    )
    expect_recorded(player, "GOST tender", 3, "the change")
    player.transcript.expect(
        "as the Registry keeps them, two versions bear one signature (512 bits) and the third two",
        seen=_algorithms(player, "GOST tender"),
        expected=[["GOST-512"], ["GOST-512"], ["GOST-512", "GOST-256"]],
    )
    _explained(player, "GOST tender", 3)


def gost_signer_must_fit(player: Player) -> None:
    """Wrong role, wrong organisation, revoked: each is refused, and why (S216-A2.1.3, S95-4)."""
    player.transcript.chapter(
        "Whose GOST signature does not count",
        "Next an employee without the right, then the head of another organisation, then one whose",
        "certificate is revoked extend the tender. The signatures are genuine, and each is refused",
        "for its own reason: the first by the SEZ before anything is published, since the role",
        "stands in the certificate, the others by the Registry. In the end the head signs.",
    )
    player.transcript.expect(
        "signed by `customer2-employee`, whose role gives no right: the SEZ does not publish it",
        seen=_refused_at_the_desk(player, "customer2-employee"),
        expected="C-06",
    )
    for signer, rule, words in (
        ("customer1-head", "C-07", "the BIN is another organisation's"),
        ("customer2-revoked", "C-05", "the certificate is revoked"),
    ):
        player.extend("GOST tender", protocol=7, signers=[signer])
        player.transcript.say(f"Signed by `{signer}`: {words}.")
        expect_refused(player, player.version("GOST tender", 4), rule)
        player.withdraw("GOST tender", 4, "Подписал не тот")
    player.extend("GOST tender", protocol=7, signers=[HEAD])
    expect_recorded(player, "GOST tender", 4, "what the head signs")


def _refused_at_the_desk(player: Player, signer: str) -> str:
    """The rule by which the SEZ refuses to publish what ``signer`` signs; empty if it does not."""
    try:
        player.extend("GOST tender", protocol=7, signers=[signer])
    except RemoteError as refusal:
        return str(refusal).split()[0]
    return ""


def signed_elsewhere_with_a_time_stamp(player: Player) -> None:
    """A document signed outside the SEZ as NCALayer does, XAdES-T (S95-4)."""
    player.transcript.chapter(
        "A document signed elsewhere, with a time stamp",
        "The person with the right to sign does so in a program of one's own, in the form of",
        "NCALayer of 2026: XAdES-T, a signature that names its certificate and bears a time stamp",
        "of the authority. Certificates are judged for the moment of that stamp. The SEZ takes the",
        "bytes and leaves them alone.",
    )
    signed = _signed_at_home(player)
    taken = player.stage.sez.post_bytes("/api/v1/documents", signed)
    player.objects["XAdES tender"] = json.loads(taken)["object_id"]
    expect_recorded(player, "XAdES tender", 1, "the announcement")
    (proven,) = verify_person(schema.parse(_document(player, "XAdES tender", 0))).signatures
    player.transcript.expect(
        "its signature is XAdES-T with a GOST key",
        seen=(proven.form, proven.algorithm),
        expected=(SignatureForm.XADES_T, "GOST-512"),
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
    player.transcript.expect(
        "the Registry asks to come again",
        seen=package["last_reason"],
        expected="REVOCATION_UNAVAILABLE",
    )
    player.transcript.expect("the package waits", seen=package["state"], expected="IN_FLIGHT")
    player.stage.start_authority()
    player.transcript.say("The authority answers again; the SEZ will try once more by itself.")


def what_waited_comes_through(player: Player) -> None:
    """What was put off is taken when the authority is back (S216-18.2)."""
    player.transcript.chapter(
        "What waited for the authority comes through",
        "Nobody did anything: the SEZ came again when it was told to.",
    )
    expect_recorded(player, SILENCE, 1, "the announcement signed in the silence")


def _explained(player: Player, name: str, version: int) -> None:
    """Show what a vendor or auditor is told of a signed document by the command."""
    file = player.kept(name, version)
    profile = player.stage.authority.trust
    command = (CONTRACTS, "verify", file, "--profile", profile, "--bin", CUSTOMER2.bin)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    player.transcript.expect(
        "`contracts verify` explains the two signatures of the change, and passes both",
        seen=done.returncode,
        expected=0,
    )
    player.transcript.say("```", done.stdout.strip(), "```")


def _tried(player: Player) -> dict[str, str] | None:
    versions = player.stage.sez.get(f"/api/v1/outbox/{player.objects[SILENCE]}")
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
    signer = FileSigner(authority.key(SIGNER), authority.chain(SIGNER))
    act = new_purchase("SEZ01")
    buyer = party(subject_of(signer.certificates[0]))
    example = open_tender(Setting(act, buyer, astana_time.now()))
    for file in example.files:
        player.stage.sez.put_file(file.content, file.document.sha256)
    document = codec.to_bytes(codec.write(example.purchase))
    stamp = stamps_from(f"http://127.0.0.1:{player.stage.ports.authority}/tsp")
    return sign_person(document, signer, SignatureForm.XADES_T, stamp)
