"""A second SEZ: the program of a vendor who has read the contract, and nothing else of this."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

import msgspec

from deploy.story.acts import new_purchase
from deploy.story.player import SIGNER, Player
from deploy.story.posting import post_with_files
from sez.publication.signers import formed_by, party
from sez.soap.client import Connection, RegistryClient
from sez.tendering.example_purchases import Setting, single_source
from shared_contracts import astana_time
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import Package, Record, RecordHeader
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.versions import FIRST
from shared_contracts.signing.sign import FileSigner, sign_person, sign_system
from shared_contracts.signing.subject import subject_of
from shared_contracts.xml import codec, schema

CODE = "SEZ02"
"""The code of the second SEZ."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """Somebody who writes an SEZ of their own on the contract alone."""

    person: FileSigner
    system: FileSigner
    files: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def record(self, formed_at: datetime | None = None) -> Record:
        """A purchase of its own, announced now or at a past moment."""
        at = formed_at or astana_time.now()
        act, subject = new_purchase(CODE), subject_of(self.person.certificates[0])
        example = single_source(Setting(act, party(subject), at))
        for file in example.files:
            (self.files / file.document.sha256).write_bytes(file.content)
        document = sign_person(codec.to_bytes(codec.write(example.purchase)), self.person)
        header = RecordHeader(
            object_type=act.object_type,
            object_id=act.object_id,
            version=1,
            formed_at=formed_at or astana_time.now(),
            formed_by=formed_by(subject),
            document_hash=hashlib.sha256(document).hexdigest(),
        )
        return Record(header=header, document=document)

    def package(self, records: Iterable[Record]) -> Package:
        """A package with these records, under the next number."""
        packed = tuple(records)
        return Package(
            message_id=uuid7(),
            sez_code=CODE,
            environment=Environment.STAND,
            sequence=next(self.numbers),
            created_at=astana_time.now(),
            contract_version=FIRST,
            record_count=len(packed),
            records=packed,
        )

    def signed(self, package: Package) -> bytes:
        """The package, signed by the system."""
        element = codec.write(package, root_id=f"package-{package.message_id}")
        return sign_system(element, self.system)


def vendor_of(player: Player) -> Vendor:
    """The vendor of the story, the same each time."""
    if player.vendor is None:
        authority = player.stage.authority
        files = player.stage.folder / "vendor"
        files.mkdir()
        player.vendor = Vendor(
            FileSigner(authority.key(SIGNER), authority.chain(SIGNER)),
            FileSigner(authority.key("sez2"), authority.chain("sez2")),
            files,
        )
    vendor: Vendor = player.vendor
    return vendor


def post(player: Player, package: Package) -> Receipt:
    """Post a package of the vendor and, where the Registry asks for files, those first."""
    vendor = vendor_of(player)
    body = vendor.signed(package)
    return keep(player, package, body, post_with_files(player, body, vendor.files))


def keep(player: Player, package: Package, body: bytes, answer: bytes) -> Receipt:
    """What a receipt says; package and receipt are kept as evidence."""
    player.write("packages", str(package.message_id), body)
    player.write("receipts", str(package.message_id), answer)
    return codec.read(schema.parse(answer), Receipt)


def misstated(record: Record) -> Record:
    """The record as a program states it that takes the hash of something else."""
    other = hashlib.sha256((record.document or b"") + b" ").hexdigest()
    return msgspec.structs.replace(
        record, header=msgspec.structs.replace(record.header, document_hash=other)
    )


def calling(player: Player) -> closing[RegistryClient]:
    """The Registry, as the vendor's program calls it."""
    return closing(RegistryClient(Connection(player.stage.registry_address)))
