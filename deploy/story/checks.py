"""The end: nothing waits, and both databases, read again from outside, say the same."""

import shutil

from deploy.outside_check import compare
from deploy.saved_answers import MOMENT, save_answers
from deploy.story.player import Player
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.explaining.explain import explain
from shared_contracts.explaining.file_question import asking
from shared_contracts.explaining.steps import Mark
from shared_contracts.messages.kinds import KINDS

SIGNED = ("packages", "documents", "receipts")
"""Folders of what was signed."""


def nothing_is_left_over(player: Player) -> None:
    """What waits is only what was refused and stands before a person (S216-18.2)."""
    player.transcript.chapter("What is not synchronised", "The SEZ knows at any moment.")
    waiting = player.stage.sez.get("/api/v1/outbox")["unsynchronised"]
    player.transcript.expect("nothing waits any more", seen=waiting, expected=[])
    lateness = player.stage.registry.get("/api/v1/lateness")
    player.transcript.expect(
        "and nothing came late from it",
        seen=[one["late"] for one in lateness if one["sez_code"] == "SEZ01"],
        expected=[0],
    )
    checkpoint = player.stage.registry.post_bytes("/api/v1/checkpoint").decode()
    player.transcript.say(
        "The Registry signs a checkpoint of its log (its name, how many events, the root of their",
        "Merkle tree):",
        "",
        "```",
        checkpoint.strip(),
        "```",
    )


def both_databases_are_read_again(player: Player) -> None:
    """Both systems are stopped; their databases are read row by row (S216-13a)."""
    player.transcript.chapter(
        "Both databases are read again from outside",
        "The systems are stopped. Every leaf and the chain are computed anew from the rows, and",
        "each signed version in the SEZ's database, of whatever kind, and each notice that it took",
        "is held against the Registry's.",
    )
    player.stage.stop()
    folder = player.stage.folder
    with (
        EmbeddedPostgres(folder / "registry" / "postgres") as registry_dsn,
        EmbeddedPostgres(folder / "sez" / "postgres") as sez_dsn,
    ):
        found = compare(registry_dsn, sez_dsn, "SEZ01", folder / "sez" / "files")
    player.transcript.expect(
        f"{found.events['registry']} events of the Registry and {found.events['sez']} of the SEZ "
        f"are unaltered, all {found.versions.total()} signed versions and all {found.notices} "
        "notices are equal on both sides",
        seen=found.differences,
        expected=[],
    )
    player.transcript.expect(
        "there are versions of every kind of record, and pages of audits",
        seen=(sorted(found.versions), found.audit_pages > 0),
        expected=(sorted(KINDS), True),
    )
    rows = [(kind, str(count)) for kind, count in sorted(found.versions.items())]
    player.transcript.table(("kind of record", "versions equal on both sides"), rows)
    shutil.copy(player.stage.authority.root, player.folder / "ca.pem")
    _verified_offline(player)
    _told_how_to_verify(player)


def answers_are_saved(player: Player) -> None:
    """What was signed can be verified when the authority is gone (S216-A2.1.3)."""
    player.transcript.chapter(
        "The authority's answers are saved",
        "About every signer the authority is asked once more; its answers stay beside the files.",
    )
    offline = player.folder / "offline"
    signed = (path for kind in SIGNED for path in sorted((player.folder / kind).glob("*.xml")))
    save_answers(player.stage.authority, signed, offline)


def _verified_offline(player: Player) -> None:
    """Every receipt passes by the saved answers alone: nothing runs any more."""
    offline = player.folder / "offline"
    at = (offline / MOMENT).read_text().strip()
    receipts = sorted((player.folder / "receipts").glob("*.xml"))
    with asking(at, offline / "trust" / "trust.toml", offline / "answers") as asked:
        question = asked.about((), None)
        results = [explain(path.read_bytes(), question).result for path in receipts]
    player.transcript.expect(
        f"all {len(receipts)} receipts verify offline, by the saved answers of the authority",
        seen=[result.value for result in results],
        expected=[Mark.PASSED.value] * len(receipts),
    )


def _told_how_to_verify(player: Player) -> None:
    """Commands to copy, with files of this very story."""
    package = sorted((player.folder / "packages").glob("*.xml"))[0].name
    document = player.kept("GOST tender", 3).name
    offline = "--profile .demo/offline/trust/trust.toml --offline .demo/offline/answers"
    player.transcript.say(
        f"{player.saved} packages of the SEZ with their receipts lie in `packages/` and "
        "`receipts/`, signed documents in `documents/`. To verify one yourself:",
        "",
        "```",
        "xmlsec1 --verify --trusted-pem .demo/ca.pem \\",
        f"  --id-attr:Id urn:kz:tru-registry:exchange:1:Package .demo/packages/{package}",
        "```",
        "",
        "That tool knows no GOST. Whatever the key, `contracts verify` explains a signature step",
        "by step, of a package also those of the documents within. Nothing needs to run: the",
        "authority's answers were saved, and hold for the moment at which they were given:",
        "",
        "```",
        f'at=(--at "$(cat .demo/offline/{MOMENT})" {offline})',
        f'.venv/bin/contracts verify .demo/packages/{package} "${{at[@]}}"',
        f'.venv/bin/contracts verify .demo/documents/{document} "${{at[@]}}" --lang kk',
        "```",
    )
