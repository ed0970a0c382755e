"""A printed document with the signatures of its parties, as one ASiC-E container (EN 319 162-1).

Each party signs a manifest that has the SHA-256 of the PDF and of the data, by CAdES; OpenSSL and
other programs verify it. A party may sign at another time and place than the others.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from shared_contracts.evidence_package.container import EvidenceContainer, manifest
from shared_contracts.printing.printing import Attachment
from shared_contracts.signing.cades import moment_for, sign_detached
from shared_contracts.signing.signers import Signer

PDF: Final = "document.pdf"
"""Name of the PDF in the container."""


@dataclass(frozen=True, slots=True)
class SignableDocument:
    """A document that is printed: its PDF, and the data which are attached to it."""

    pdf: bytes
    attached: Attachment

    def manifest(self, number: int = 1) -> bytes:
        """What the party of that number (from 1) signs, also where it signs elsewhere."""
        digests = {name: hashlib.sha256(body).digest() for name, body in self._members()}
        return manifest(digests, number)

    def sign(self, signer: Signer, at: datetime, number: int = 1) -> bytes:
        """The detached CAdES signature (DER) of the party of that number, claimed for ``at``."""
        return sign_detached(self.manifest(number), signer, moment_for(signer, at))

    def container(self, signatures: Sequence[bytes]) -> bytes:
        """The document, its data and the signatures, that of the party with number 1 first."""
        file = BytesIO()
        written = EvidenceContainer(file)
        for name, body in self._members():
            written.add(name, body)
        written.seal(*(lambda _, one=one: one for one in signatures))
        return file.getvalue()

    def _members(self) -> list[tuple[str, bytes]]:
        return sorted([(PDF, self.pdf), (self.attached.name, self.attached.content)])
