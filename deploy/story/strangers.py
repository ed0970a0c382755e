"""A second SEZ whose software has a defect: it states a wrong hash (S216-A2.1.2)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from deploy.authority.identities import SEZ2_SYSTEM
from deploy.story.acts import new_purchase
from deploy.story.player import SIGNER, Player
from deploy.story.posting import post_with_files
from sez.publication.signers import formed_by, party
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

    def package(self, sequence: int, *, defect: bool) -> Package:
        """A package with one announcement; with the defect its hash is that of something else."""
        act = new_purchase(CODE)
        now, subject = astana_time.now(), subject_of(self.person.certificates[0])
        example = single_source(Setting(act, party(subject), now))
        for file in example.files:
            (self.files / file.document.sha256).write_bytes(file.content)
        purchase = codec.to_bytes(codec.write(example.purchase))
        document = sign_person(purchase, self.person)
        header = RecordHeader(
            object_type=act.object_type,
            object_id=act.object_id,
            version=1,
            formed_at=astana_time.now(),
            formed_by=formed_by(subject),
            document_hash=hashlib.sha256(purchase if defect else document).hexdigest(),
        )
        return Package(
            message_id=uuid7(),
            sez_code=CODE,
            environment=Environment.STAND,
            sequence=sequence,
            created_at=astana_time.now(),
            contract_version=FIRST,
            record_count=1,
            records=(Record(header=header, document=document),),
        )

    def signed(self, package: Package) -> bytes:
        """The package, signed by the system."""
        element = codec.write(package, root_id=f"package-{package.message_id}")
        return sign_system(element, self.system)


def broken_hash_is_refused(player: Player) -> None:
    """A wrong hash is refused at the first stage; the repeat comes through (S216-A2.1.2, 8)."""
    player.transcript.chapter(
        "A second SEZ sends a broken hash",
        "Its vendor computes the hash before signing instead of after. The Registry refuses at the",
        "first stage and says which hash it expected; the corrected package is accepted.",
    )
    player.stage.enter(CODE, "sez2", SEZ2_SYSTEM[0])
    authority = player.stage.authority
    files = player.stage.folder / "vendor"
    files.mkdir()
    vendor = Vendor(
        FileSigner(authority.key(SIGNER), authority.chain(SIGNER)),
        FileSigner(authority.key("sez2"), authority.chain("sez2")),
        files,
    )
    refused = _post(player, vendor, vendor.package(1, defect=True))
    player.transcript.expect("it is refused", seen=refused.result, expected="REFUSED")
    player.transcript.expect("at the first stage", seen=refused.stage, expected="INTEGRITY")
    (finding,) = refused.findings
    player.transcript.expect(
        f"by rule I-04: {finding.text.en}", seen=finding.rule_id, expected="I-04"
    )
    accepted = _post(player, vendor, vendor.package(2, defect=False))
    player.transcript.expect("the repeat is recorded", seen=accepted.result, expected="ACCEPTED")


def _post(player: Player, vendor: Vendor, package: Package) -> Receipt:
    """Post a package and, where the Registry asks for files, those first."""
    body = vendor.signed(package)
    player.write("packages", str(package.message_id), body)
    answer = post_with_files(player, body, vendor.files)
    player.write("receipts", str(package.message_id), answer)
    return codec.read(schema.parse(answer), Receipt)
