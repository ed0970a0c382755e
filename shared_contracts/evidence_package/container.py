"""The file: an ASiC-E container (EN 319 162-1), written once, from its first byte to its last.

It is a zip without compression, without times, in one order: whoever knows the members knows each
byte, so no byte can be changed that proves nothing.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from shared_contracts.errors import Defect, RefusedByRule

MIMETYPE: Final = b"application/vnd.etsi.asic-e+zip"
MANIFEST: Final = "META-INF/ASiCManifest.xml"
SIGNATURE: Final = "META-INF/signature.p7s"
MOST_BYTES: Final = 512 * 1024 * 1024
"""Most bytes of all members together."""
MOST_MEMBERS: Final = 20_000
"""Most members of a container."""
_CHUNK = 1 << 20
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o600 << 16
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '<asic:SigReference URI="{signature}" MimeType="application/pkcs7-signature"/>\n'
)
_ONE = (
    '<asic:DataObjectReference URI="{name}">'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>\n"
)


def manifest(digests: Mapping[str, bytes], number: int = 1) -> bytes:
    """What the signer of that number signs: the members by name and SHA-256, in their order."""
    members = "".join(
        _ONE.format(name=name, digest=b64encode(digest).decode())
        for name, digest in digests.items()
    )
    head = _HEAD.format(signature=_numbered(SIGNATURE, number))
    return f"{head}{members}</asic:ASiCManifest>\n".encode()


def _numbered(name: str, number: int) -> str:
    """The name of the first manifest or signature, or of a further one: with its number."""
    stem, dot, suffix = name.rpartition(".")
    return name if number == 1 else f"{stem}{number}{dot}{suffix}"


@dataclass
class EvidenceContainer:
    """A container that is being written to ``file``; members come in the order of their names."""

    file: IO[bytes]
    _digests: dict[str, bytes] = field(default_factory=dict)
    _bytes: int = 0

    def __post_init__(self) -> None:
        """Begin with what the container is."""
        self._zip = ZipFile(self.file, "w", ZIP_STORED, allowZip64=False)
        self._write("mimetype", [MIMETYPE], len(MIMETYPE))

    def add(self, name: str, content: bytes) -> None:
        """Add a member; ``RefusedByRule`` if there is no room for it."""
        self._added(name, [content], len(content))

    def add_file(self, name: str, path: Path, sha256: str) -> None:
        """Add a file as a member, read piece by piece; ``Defect`` if it is not that of the hash."""
        with path.open("rb") as file:
            self._added(name, iter(lambda: file.read(_CHUNK), b""), path.stat().st_size)
        if self._digests[name].hex() != sha256:
            raise Defect(f"the file kept as {sha256} has other bytes: restore it from a backup")

    def seal(self, *signers: Callable[[bytes], bytes]) -> None:
        """End the container: for each signer a manifest of its members and the signature on it."""
        for number, sign in enumerate(signers, start=1):
            text = manifest(self._digests, number)
            self._write(_numbered(MANIFEST, number), [text], len(text))
            signature = sign(text)
            self._write(_numbered(SIGNATURE, number), [signature], len(signature))
        self._zip.close()

    def _added(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        if self._digests and name <= next(reversed(self._digests)):
            raise Defect(f"{name} comes after {next(reversed(self._digests))}")
        self._bytes += size
        if self._bytes > MOST_BYTES or len(self._digests) >= MOST_MEMBERS:
            raise RefusedByRule(
                f"evidence of this object is more than {MOST_BYTES} bytes or {MOST_MEMBERS} "
                "members, the most of one package: take its versions one by one from the packages"
            )
        self._digests[name] = self._write(name, pieces, size)

    def _write(self, name: str, pieces: Iterable[bytes], size: int) -> bytes:
        info = ZipInfo(name, _DAY)
        info.create_system, info.external_attr, info.file_size = _UNIX, _MODE, size
        digest = hashlib.sha256()
        with self._zip.open(info, "w") as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
        return digest.digest()
