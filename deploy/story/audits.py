"""The authority audits an SEZ by means of the Registry (S216-12, S216-A2.6, S216-A3.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg

from deploy.authority.people import REGISTRY_OPERATOR, SOLID_AUTHORITY
from deploy.story.commands import told_by
from deploy.story.player import Player
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.http.remote import RemoteError

_ALTERED: LiteralString = """
UPDATE log.evidence e SET body = body || ' '::bytea FROM views.versions v
WHERE e.originator_id = v.originator_id AND e.originator_version = v.log_version
  AND e.name = 'document' AND v.object_id = %s
  AND v.version = (SELECT max(version) FROM views.versions w WHERE w.object_id = v.object_id)"""
"""A blank is put behind the newest signed document of an object, where the SEZ keeps it."""

_PUT_BACK: LiteralString = """
UPDATE log.evidence e SET body = substr(body, 1, length(body) - 1) FROM views.versions v
WHERE e.originator_id = v.originator_id AND e.originator_version = v.log_version
  AND e.name = 'document' AND v.object_id = %s
  AND v.version = (SELECT max(version) FROM views.versions w WHERE w.object_id = v.object_id)"""
"""The document as it was."""


def sez_is_audited(player: Player) -> None:
    """An audit is ordered, obtained page by page, compared, and ends (S216-A2.6)."""
    player.transcript.chapter(
        "The authority audits the SEZ",
        "Only the authority for solid minerals may order an audit, and says why. The Registry asks",
        "the SEZ for the checksums of all objects, for what was changed in them, and for the log",
        "of events, page by page, and holds each page against its own record.",
    )
    player.transcript.expect(
        "ordered by another organisation, it is refused",
        seen=_is_refused(player, REGISTRY_OPERATOR.bin),
        expected=True,
    )
    report = _audited(player)
    player.transcript.expect(
        "the audit has ended, and the two records match",
        seen=(report["status"], report["outcome"], report["findings"]),
        expected=("ENDED", "MATCHES", []),
    )
    player.transcript.table(
        ("obtained", "pages", "up to position of the SEZ's log"),
        [(one["content"], str(one["pages"]), str(one["position"])) for one in report["obtained"]],
    )
    player.transcript.say(
        f"{report['entries']} entries were compared. Request and answer of every page are kept as",
        "they were signed: `registry audits page AUDIT NUMBER --out FILE` writes one to a file.",
    )


def altered_document_is_found(player: Player) -> None:
    """What somebody alters in the SEZ's database is named by the next audit (S216-12a)."""
    player.transcript.chapter(
        "An altered document is found",
        "Somebody who has the password of the owner of the SEZ's database puts a blank behind the",
        "newest document of the first tender. The SEZ notices nothing by itself; the next audit",
        "names the object. Then the bytes are put back, and a third audit finds nothing.",
    )
    altered = player.objects["tender"]
    _alter(player, _ALTERED, altered)
    report = _audited(player, "CHECKSUMS")
    player.transcript.expect(
        "the audit finds one difference: the SEZ keeps other bytes than it lists",
        seen=[(one["object_id"], one["kind"]) for one in report["findings"]],
        expected=[(altered, "STORED_OTHERWISE")],
    )
    shown = told_by(player, "registry", "audits", "show", report["order"]["audit_id"])
    player.transcript.say("What `registry audits show` tells:", "", "```", shown, "```")
    _alter(player, _PUT_BACK, altered)
    again = _audited(player, "CHECKSUMS")
    player.transcript.expect("put back, nothing differs", seen=again["outcome"], expected="MATCHES")


def _audited(player: Player, *contents: str) -> dict[str, Any]:
    """Order an audit of the SEZ; its report, once it has ended."""
    order = _order(SOLID_AUTHORITY.bin) | ({"contents": contents} if contents else {})
    ordered = player.stage.registry.post("/api/v1/audits", order)
    path = f"/api/v1/audits/{ordered['order']['audit_id']}"

    def ended() -> dict[str, Any] | None:
        report: dict[str, Any] = player.stage.registry.get(path)
        return None if report["status"] == "RUNNING" else report

    report: dict[str, Any] = player.wait(ended, "end of the audit")
    return report


def _order(authority: str) -> dict[str, Any]:
    return {
        "sez_code": "SEZ01",
        "ground": "Плановая проверка, приказ № 17",
        "ordered_by": "Сәрсенова А. Қ.",
        "authority_bin": authority,
    }


def _is_refused(player: Player, authority: str) -> bool:
    try:
        player.stage.registry.post("/api/v1/audits", _order(authority))
    except RemoteError:
        return True
    return False


def _alter(player: Player, statement: LiteralString, object_id: str) -> None:
    """Change the SEZ's store behind its back, as who owns the database can."""
    with _owner(player) as dsn, psycopg.connect(dsn) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        changed = owner.execute(statement, (object_id,)).rowcount
        owner.execute("ALTER TABLE log.evidence ENABLE ALWAYS TRIGGER only_grows")
    player.transcript.expect(
        "one document is written in the database anew, past the SEZ", seen=changed, expected=1
    )


@contextmanager
def _owner(player: Player) -> Iterator[str]:
    """The owner's way into the SEZ's database."""
    outside = player.stage.sez_environment().get("SEZ_DATABASE_URL")
    if outside is not None:
        yield outside
        return
    with EmbeddedPostgres(player.stage.folder / "sez" / "postgres") as dsn:
        yield dsn
