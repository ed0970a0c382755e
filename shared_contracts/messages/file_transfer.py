"""A small file in a message of its own, where PUT is no way for a system (S216-18.5)."""

from datetime import datetime

from shared_contracts.messages.system_message import SystemMessage, SystemQuestion


class FileTransfer(SystemQuestion, frozen=True, kw_only=True):
    """A file that was asked for: the SHA-256 of its bytes, and these bytes."""

    sha256: str
    content: bytes


class FileTaken(SystemMessage, frozen=True, kw_only=True):
    """The file is on the Registry's disk; ``size`` in bytes, ``new`` if it was not there before."""

    sha256: str
    size: int
    new: bool
    taken_at: datetime
