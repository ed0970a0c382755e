"""A second SEZ whose software has a defect: it states a wrong hash (S216-A2.1.2)."""

from deploy.authority.identities import SEZ2_SYSTEM
from deploy.story.player import Player
from deploy.story.vendor import CODE, misstated, post, vendor_of


def broken_hash_is_refused(player: Player) -> None:
    """A wrong hash is refused at the first stage; the repeat comes through (S216-A2.1.2, 8)."""
    player.transcript.chapter(
        "A second SEZ sends a broken hash",
        "Its vendor computes the hash of something else than what was signed. The Registry refuses",
        "at the first stage and says which hash it expected; the corrected package is accepted.",
    )
    player.stage.enter(CODE, "sez2", SEZ2_SYSTEM[0])
    vendor = vendor_of(player)
    refused = post(player, vendor.package([misstated(vendor.record())]))
    player.transcript.expect("it is refused", seen=refused.result, expected="REFUSED")
    player.transcript.expect("at the first stage", seen=refused.stage, expected="INTEGRITY")
    (finding,) = refused.findings
    player.transcript.expect(
        f"by rule I-04: {finding.text.en}", seen=finding.rule_id, expected="I-04"
    )
    accepted = post(player, vendor.package([vendor.record()]))
    player.transcript.expect(
        "the corrected package is recorded", seen=accepted.result, expected="ACCEPTED"
    )
