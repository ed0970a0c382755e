"""The register of systems in its keeper's hands (S216-10)."""

import pytest

from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

ENTRY = {
    "code": "SEZ03",
    "bin": "190340004129",
    "name": "ТОО «Үшінші»",
    "system_uid": "1.2.398.5.216.1.1",
    "access_date": "2026-01-01",
}


@pytest.mark.clause("S216-10")
def test_a_system_may_transmit_from_the_moment_it_is_entered(story: Story, ask: Asker) -> None:
    third = Story(story.registry, story.pki, story.clock, "SEZ03", "sez")
    assert third.tell(third.tender()).rules == ["I-11"]
    entered = ask("POST", "/api/v1/systems", json=ENTRY)
    assert (entered.status_code, entered.json()["environment"]) == (201, "STAND")
    accepted(third.tell(third.tender()))
    codes = [entry["code"] for entry in ask.get("/api/v1/systems")]
    assert codes == ["SEZ01", "SEZ02", "SEZ03"]
    assert ask.get("/api/v1/systems/SEZ03")["name"] == ENTRY["name"]


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"access_date": "soon"}, "access_date"), ({"code": 3}, "code"), ({"bin": None}, "bin")],
)
def test_an_entry_that_does_not_fit_is_refused_by_its_field(
    ask: Asker, changes: dict[str, object], word: str
) -> None:
    refused = ask("POST", "/api/v1/systems", json=ENTRY | changes)
    assert (refused.status_code, word in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"system_uids": "1.2"}, "system_uids"),
        ({"bin": "111"}, "bin '111'"),
        ({"name": "a\x00"}, "name"),
        ({"system_uid": None}, "system_uid, certificate_sha256"),
    ],
)
def test_an_entry_under_which_nobody_could_transmit_is_not_recorded(
    ask: Asker, story: Story, changes: dict[str, object], word: str
) -> None:
    before = story.registry.log.last_position()
    refused = ask("POST", "/api/v1/systems", json=ENTRY | changes)
    assert (refused.status_code, word in refused.text) == (422, True)
    assert story.registry.log.last_position() == before


@pytest.mark.parametrize(
    "path", ["systems/SEZ09/missing", "lateness/SEZ09", "purchases?sez=SEZ09", "systems/SEZ09"]
)
def test_of_a_system_that_is_not_entered_nothing_is_told(ask: Asker, path: str) -> None:
    absent = ask("GET", f"/api/v1/{path}")
    assert (absent.status_code, "no system SEZ09" in absent.text) == (404, True)


def test_what_is_no_entry_at_all_is_refused(ask: Asker) -> None:
    assert ask("POST", "/api/v1/systems", content=b"{").status_code == 400
    assert ask("POST", "/api/v1/systems", json={}).status_code == 422
    assert ask("GET", "/api/v1/systems/SEZ09").status_code == 404
