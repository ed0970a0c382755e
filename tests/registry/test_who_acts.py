"""Whatever a person's program has the Registry do is recorded with who had it done (S216-9.6)."""

import re
from urllib.parse import quote

from shared_contracts.event_log.acting import HEADER
from tests.registry.asking import Asker
from tests.samples import CUSTOMER_BIN
from tests.story import Story

ACTOR = "Сәрсенова А."


def test_every_path_that_changes_something_asks_who_acts(ask: Asker) -> None:
    paths = ask.get("/api/openapi.json")["paths"]
    changing = [
        (method.upper(), re.sub(r"\{\w+\}", "x", path))
        for path, methods in paths.items()
        for method in methods
        if method != "get"
    ]
    assert changing
    for method, path in changing:
        answer = ask(method, path, headers={HEADER: "x" * 1000}, json={})
        assert (path, answer.status_code) == (path, 422)
        assert HEADER in answer.text, path


def test_an_event_names_who_had_it_done(story: Story, ask: Asker) -> None:
    entry = {
        "number": CUSTOMER_BIN,
        "ground": "NATIONAL_HOLDING",
        "since": story.clock().date().isoformat(),
        "basis": "Решение № 17",
    }
    named = {HEADER: quote(ACTOR)}
    assert ask("POST", "/api/v1/exclusions", json=entry, headers=named).status_code == 201
    [*_, last] = story.registry.log.read(0, 1000)
    acting = last.event.acting
    assert acting
    assert acting.actor == ACTOR
