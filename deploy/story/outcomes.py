"""What became of a version: recorded, or refused and by which rules (S216-A2.1.7)."""

from typing import Any

from deploy.story.player import Player


def expect_recorded(player: Player, name: str, number: int, what: str = "the repeat") -> None:
    """Say that a version was recorded, once the Registry has answered."""
    answer = player.version(name, number)
    player.transcript.expect(f"{what} is recorded", seen=answer["state"], expected="SYNCHRONISED")


def expect_refused(player: Player, answer: dict[str, Any], rule: str) -> None:
    """Say that a version was refused by this rule and no other, in the words of the Registry."""
    player.transcript.expect("it is refused", seen=answer["state"], expected="REFUSED")
    errors = [one for one in answer["findings"] if one["severity"] == "ERROR"]
    words = errors[0]["text"]["en"] if errors else "no finding"
    player.transcript.expect(
        f"by rule {rule}: {words}", seen={one["rule_id"] for one in errors}, expected={rule}
    )


def warnings_of(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The warnings about a version: rule and words."""
    return [
        (one["rule_id"], one["text"]["en"])
        for one in answer["findings"]
        if one["severity"] == "WARNING"
    ]
