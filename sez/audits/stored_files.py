"""The files of this SEZ as they lie on its disk, hashed for audits at depth LIVE (S216-12a).

The signed bytes of a large version lie there and not in the log (decision 0056). They are read
piece by piece: none is whole in memory.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from shared_contracts.errors import BadInput


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """Files by the SHA-256 of their names; ``find`` tells where one lies. Each is read once."""

    find: Callable[[str], Path | None]
    _read: dict[str, str | None] = field(default_factory=dict)

    def anew(self) -> "StoredFiles":
        """The same files, none of which was read yet."""
        return StoredFiles(self.find)

    def sha256(self, name: str) -> str | None:
        """The SHA-256 of the bytes that lie under a name; None where there are none."""
        if name not in self._read:
            self._read[name] = self._hashed(name)
        return self._read[name]

    def _hashed(self, name: str) -> str | None:
        try:
            path = self.find(name)
            if path is None:
                return None
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, BadInput):  # a damaged disk, or a name that is no hash
            return None
