"""Files beside the XML, each kept under the SHA-256 of its bytes (S216-18.5)."""

import asyncio
import hashlib
import os
import re
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from shared_contracts import astana_time
from shared_contracts.errors import BadInput
from shared_contracts.limits import FILE_BYTES

ABANDONED: Final = timedelta(hours=1)
"""Age at which an upload that never ended is swept away."""

_SHA256 = re.compile(r"[0-9a-f]{64}")

PRIVATE = 0o700
"""Mode of the folder of files."""


class NotAHash(BadInput):
    """A file is asked for by what is no SHA-256 in lower hex."""

    def __init__(self, name: str) -> None:
        super().__init__(f"not a SHA-256 in lower hex: {name[:80]!r}")
        self.name = name


class WrongHash(BadInput):
    """The bytes that came are not those of the name: ``named`` was said, ``found`` came."""

    def __init__(self, named: str, found: str) -> None:
        super().__init__(f"{named} was named, {found} came")
        self.named, self.found = named, found


class TooLarge(BadInput):
    """A file is larger than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class FileStore:
    """A folder of files by SHA-256; what is in it is whole, on disk, and never changes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = str(root)
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(root.stat().st_mode) != PRIVATE:
            root.chmod(PRIVATE)  # tender files are for this system's user alone
        self._sweep()

    @classmethod
    def alone(cls, root: Path) -> "FileStore":
        """The store for the one process that writes to it: uploads left behind are removed."""
        store = cls(root)
        for left in store.incoming.iterdir():
            left.unlink(missing_ok=True)
        return store

    @property
    def incoming(self) -> Path:
        """The folder of uploads under way."""
        return self._incoming

    def path(self, sha256: str) -> Path:
        """Where the file is or would be; raises ``NotAHash``."""
        if not _SHA256.fullmatch(sha256):
            raise NotAHash(sha256)
        return self._root / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the whole file is here; raises ``NotAHash``."""
        return self.size_or_none(sha256) is not None

    def find(self, sha256: str) -> Path | None:
        """Where the whole file is kept, or None if it is not here; raises ``NotAHash``."""
        return self.path(sha256) if self.has(sha256) else None

    def size_or_none(self, sha256: str) -> int | None:
        """Size of the file in bytes, or None if it is not here; raises ``NotAHash``."""
        if not _SHA256.fullmatch(sha256):
            raise NotAHash(sha256)
        try:
            return os.stat(f"{self._folder}/{sha256[:2]}/{sha256}").st_size  # noqa: PTH116  # hot path
        except FileNotFoundError:
            return None

    def size(self, sha256: str) -> int:
        """Size of the file in bytes; raises ``FileNotFoundError``, ``NotAHash``."""
        return self.path(sha256).stat().st_size

    def open(self, sha256: str) -> BinaryIO:
        """The file's bytes, to read; raises ``FileNotFoundError``, ``NotAHash``."""
        return self.path(sha256).open("rb")

    def kept(self) -> Iterator[Path]:
        """All whole files, in no order."""
        for folder in self._root.iterdir():
            if folder != self._incoming:
                yield from folder.iterdir()

    def remove(self, sha256: str) -> bool:
        """Remove a file of a store whose files are not kept for ever; whether it was here."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    async def put(self, sha256: str, stream: AsyncIterator[bytes], limit: int = FILE_BYTES) -> bool:
        """Keep the bytes of ``stream`` under their hash; whether they were new here.

        On return they are on disk, the folder too. Raises ``NotAHash``, ``WrongHash``,
        ``TooLarge``; whatever is raised, nothing of the stream is kept.
        """
        target = self.path(sha256)
        arriving = self._incoming / uuid4().hex
        try:
            found = await _write(arriving, stream, limit)
            if found != sha256:
                raise WrongHash(sha256, found)
            return await asyncio.to_thread(_settle, arriving, target)
        finally:
            arriving.unlink(missing_ok=True)

    def take(self, sha256: str, arrived: Path) -> bool:
        """Keep a whole file that lies in ``incoming``, like ``put``; its hash is known already."""
        with arrived.open("rb") as file:
            os.fsync(file.fileno())
        return _settle(arrived, self.path(sha256))

    def keep(self, sha256: str, content: bytes) -> bool:
        """Keep bytes at hand under their hash, like ``put``; not for a thread that serves."""

        async def once() -> AsyncIterator[bytes]:
            yield content

        return asyncio.run(self.put(sha256, once()))

    def _sweep(self) -> None:
        """Remove uploads that a killed process left behind; those under way are younger."""
        oldest = (astana_time.now() - ABANDONED).timestamp()
        for left in self._incoming.iterdir():
            if left.stat().st_mtime < oldest:
                left.unlink(missing_ok=True)


async def _write(arriving: Path, stream: AsyncIterator[bytes], limit: int) -> str:
    """Write the stream down, through to the disk; gives the SHA-256 of what came."""
    digest, size = hashlib.sha256(), 0
    with arriving.open("xb") as file:
        async for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise TooLarge(limit)
            await asyncio.to_thread(_take, chunk, file, digest)
        await asyncio.to_thread(_to_disk, file)
    return digest.hexdigest()


def _take(chunk: bytes, file: BinaryIO, digest: "hashlib._Hash") -> None:
    file.write(chunk)
    digest.update(chunk)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(arrived: Path, target: Path) -> bool:
    """Give a whole file its name, and the folders their entries, so that a crash keeps them."""
    if target.is_file():
        return False
    target.parent.mkdir(exist_ok=True)
    arrived.replace(target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return True
