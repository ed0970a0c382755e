"""The keys with which a kit signs, as a stand's authority hands them out (wire.md 4, 18)."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared_contracts.conformance.case import NotExamined
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.messages.package import FormedBy
from shared_contracts.signing.report import Subject
from shared_contracts.signing.signers import FileSigner
from shared_contracts.signing.subject import subject_of

NAME = 120
"""Signs of a name that documents take from a certificate."""


@dataclass(frozen=True, slots=True)
class SigningPerson:
    """A person who signs, and who that is by the certificate."""

    signer: FileSigner
    subject: Subject

    @property
    def party(self) -> Party:
        """The organisation, or the person, for whom he or she signs."""
        name = (self.subject.organisation or self.subject.common_name or "")[:NAME]
        iin = None if self.subject.bin else self.subject.iin
        named = LocalizedText(kk=name, ru=name, en=name)
        return Party(bin=self.subject.bin, iin=iin, name=named)

    @property
    def formed_by(self) -> FormedBy:
        """The same as the user who completed a document."""
        return FormedBy(name=self.subject.common_name or "", iin=self.subject.iin)


@dataclass(frozen=True)
class KitKeys:
    """A folder with ``NAME.key.pem`` and ``NAME.pem`` (certificate, then its issuer) for each name.

    ``system`` is the name of the system as which the kit speaks.
    """

    folder: Path
    system: str

    @cached_property
    def signer(self) -> FileSigner:
        """The system's own key."""
        return self.named(self.system)

    def named(self, name: str) -> FileSigner:
        """The key of that name; ``NotExamined`` where the folder has none."""
        key, chain = self.folder / f"{name}.key.pem", self.folder / f"{name}.pem"
        if not key.is_file() or not chain.is_file():
            told = f"the case needs the key {name!r}: put {key.name} and {chain.name}"
            raise NotExamined(f"{told} into {self.folder}")
        return FileSigner(key, chain)

    def person(self, name: str) -> SigningPerson:
        """The person of that name."""
        signer = self.named(name)
        return SigningPerson(signer, subject_of(signer.certificates[0]))
