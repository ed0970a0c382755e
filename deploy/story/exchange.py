"""What goes between the systems beside records: notices, and changes on request (A2.2, A2.5)."""

from datetime import datetime, timedelta
from typing import Any

from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from shared_contracts.astana_time import now, wire_text

WORKS = 4
"""Seconds for which the works of the story last."""


def works_are_announced(player: Player) -> None:
    """The Registry tells of works; the SEZ sends nothing meanwhile and goes on after (A2.5)."""
    player.transcript.chapter(
        "Planned works are announced",
        "The Registry tells every system, by a signed notice, that it will take no packages for",
        "some seconds, and that these excuse the hour. The SEZ acknowledges, keeps what is",
        "announced meanwhile, and sends it after.",
    )
    begins = now() + timedelta(seconds=1)
    ends = begins + timedelta(seconds=WORKS)
    notices = player.stage.registry.post("/api/v1/notices", _maintenance(begins, ends))
    [sent] = [one for one in notices if one["sez_code"] == "SEZ01"]
    path = f"/api/v1/notices/{sent['sez_code']}/{sent['notice_id']}"

    def taken() -> dict[str, Any] | None:
        told: dict[str, Any] = player.stage.registry.get(path)
        return told if told["status"] == "DELIVERED" else None

    player.wait(taken, "acknowledgement of the notice")
    came = player.stage.sez.get("/api/v1/notices")
    player.transcript.expect(
        "the SEZ has the notice and acknowledged it",
        seen=sent["notice_id"] in {one["notice_id"] for one in came},
        expected=True,
    )
    player.wait(lambda: True if player.now() > begins else None, "begin of the works")
    player.announce("in the works", "single-source")
    waiting = player.stage.sez.get(f"/api/v1/outbox/{player.objects['in the works']}")
    player.transcript.expect(
        "what is announced meanwhile is not sent",
        seen=waiting[0]["state"] in {"WAITING", "IN_FLIGHT"},
        expected=True,
    )
    expect_recorded(player, "in the works", 1, "after the works it")
    player.transcript.expect(
        "not before their end, by the SEZ's clock", seen=player.sez_clock() >= ends, expected=True
    )


def _maintenance(begins: datetime, ends: datetime) -> dict[str, Any]:
    """A notice to all systems of works that excuse the hour."""
    return {
        "kind": "MAINTENANCE",
        "subject": {"kk": "Жоспарлы жұмыстар", "ru": "Плановые работы", "en": "Planned works"},
        "body": {"kk": "Тізілім жаңартылады", "ru": "Обновление Реестра", "en": "An update"},
        "works": {
            "begins_at": wire_text(begins),
            "ends_at": wire_text(ends),
            "excuses_hour": True,
        },
    }


def changes_are_asked_for(player: Player) -> None:
    """The SEZ asks what the Registry lacks or has otherwise: nothing (S216-A2.2)."""
    player.transcript.chapter(
        "The SEZ asks whether anything is to be added",
        "By RequestChanges the SEZ states what it has, object by object with version and hash, and",
        "the classifiers that it works by. The Registry compares, and says what it lacks.",
    )
    known = player.stage.sez.post("/api/v1/changes")
    [last, *_] = player.stage.sez.get("/api/v1/changes/answers")
    player.transcript.expect(
        f"of {last['answer']['objects']} objects nothing need be added",
        seen=(last["answer"]["result"], last["answer"]["lacking"]),
        expected=("NOT_REQUIRED", 0),
    )
    player.transcript.show("What the SEZ keeps of the answer", known)
