"""What the Registry makes of what it has: list of goods, findings, incidents (S216-2.1d, 18.7)."""

from deploy.story.commands import told_by
from deploy.story.player import Player
from deploy.story.vendor import CODE

BOUGHT = [("09.10.11", 2, "278020000.00"), ("14.12.11", 1, "10500000.00")]
"""What the protocols of the story tell: code, how often, for how much in tenge."""


def goods_are_listed(player: Player) -> None:
    """What was bought, by code, as the protocols told (S216-2.1d)."""
    player.transcript.chapter(
        "What was bought",
        "From the protocols the Registry forms the list of goods, works and services: by code, how",
        "often, for how much. Drilling was bought twice, by tender and by auction, workwear once.",
    )

    def listed() -> list[tuple[str, int, str]] | None:
        rows = player.stage.registry.get("/api/v1/goods")
        found = [(one["code"], one["times"], one["total"]) for one in rows]
        return found if len(found) == len(BOUGHT) else None

    player.transcript.expect(
        "the list has both codes, with the prices of the contracts",
        seen=player.wait(listed, "list of what was bought"),
        expected=BOUGHT,
    )
    _told(player, "goods", "list")


def hourly_run_finds(player: Player) -> None:
    """The run of each hour finds what was late; cause and measure are told (S95-15.3, 18.7)."""
    player.transcript.chapter(
        "The hourly run, and the register of incidents",
        "Every hour the Registry looks over what came. It finds the version that came late and is",
        "not excused. The operator tells cause and measure, and the incident has its entry; it",
        "ends by itself after an hour in which nothing else comes late.",
    )
    player.stage.registry.post("/api/v1/findings/run")
    found = player.stage.registry.get("/api/v1/findings", ended="false")
    player.transcript.expect(
        "it finds one late version, of the second SEZ, and nothing else",
        seen=[(one["sez_code"], one["kind"], one["count"]) for one in found],
        expected=[(CODE, "LATE_RECORDS", 1)],
    )
    player.stage.registry.post(
        f"/api/v1/findings/{CODE}/LATE_RECORDS/measure",
        {"cause": "Сбой канала связи", "measure": "Подключён резервный канал"},
    )
    incidents = player.stage.registry.get("/api/v1/incidents", sez=CODE)
    player.transcript.expect(
        "the register of incidents has it, with cause and measure",
        seen=[(one["cause"], one["measure"]) for one in incidents],
        expected=[("Сбой канала связи", "Подключён резервный канал")],
    )
    _told(player, "findings", "incidents")
    _told(player, "lateness")


def _told(player: Player, *words: str) -> None:
    """Show a command and what it prints."""
    said = told_by(player, "registry", *words)
    player.transcript.say("```", f"$ registry {' '.join(words)}", said, "```")
