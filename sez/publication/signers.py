"""The users who sign in this SEZ, by name; who signs elsewhere hands in a signed document."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.limits import NAME
from shared_contracts.messages.document import LocalizedText, Party
from shared_contracts.messages.package import FormedBy
from shared_contracts.signing.report import Subject
from shared_contracts.signing.sign import FileSigner


class SigningRequest(msgspec.Struct, kw_only=True):
    """By whom a version is signed, in turn: names of users whose keys are here."""

    signers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Users:
    """Users whose keys lie in a folder as ``NAME.key.pem`` and ``NAME.pem``."""

    folder: Path
    _known: dict[str, FileSigner] = field(default_factory=dict)

    def signer(self, name: str) -> FileSigner:
        """The signer of that name; ``BadInput`` if there is none."""
        key, chain = self.folder / f"{name}.key.pem", self.folder / f"{name}.pem"
        if not name.replace("-", "").isalnum() or not key.is_file():
            raise BadInput(f"no user {name!r} signs here")
        if name not in self._known:
            self._known[name] = FileSigner(key, chain)
        return self._known[name]


def formed_by(subject: Subject) -> FormedBy:
    """The user whom a certificate names, as a record states it."""
    return FormedBy(name=(subject.common_name or "")[:NAME], iin=subject.iin)


def party(subject: Subject) -> Party:
    """The organisation, or the person, that a certificate names."""
    name = (subject.organisation or subject.common_name or "")[:NAME] or None
    iin = None if subject.bin else subject.iin
    return Party(bin=subject.bin, iin=iin, name=LocalizedText(kk=name, ru=name, en=name))
