"""Both systems after a short story, and copies of their stores for whoever tampers with them."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.authority.people import SOLID_AUTHORITY
from deploy.drill.sides import CODE, SIDES, Side
from deploy.stand import DemoStand, free_ports
from deploy.story.player import Player
from deploy.transcript import Transcript
from shared_contracts.errors import Defect
from shared_contracts.event_log.database.binaries import find_binaries
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.http.remote import Remote

BACKUP = "tru_backup"
"""Name of the database that is an old backup, on each side."""

EMPTY = "template0"
"""Name of a database in which nothing stands, on each side."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The stand whose systems are stopped, its two servers, and what was kept outside of them.

    ``dsns`` are the owner's; ``kept`` are the checkpoints that the other side saw, as notes.
    """

    stand: DemoStand
    dsns: dict[Side, str]
    kept: dict[Side, str]
    later: tuple[str, ...]
    """The purchases that began after the backups, in the order of their ids."""
    packages: dict[Side, bytes]
    """The evidence package of one object, as each side exported it."""

    @contextmanager
    def copied(self, side: Side, database: str | None = None) -> Iterator[str]:
        """A copy of a side's store, or of another database of its server; gives its DSN."""
        dsn = self.dsns[side]
        name = f"tru_drill_{os.getpid()}_{next(_numbers)}"
        source = database or str(conninfo_to_dict(dsn)["dbname"])
        with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as owner:
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            owner.execute(make.format(sql.Identifier(name), sql.Identifier(source)))
            try:
                yield make_conninfo(dsn, dbname=name)
            finally:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                owner.execute(drop.format(sql.Identifier(name)))

    def certificate(self, side: Side) -> Path:
        """The certificate under whose key a side signs its checkpoints."""
        return self.stand.authority.chain(side)

    def key(self, side: Side) -> Path:
        """That key, as it lies with the system."""
        return self.stand.authority.key(side)


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Play the story in a folder, stop both systems, and keep their servers and the authority."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stand = DemoStand(folder / "stand", free_ports())
    with ExitStack() as held:
        held.callback(stand.stop)
        stand.prepare()
        stand.start()
        dsns = {
            side: held.enter_context(EmbeddedPostgres(stand.folder / side / "postgres"))
            for side in SIDES
        }
        player = Player(stand, Transcript(folder / "story.md"), folder)
        kept = _played(player, dsns)
        packages = _exported(player)
        stand.stop()
        stand.start_authority()
        later = tuple(player.objects[name] for name in ("second", "third"))
        yield Snapshot(stand, dsns, kept, later, packages)


def _played(player: Player, dsns: dict[Side, str]) -> dict[Side, str]:
    """The story: what was there before the backup, what the other side saw, and what came after."""
    stand = player.stage
    player.announce("supplier", "supplier", "suppliers")
    player.version("supplier", 1)
    player.announce("tender", "announcement")
    player.version("tender", 1)
    player.extend("tender", 1)
    player.version("tender", 2)
    for remote in (stand.registry, stand.sez):
        remote.post_bytes("/api/v1/checkpoint")
    for dsn in dsns.values():
        _back_up(dsn)
    player.announce("second", "single-source")
    player.version("second", 1)
    kept = {"registry": stand.registry, "sez": stand.sez}
    notes = {side: kept[side].post_bytes("/api/v1/checkpoint").decode() for side in SIDES}
    stand.sez.post("/api/v1/registry-log")
    stand.registry.post(f"/api/v1/sez-logs/{CODE}")
    _audited(player)
    player.announce("third", "single-source")
    player.version("third", 1)
    stand.sez.post("/api/v1/changes")
    if waiting := stand.sez.get("/api/v1/outbox")["unsynchronised"]:
        raise Defect(f"the story of the drill leaves what is not synchronised: {waiting}")
    return notes


def _exported(player: Player) -> dict[Side, bytes]:
    """The evidence package of the first tender from each side."""
    stand = player.stage
    remotes: dict[Side, tuple[Remote, str]] = {
        "registry": (stand.registry, player.registry_id("tender")),
        "sez": (stand.sez, player.objects["tender"]),
    }
    path = "/api/v1/evidence/{}"
    return {side: one.post_bytes(path.format(of)) for side, (one, of) in remotes.items()}


def _audited(player: Player) -> None:
    """An audit of the SEZ that finds nothing, so that both sides keep its pages."""
    ordered = player.stage.registry.post("/api/v1/audits", AUDIT)
    path = f"/api/v1/audits/{ordered['order']['audit_id']}"
    look: Callable[[], Any] = lambda: player.stage.registry.get(path)  # noqa: E731
    report = player.wait(lambda: _over(look()), "end of the audit")
    if report["findings"]:
        raise Defect(f"the audit of an honest SEZ finds {report['findings']}")


def _over(report: dict[str, Any]) -> dict[str, Any] | None:
    return None if report["status"] == "RUNNING" else report


AUDIT = {
    "sez_code": CODE,
    "ground": "Учение: проверка журналов",
    "ordered_by": "Сәрсенова А. Қ.",
    "authority_bin": SOLID_AUTHORITY.bin,
}
"""The order of an audit of the SEZ, by who may order one."""


def _back_up(dsn: str) -> None:
    """A backup of a store that is at work, by PostgreSQL's own programs, restored beside it."""
    programs = find_binaries()
    file = Path(f"{conninfo_to_dict(dsn)['host']}.backup")
    environment = {**os.environ, "PGPASSWORD": str(conninfo_to_dict(dsn)["password"])}
    place = {name: str(conninfo_to_dict(dsn)[name]) for name in ("host", "port", "user")}
    where = [f"--{name if name != 'user' else 'username'}={value}" for name, value in place.items()]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(BACKUP)))
    name = str(conninfo_to_dict(dsn)["dbname"])
    for command in (
        [str(programs / "pg_dump"), *where, "--format=custom", f"--file={file}", name],
        [str(programs / "pg_restore"), *where, f"--dbname={BACKUP}", str(file)],
    ):
        subprocess.run(command, env=environment, check=True, timeout=60)
