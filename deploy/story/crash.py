"""The Registry is killed in mid-transfer, and nothing is lost or doubled (S216-18.7)."""

from typing import Any

from deploy.story.player import Player

TENDERS = 12
"""How many tenders are announced around the kill."""


def registry_is_killed_in_mid_transfer(player: Player) -> None:
    """SIGKILL while packages are on their way; then it is started again."""
    player.transcript.chapter(
        "The Registry is killed in mid-transfer",
        f"{TENDERS} tenders are announced, and while their packages are on the way the Registry is",
        "killed (SIGKILL) and started again. What was acknowledged is there, what was not is sent",
        "again, nothing is recorded twice.",
    )
    before = _last_position(player)
    names = _announced_around_a_kill(player)
    player.stage.start_registry()
    states = [player.version(name, 1)["state"] for name in names]
    player.transcript.expect(
        "after the restart all are recorded", seen=states, expected=["SYNCHRONISED"] * TENDERS
    )
    expected = sorted(player.objects[name] for name in names)
    announced = [
        event["event"]["header"]["object_id"]
        for event in _events(player, before)
        if event["topic"] == "purchase-announced.1"
    ]
    ours = sorted(one for one in announced if one in expected)  # an earlier one may come meanwhile
    player.transcript.expect("each exactly once", seen=ours, expected=expected)


def _announced_around_a_kill(player: Player) -> list[str]:
    """Announce tenders, the Registry killed when half are announced; their names."""
    names = [f"crash {number}" for number in range(TENDERS)]
    for number, name in enumerate(names):
        if number == TENDERS // 2:
            player.stage.kill("registry")
        player.announce(name, "announcement")
    outbox = player.stage.sez.get("/api/v1/outbox")["unsynchronised"]
    ours = {player.objects[name] for name in names}
    waiting = [one for one in outbox if one["object_id"] in ours]  # an earlier one may wait too
    player.transcript.expect(
        f"while the Registry is down, {len(waiting)} of them wait in the SEZ, none is lost",
        seen=TENDERS // 2 <= len(waiting) <= TENDERS,
        expected=True,
    )
    return names


def _last_position(player: Player) -> int:
    after = 0
    while page := player.stage.registry.get("/api/v1/changes", after=after, limit=1000)["events"]:
        after = page[-1]["position"]
    return after


def _events(player: Player, after: int) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while page := player.stage.registry.get("/api/v1/changes", after=after, limit=1000)["events"]:
        events += page
        after = page[-1]["position"]
    return events
