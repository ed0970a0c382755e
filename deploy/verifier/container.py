"""The file: exactly the one zip that its members have (docs/evidence-package.md, 2 and 3)."""

import hashlib
import re
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cached_property

from .steps import Flaw

MIMETYPE = b"application/vnd.etsi.asic-e+zip"
MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
MOST_BYTES = 600 * 1024 * 1024
MOST_MEMBERS = 20_003
_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_LOCAL, _CENTRAL, _END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"
_DATE, _UNIX, _MODE = 0x21, 3, 0o600 << 16


class ReadContainer:
    """The members of a file by name; ``Flaw`` names the first byte that is not as it must be."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places: dict[str, tuple[int, int]] = {}
        self._digests: dict[str, str] = {}
        end = self._read_members()
        for name, part in self._tail(end):
            if data[end : end + len(part)] != part:
                raise Flaw("CONTAINER_DIRECTORY", name, f"byte {_first(data, end, part)}")
            end += len(part)
        if end != len(data):
            raise Flaw("CONTAINER_BYTES_AFTER", f"byte {end}")
        self._check_order()

    @property
    def names(self) -> list[str]:
        """The names of all members, in their order."""
        return list(self._places)

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of that name."""
        return name in self._places

    def __getitem__(self, name: str) -> bytes:
        """The bytes of a member; ``Flaw`` if there is none."""
        if name not in self._places:
            raise Flaw("MEMBER_MISSING", name)
        start, size = self._places[name]
        return self._data[start : start + size]

    def digest(self, name: str) -> str:
        """SHA-256 of a member (lower hex), computed once however often it is named."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256(self[name]).hexdigest()
        return self._digests[name]

    @cached_property
    def hashes_in_documents(self) -> frozenset[str]:
        """What stands in documents like a SHA-256: the hashes of the files that they name."""
        names = [name for name in self._places if name.startswith("documents/")]
        return frozenset(one.decode() for name in names for one in _HASH.findall(self[name]))

    def _read_members(self) -> int:
        at, length = 0, struct.calcsize(_LOCAL)
        while self._data[at : at + 4] == b"PK\x03\x04":
            after = f"byte {at}, after {next(reversed(self._places), 'the beginning')}"
            head = self._data[at : at + length]
            if len(head) < length or len(self._places) >= MOST_MEMBERS:
                raise Flaw("CONTAINER_HEADER", after)
            *_, crc, size, _packed, name_size, _extra = struct.unpack(_LOCAL, head)
            name = self._name(self._data[at + length : at + length + name_size], after)
            start = at + length + name_size
            content = self._data[start : start + size]
            if head != _local(name, crc, size) or len(content) != size:
                raise Flaw("CONTAINER_HEADER", name, after)
            if zlib.crc32(content) != crc:
                raise Flaw("CONTAINER_CHECKSUM", name)
            self._places[name] = (start, size)
            at = start + size
        return at

    def _name(self, written: bytes, after: str) -> str:
        allowed = bytes(range(0x21, 0x7F))
        if not written or written.strip(allowed) or b".." in written or written[:1] == b"/":
            raise Flaw("CONTAINER_NAME", after)
        name = written.decode("ascii", "replace")
        if name in self._places or not name.isascii():
            raise Flaw("CONTAINER_NAME", name)
        return name

    def _tail(self, start: int) -> Iterator[tuple[str, bytes]]:
        """The directory as it must be, one entry after another, and the end."""
        size = 0
        for name, (content, length) in self._places.items():
            crc = zlib.crc32(self._data[content : content + length])
            offset = content - struct.calcsize(_LOCAL) - len(name)
            entry = _central(name, crc, length, offset)
            size += len(entry)
            yield name, entry
        count = len(self._places)
        yield "the end", struct.pack(_END, b"PK\x05\x06", 0, 0, count, count, size, start, 0)

    def _check_order(self) -> None:
        last = [MANIFEST, SIGNATURE]
        inner = self.names[1:-2]
        if self.names[:1] != ["mimetype"] or self.names[-2:] != last or inner != sorted(inner):
            raise Flaw("CONTAINER_ORDER", ", ".join([*self.names[:1], *self.names[-2:]]))
        if any(name.startswith("META-INF/") or name == "mimetype" for name in inner):
            raise Flaw("CONTAINER_ORDER", "META-INF/")
        if self["mimetype"] != MIMETYPE:
            raise Flaw("CONTAINER_TYPE", "mimetype")


def check_manifest(members: ReadContainer) -> None:
    """The manifest is exactly that of the members; ``Flaw`` names the one that differs."""
    written, at = members[MANIFEST], len(_HEAD)
    if not written.startswith(_HEAD.encode()):
        raise Flaw("MANIFEST_FORM", MANIFEST)
    for name in members.names[1:-2]:
        digest = b64encode(hashlib.sha256(members[name]).digest()).decode()
        line = _ONE.format(name=name, digest=digest).encode()
        if written[at : at + len(line)] != line:
            raise Flaw("MANIFEST_DIGEST", name)
        at += len(line)
    if written[at:] != b"</asic:ASiCManifest>\n":
        raise Flaw("MANIFEST_FORM", MANIFEST)


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '<asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>\n'
)
_ONE = (
    '<asic:DataObjectReference URI="{name}">'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>\n"
)


def _local(name: str, crc: int, size: int) -> bytes:
    return struct.pack(_LOCAL, b"PK\x03\x04", 20, 0, 0, 0, _DATE, crc, size, size, len(name), 0)


def _central(name: str, crc: int, size: int, offset: int) -> bytes:
    made = 20 | _UNIX << 8
    fixed = (made, 20, 0, 0, 0, _DATE, crc, size, size, len(name), 0, 0, 0, 0, _MODE, offset)
    return struct.pack(_CENTRAL, b"PK\x01\x02", *fixed) + name.encode()


def _first(data: bytes, start: int, part: bytes) -> int:
    """The first place in ``data`` that differs from ``part``, which belongs at ``start``."""
    found = data[start : start + len(part)]
    pairs = enumerate(zip(found, part, strict=False))
    return start + next((number for number, (a, b) in pairs if a != b), len(found))
