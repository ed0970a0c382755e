"""``make demo``: a year of procurement, told step by step on real parts.

Two systems as processes with a database each, a test authority, signed XML over SOAP. It ends with
exit code 1 if anything is not as told, and leaves the transcript and the evidence in ``.demo``.
"""

import shutil
import sys
import time
from pathlib import Path

from deploy.stand import DemoStand, free_ports
from deploy.story import ADMISSION, PARTS, StoryPart
from deploy.story.player import Player
from deploy.transcript import Transcript
from shared_contracts.errors import Diagnosed

FOLDER = Path(".demo").absolute()
"""Where the demonstration leaves what it made."""


def main() -> int:
    """Play the story; 0 if everything came out as told."""
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    transcript = Transcript(FOLDER / "transcript.md")
    stage = DemoStand(FOLDER / "stand", free_ports())
    transcript.begin(
        "What is bought goes, signed, from an SEZ to the Registry and back",
        "The Registry is the state's list of purchases of subsoil users; an SEZ is a private",
        "system in which such purchases are made, and whatever happens to one there must be in the",
        "Registry within an hour (order 216 of 2018). Here both run as processes of their own,",
        "each with a PostgreSQL of its own, beside a certification authority made for this day.",
        "",
        "Every business document (a purchase, a supplier's card, a programme, in its versions) is",
        "signed by a person of the customer,",
        "every package of documents by the SEZ, every receipt by the Registry. A receipt accepts a",
        "package, or refuses it with findings: rules by number, with place and cure. Some persons",
        "have RSA keys and some GOST keys. What is said here was asked of the running systems.",
        "",
        "A year of procurement is played in minutes: where a real purchase takes bids for weeks,",
        "those of the story which come to their results take them for seconds, by a true clock.",
    )
    print("… the authority and both systems are started; their databases are made", flush=True)
    try:
        stage.prepare()
        stage.start_authority()
        player = Player(stage, transcript, FOLDER)
        play(player, ADMISSION)
        stage.start_registry()
        stage.start_sez()
        for part in PARTS:
            play(player, part)
    except Diagnosed as failure:
        print(f"not as told: {failure}", file=sys.stderr)
        return 1
    finally:
        stage.stop()
    print(f"as told, in {time.monotonic() - began:.0f} s; read {transcript.path}")
    return 0


def play(player: Player, part: StoryPart) -> None:
    """Tell what a part is about, and play its chapters."""
    player.transcript.part(part.title, *part.told)
    for chapter in part.chapters:
        chapter(player)


if __name__ == "__main__":
    raise SystemExit(main())
