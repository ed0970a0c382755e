"""Keys in memory: each is derived once from the passphrase in its file, and kept (S95-15.1a).

So no message costs a derivation, and nobody who sends one can have any made.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from shared_contracts.encryption import passphrase_files
from shared_contracts.encryption.derivation import derive, is_right
from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.errors import NeedsPerson


@dataclass(slots=True)
class HeldKeys:
    """The keys whose passphrases lie in a folder; safe for all threads."""

    folder: Path
    _derived: dict[str, bytes] = field(default_factory=dict, repr=False)
    _problems: dict[str, str] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)
    """One derivation at a time: each takes its memory."""

    def path(self, key: KeyParameters) -> Path:
        """Where the passphrase of a key lies."""
        return self.folder / f"{key.sez_code}.{key.number}.passphrase"

    def hold(self, key: KeyParameters) -> bytes:
        """Derive a key unless that was done; ``NeedsPerson`` where its passphrase is not right."""
        with self._turn:
            known = self._derived.get(key.name)
            if known is None:
                known = self._derived[key.name] = self._made(key)
                self._problems.pop(key.name, None)
            return known

    def try_to_hold(self, key: KeyParameters) -> None:
        """The same when the process begins: what is missing is told where the key is needed."""
        try:
            self.hold(key)
        except NeedsPerson as problem:
            self._problems[key.name] = str(problem)

    def get(self, name: str) -> bytes:
        """A key that is held; ``NeedsPerson`` where there is none. Nothing is derived here."""
        found = self._derived.get(name)
        if found is None:
            raise NeedsPerson(self._problems.get(name, f"encryption key {name} is not held"))
        return found

    def problem(self, key: KeyParameters) -> str | None:
        """Why a key is not held; None where it is, or needs none."""
        if key.derivation is None or key.name in self._derived:
            return None
        return self._problems.get(key.name, "not derived since the process began")

    def put(self, key: KeyParameters, passphrase: str, derived: bytes) -> None:
        """Keep a passphrase that was formed here, and its key."""
        passphrase_files.write(self.path(key), passphrase)
        with self._turn:
            self._derived[key.name] = derived

    def _made(self, key: KeyParameters) -> bytes:
        path = self.path(key)
        if key.derivation is None:
            raise NeedsPerson(f"encryption key {key.name}: messages are plain under it")
        made = derive(passphrase_files.read(path), key.derivation)
        if not is_right(made, key.check):
            raise NeedsPerson(
                f"passphrase {path}: it is not that of key {key.name}; put there what the authority"
                " gave for this number"
            )
        return made
