"""What is refused, why, and how it succeeds after all (S216-A2.1.7, S216-A2.1.8)."""

import re

from deploy.story.outcomes import expect_recorded, expect_refused
from deploy.story.player import Player


def revoked_signer_is_refused(player: Player) -> None:
    """A revoked certificate is refused at the second stage (S216-A2.1.3)."""
    player.transcript.chapter(
        "A revoked certificate is refused",
        "An announcement is signed by a person whose certificate was revoked. The Registry asks",
        "the authority by OCSP, and refuses. The version is taken back, signed by the head, and",
        "comes through.",
    )
    player.announce("revoked", "announcement", signer="customer1-revoked")
    expect_refused(player, player.version("revoked", 1), "C-05")
    player.withdraw("revoked", 1, "Сертификат отозван")
    player.announce("revoked again", "announcement")
    expect_recorded(player, "revoked again", 1, "what the head signs")


def several_violations_at_once(player: Player) -> None:
    """All findings of format-logical control come at once, before anybody signs (S216-A2.1.4)."""
    player.transcript.chapter(
        "Several violations at once",
        "A change names a product, a unit and a place that are in no classifier. The SEZ asks the",
        "rules of the Registry, by its copy of the classifiers, before anybody signs, and names",
        "every finding with its path, its value and the cure. Corrected, the version is accepted.",
    )
    good = player.state("tender")["state"]["purchase"]
    bad = player.state("tender")["state"]["purchase"]
    bad["lots"][0] |= {"skp_code": "19.20.88", "unit": "999"}
    bad["lots"][0]["delivery_places"][0]["kato"] = "239999100"
    del bad["lots"][0]["ens_tru_code"]
    refused = player.refused_step("tender", "change", purchase=bad, reason="Уточнён лот 1")
    player.transcript.expect(
        "three findings, each with its place",
        seen=sorted(re.findall(r"^F-CLF-1 (\S+):", refused, re.MULTILINE)),
        expected=[
            "/Purchase/Lots/Lot[1]/DeliveryPlaces/DeliveryPlace[1]/Kato",
            "/Purchase/Lots/Lot[1]/SkpCode",
            "/Purchase/Lots/Lot[1]/Unit",
        ],
    )
    findings = refused.strip().removesuffix(" (HTTP 422)").splitlines()
    player.transcript.show("What the SEZ says", findings)
    player.step("tender", "change", purchase=good, reason="Уточнён лот 1")
    expect_recorded(player, "tender", 5, "the corrected change")
