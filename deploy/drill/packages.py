"""One byte of an evidence package is changed, and the offline verifier names where.

A package is a file that an archive keeps: it is checked without either system and without network.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificates

from deploy.drill.sides import SIDES, Side
from deploy.drill.snapshot import Snapshot
from deploy.drill.table import DrillResult
from deploy.drill.wanted import begins, names
from deploy.verifier.certificates import Answers
from deploy.verifier.checking import PackageCheck
from deploy.verifier.container import MANIFEST, SIGNATURE
from deploy.verifier.pins import SystemPins
from deploy.verifier.steps import StepVerdict
from shared_contracts.errors import Defect

PACKAGE = "package"
"""The depth of an audit that reads an evidence package alone."""

_LOCAL_HEADER, _LOCAL_SUM = 30, 14
_CENTRAL_HEADER, _CENTRAL_SUM = 46, 16
"""Bytes of both headers of a zip before the name, and before the checksum (APPNOTE 4.3.7, 12)."""


@dataclass(frozen=True, slots=True)
class PackageDrill:
    """A byte is changed in the first member whose name begins so; in none where it is empty.

    With ``fitted`` the checksum that the container has of the member is made to fit.
    """

    name: str
    member: str = ""
    fitted: bool = False
    proves_nothing: str = ""
    sides: tuple[Side, ...] = SIDES


_MEMBERS = (
    ("a signed document", "documents/"),
    ("an event", "events/"),
    ("what stands beside an event", "evidence/"),
    ("a proof", "proofs/"),
    ("a file", "files/"),
    ("the checkpoint", "checkpoint"),
    ("the index", "object.json"),
    ("the manifest", "META-INF/ASiCManifest"),
    ("the signature", "META-INF/signature"),
)
"""What an evidence package holds, by the beginning of the member's name."""

PACKAGE_DRILLS = (
    PackageDrill("an evidence package as it was exported", proves_nothing="nothing was done"),
    *(PackageDrill(f"package: a byte of {what} changed", begins) for what, begins in _MEMBERS),
    *(
        PackageDrill(f"package: a byte of {what} changed, checksum fitted", begins, fitted=True)
        for what, begins in _MEMBERS
    ),
)
"""In the order of the table."""


def run_package(drill: PackageDrill, side: Side, snapshot: Snapshot) -> DrillResult:
    """Change a byte of a side's package, and have the verifier say where."""
    data, wanted = snapshot.packages[side], names()
    if drill.member:
        data, member = _changed(data, drill.member, fitted=drill.fitted)
        by = SIGNATURE if drill.fitted and member == MANIFEST else member
        wanted = begins(by) if drill.fitted else names(by)
    named = dict(_named(snapshot, data))
    return DrillResult(
        drill=drill.name,
        side=side,
        audit="evidence verifier",
        depth=PACKAGE,
        remembers=False,
        found=bool(named),
        named=tuple(sorted(named)),
        expected=tuple(sorted(wanted.places)),
        as_expected=wanted.is_met(named),
        message="; ".join(named.values()) or "nothing",
        proves_nothing=drill.proves_nothing,
    )


def _named(snapshot: Snapshot, data: bytes) -> Iterator[tuple[str, str]]:
    """The places of the steps that failed, each with the words of the first."""
    authority = snapshot.stand.authority
    known = Answers(load_pem_x509_certificates((authority.folder / "ca.pem").read_bytes()))
    own = [load_pem_x509_certificates(authority.chain(one).read_bytes())[0] for one in SIDES]
    pins = SystemPins(frozenset(one.fingerprint(SHA256()).hex() for one in own))
    told = dict[str, str]()
    for one in PackageCheck(data, known, pins).run().steps:
        if one.verdict is StepVerdict.FAILED:
            place = one.place.rpartition(": ")[2]
            told.setdefault(place, f"{one.check} {one.place}: {one.ground}")
    return iter(told.items())


def _changed(data: bytes, member: str, *, fitted: bool) -> tuple[bytes, str]:
    """The package with the middle byte of a member otherwise, and the member's name."""
    with ZipFile(BytesIO(data)) as package:
        found = next((one for one in package.infolist() if one.filename.startswith(member)), None)
    if found is None or found.compress_type != ZIP_STORED or not found.file_size:
        raise Defect(f"the package of the story has no member {member} that is stored as it is")
    start = _start(data, found)
    end, at = start + found.file_size, start + found.file_size // 2
    other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    if fitted:
        central = data.rindex(found.filename.encode()) - _CENTRAL_HEADER
        for place in (found.header_offset + _LOCAL_SUM, central + _CENTRAL_SUM):
            made = crc32(other[start:end]).to_bytes(4, "little")
            other = other[:place] + made + other[place + 4 :]
    return other, found.filename


def _start(data: bytes, member: ZipInfo) -> int:
    """Where the content of a member stands."""
    at = member.header_offset
    lengths = (data[at + 26 : at + 28], data[at + 28 : at + 30])
    return at + _LOCAL_HEADER + sum(int.from_bytes(one, "little") for one in lengths)
