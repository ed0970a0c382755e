"""Questions that a person of this SEZ puts to the Registry (S216-A2.4.1, S216-A3.4)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sez.records.owner import Owner
from shared_contracts.counterpart import Counterpart, believe
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Part
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.xml import codec, schema

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Questions:
    """Signs questions as the system, sends them, and believes only the Registry's answers.

    ``send`` puts a signed message to an operation, or raises what says why it cannot.
    """

    owner: Owner
    signer: Signer
    counterpart: Counterpart
    clock: Callable[[], datetime]
    send: Callable[[bytes, str], bytes]

    def signed(self, question: Part, root_id: str) -> bytes:
        """The question as it is sent, signed by this system."""
        return sign_message(question, root_id, self.signer)

    def put(self, question: bytes, operation: str, kind: type[P]) -> tuple[P, bytes]:
        """The Registry's answer, proven, and its bytes.

        ``RefusedByRule`` with what was found where the Registry refuses to answer.
        """
        data = self.send(question, operation)
        if codec.local_name(schema.parse(data)) == Receipt.__name__:
            receipt = believe(data, Receipt, self.counterpart, self.clock())
            found = "; ".join(f"{one.rule_id} {one.path}" for one in receipt.findings)
            raise RefusedByRule(f"the Registry refuses the question: {found}")
        return believe(data, kind, self.counterpart, self.clock()), data


def sha256(data: bytes) -> str:
    """SHA-256 of bytes, lower hex."""
    return hashlib.sha256(data).hexdigest()
