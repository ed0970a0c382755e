"""A system may only add to its log: the Registry notices a store that was restored or altered."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from shared_contracts.errors import Diagnosed, RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import SILENT
from shared_contracts.http.api import bearer_token
from tests.clauses import clause
from tests.on_demand import registry_app, sez_app
from tests.postgres import owner_of
from tests.registry.test_tamperings import OFF, ON
from tests.serving import serving
from tests.sez.systems import ENTRY, BothSystems
from tests.sez.test_registry_log import CUT, FORGOTTEN


@pytest.fixture
def served(systems: BothSystems) -> Iterator[BothSystems]:
    """Both systems; the SEZ has an endpoint, and its log was proven once."""
    with serving(sez_app(systems.system)) as address:
        systems.registry.register.add(msgspec.structs.replace(ENTRY, endpoint=address))
        for _ in range(3):
            systems.announce()
        systems.system.checkpointer.make()
        yield systems


def asked(systems: BothSystems, method: str, path: str, content: Any = None) -> httpx.Response:
    """What the JSON interface of the Registry answers."""
    token = bearer_token(systems.registry.settings.data)
    with serving(registry_app(systems.registry)) as address:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, address + path, headers=headers, json=content, timeout=20)


@clause("S216-12b")
def test_a_log_that_only_grew_is_proven_each_hour(served: BothSystems) -> None:
    watch = served.registry.sez_logs
    assert [one.status for one in watch.shown()] == ["NOT_ASKED"]
    watch.round()
    served.announce()
    newest = parse(served.system.checkpointer.make())
    watch.round()
    [shown] = watch.shown()
    assert shown.log.seen is not None
    assert (shown.status, shown.log.seen.checkpoint) == ("PROVEN", newest)
    before = served.registry.log.last_position()
    watch.round()
    assert served.registry.log.last_position() == before, "nothing new is no event"
    assert not audit(owner_of(served.registry.settings.database_url)).differences


@clause("S216-12b")
def test_a_system_that_restored_an_older_copy_is_an_alarm_until_a_person_ends_it(
    served: BothSystems,
) -> None:
    watch = served.registry.sez_logs
    watch.round()
    with psycopg.connect(owner_of(served.system.settings.database_url)) as owner:
        cut = f"{FORGOTTEN.format(size=0)}{CUT.format(size=1)}"
        owner.execute(f"{OFF};{cut};{ON}".encode())
    served.system.checkpointer._known.clear()  # as a new process begins
    served.system.checkpointer.make()
    watch.round()
    [told] = asked(served, "GET", "/api/v1/sez-logs").json()
    assert (told["status"], told["log"]["alarm"]["why"]) == ("ALARM", "SHORTER")
    assert told["log"]["alarm"]["told"]["size"] == 1
    before = served.registry.log.last_position()
    watch.round()
    assert served.registry.log.last_position() == before, "told once"
    path = "/api/v1/sez-logs/SEZ01"
    assert asked(served, "POST", f"{path}/end", {}).status_code == 422
    ended = asked(served, "POST", f"{path}/end", {"reason": "Акт № 3"}).json()
    assert (ended["status"], ended["log"]["alarm"]) == ("NOT_ASKED", None)
    assert asked(served, "POST", path).json()["status"] == "PROVEN"
    assert not audit(owner_of(served.registry.settings.database_url)).differences


@clause("S216-12b")
@pytest.mark.parametrize(("hours", "status"), [(2, "ALARM"), (6, "NOT_ASKED")])
def test_a_checkpoint_of_the_past_is_noticed(served: BothSystems, hours: int, status: str) -> None:
    watch, own = served.registry.sez_logs, served.system.checkpointer
    watch.round()
    served.announce()
    Checkpointer(own.log, own.key, lambda: own.clock() - timedelta(hours=hours)).make()
    own._known.clear()  # as a new process begins
    watch.round()
    [shown] = watch.shown()
    assert shown.status == status
    if shown.log.alarm is not None:
        assert shown.log.alarm.why is Extension.BACKDATED
    else:
        assert f"{hours} hours ago" in (shown.problem or "")


@clause("S216-12b")
def test_a_system_that_never_answers_holds_up_no_other_and_no_person(
    served: BothSystems,
) -> None:
    watch, stopped = served.registry.sez_logs, threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as hung:
        host, port = hung.getsockname()
        silent = msgspec.structs.replace(ENTRY, code="SEZ00", endpoint=f"http://{host}:{port}")
        served.registry.register.add(silent)
        thread = threading.Thread(target=watch.rounds.run, args=(stopped,))
        thread.start()
        try:
            until = time.monotonic() + 20
            while [one.status for one in watch.shown()] != ["NOT_ASKED", "PROVEN"]:
                assert time.monotonic() < until
                time.sleep(0.05)
            with pytest.raises(RefusedByRule, match="no alarm about the log of SEZ00"):
                watch.end("SEZ00", "nothing")
        finally:
            stopped.set()
            thread.join()


def test_a_system_that_is_away_is_told_and_asked_again(systems: BothSystems) -> None:
    entry = msgspec.structs.replace(ENTRY, endpoint="http://127.0.0.1:9")
    systems.registry.register.add(entry)
    watch = systems.registry.sez_logs
    watch.round()
    [shown] = watch.shown()
    assert (shown.status, shown.problem is not None) == ("NOT_ASKED", True)
    watch._silent["SEZ01"] -= SILENT  # as four hours later
    watch.round()
    assert [one.status for one in watch.shown()] == ["UNPROVEN"]
    with pytest.raises(Diagnosed, match=r"127\.0\.0\.1:9"):
        watch.compare("SEZ01")
    with pytest.raises(RefusedByRule, match="no alarm about the log of SEZ01"):
        watch.end("SEZ01", "nothing")
    assert asked(systems, "POST", "/api/v1/sez-logs/SEZ99").status_code == 404


@clause("S216-11a")
def test_nothing_is_sent_to_an_address_that_the_act_does_not_fix(served: BothSystems) -> None:
    register, watch = served.registry.register, served.registry.sez_logs
    entry = register.get("SEZ01")
    assert entry is not None
    assert entry.endpoint is not None
    elsewhere = entry.endpoint.replace("127.0.0.1", "localhost")
    fixed = msgspec.structs.replace(ENTRY, endpoint=elsewhere, networks=("198.51.100.0/28",))
    register.add(fixed)
    with pytest.raises(Diagnosed, match=r"leads to \S+, and fixed for the system are: 198\.51"):
        watch.compare("SEZ01")
    register.add(msgspec.structs.replace(fixed, networks=("198.51.100.0/28", "127.0.0.0/8")))
    assert watch.compare("SEZ01").status == "PROVEN"


def test_a_defect_here_is_told_as_any_other_reason(served: BothSystems) -> None:
    watch = served.registry.sez_logs
    with psycopg.connect(owner_of(served.registry.settings.database_url), autocommit=True) as owner:
        owner.execute("ALTER FUNCTION log.append RENAME TO append_away")
        watch.round()
        owner.execute("ALTER FUNCTION log.append_away RENAME TO append")
    [shown] = watch.shown()
    assert (shown.status, shown.problem is not None) == ("NOT_ASKED", True)
    watch._silent["SEZ01"] -= SILENT  # as four hours later
    assert [one.status for one in watch.shown()] == ["UNPROVEN"]
    watch.round()
    assert [(one.status, one.problem) for one in watch.shown()] == [("PROVEN", None)]
