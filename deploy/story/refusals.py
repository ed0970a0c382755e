"""What is refused, why, and how it succeeds after all (S216-A2.1.7, S216-A2.1.8)."""

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
    refused = player.version("revoked", 1)
    told_refused(player, refused, {"C-05"})
    withdrawn = {"version": 1, "reason": "Сертификат отозван"}
    player.stage.sez.post(f"/api/v1/tenders/{player.tenders['revoked']}/withdrawal", withdrawn)
    player.announce("revoked again", "announcement")
    told_recorded(player, "revoked again", 1)


def several_violations_at_once(player: Player) -> None:
    """All findings of format-logical control come at once (S216-A2.1.4)."""
    player.transcript.chapter(
        "Several violations at once",
        "A change names a product, a unit and a place that are in no classifier. The Registry",
        "answers with every finding, each with its path, its value and the cure in Kazakh,",
        "Russian and English. Corrected, the same version is accepted.",
    )
    good = player.standing("tender")["state"]["purchase"]
    bad = player.standing("tender")["state"]["purchase"]
    bad["lots"][0] |= {"skp_code": "19.20.88", "unit": "999"}
    bad["lots"][0]["delivery_places"][0]["kato"] = "239999100"
    del bad["lots"][0]["ens_tru_code"]
    player.step("tender", "change", purchase=bad, reason="Уточнён лот 1")
    refused = player.version("tender", 5)
    told_refused(player, refused, {"F-CLF-1"})
    paths = [one["path"] for one in refused["findings"] if one["severity"] == "ERROR"]
    player.transcript.told(
        "three findings, each with its place",
        seen=sorted(paths),
        expected=[
            "/Purchase/Lots/Lot[1]/DeliveryPlaces/DeliveryPlace[1]/Kato",
            "/Purchase/Lots/Lot[1]/SkpCode",
            "/Purchase/Lots/Lot[1]/Unit",
        ],
    )
    player.transcript.show("The first of them", refused["findings"][0])
    withdrawn = {"version": 5, "reason": "Неверные коды"}
    player.stage.sez.post(f"/api/v1/tenders/{player.tenders['tender']}/withdrawal", withdrawn)
    good["lots"][0]["amount"] = good["lots"][0]["amount"]
    player.step("tender", "change", purchase=good, reason="Уточнён лот 1")
    told_recorded(player, "tender", 5)


def told_refused(player: Player, answer: dict[str, object], rules: set[str]) -> None:
    """Say that a version was refused, by these rules and no others."""
    player.transcript.told("it is refused", seen=answer["state"], expected="REFUSED")
    findings = answer["findings"]
    assert isinstance(findings, list)  # noqa: S101  # as the interface says
    seen = {one["rule_id"] for one in findings if one["severity"] == "ERROR"}
    player.transcript.told(f"by {', '.join(sorted(rules))}", seen=seen, expected=rules)


def told_recorded(player: Player, name: str, number: int, what: str = "the repeat") -> None:
    """Say that a version was recorded, once the Registry has answered."""
    answer = player.version(name, number)
    player.transcript.told(f"{what} is recorded", seen=answer["state"], expected="SYNCHRONISED")
