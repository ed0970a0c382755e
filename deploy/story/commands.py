"""Commands of the two systems, as an officer or an auditor types them."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.story.player import Player
from shared_contracts.errors import Defect

SECONDS = 60.0
"""Longest time that a command may take."""


def told_by(player: Player, program: str, *words: str) -> str:
    """What a command prints on the stand; ``Defect`` where it does not end with 0."""
    settings = player.stage.registry_environment() | player.stage.sez_environment()
    clean = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("REGISTRY_", "SEZ_"))
    }
    done = subprocess.run(
        [str(Path(sys.executable).with_name(program)), *words],
        env=clean | settings,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise Defect(f"{program} {' '.join(words)}: exit code {done.returncode}: {done.stderr}")
    return done.stdout.rstrip()
