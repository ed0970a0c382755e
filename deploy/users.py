"""The users of the stand's SEZ."""

import shutil
from pathlib import Path

from deploy.authority import StandAuthority
from deploy.authority.identities import GOST_PERSONS, PERSONS


def gather_users(authority: StandAuthority, users: Path) -> None:
    """Give a SEZ the keys of persons: each system holds its own key and no other's."""
    users.mkdir(mode=0o700, exist_ok=True)
    for name in (who.name for who in (*PERSONS, *GOST_PERSONS)):
        shutil.copy(authority.key(name), users)
        shutil.copy(authority.chain(name), users)
