"""Sends past the SEZ, under its name and key, what it does not let through."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from uuid import uuid4

from sez.soap.client import RegistryClient
from shared_contracts.astana_time import now
from shared_contracts.messages.document import Act, Amendable, Environment
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.package import FormedBy, Package, Record, RecordHeader
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.versions import FIRST, FIRST_CONDITIONS, NEWEST
from shared_contracts.signing.sign import sign_message, sign_person, sign_system
from shared_contracts.xml import codec
from tests.histories.history import hands
from tests.journeys.stand import Reader
from tests.pki import Pki
from tests.samples import SEZ_CODE
from tests.story import former


@dataclass
class PastTheSez:
    """Signs with the keys of the test authority, under numbers that the SEZ never reaches."""

    pki: Pki
    client: RegistryClient
    reader: Reader
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))

    def sign(self, document: Amendable) -> bytes:
        """The document signed by whom the SEZ would have sign it."""
        if kind_of(document).by_system:
            return sign_message(document, "document-1", self.pki.signer("sez"))
        data = codec.to_bytes(codec.write(document))
        for name in hands(document.act.object_type):
            data = sign_person(data, self.pki.signer(name))
        return data

    def send(self, document: Amendable, formed_at: datetime) -> Receipt:
        """The Registry's answer to a document as a package of its own."""
        data = self.sign(document)
        act, names = document.act, hands(document.act.object_type)
        header = RecordHeader(
            object_type=act.object_type,
            object_id=act.object_id,
            version=act.version,
            formed_at=formed_at,
            formed_by=former(names[-1]) if names else FormedBy(name=SEZ_CODE),
            document_hash=hashlib.sha256(data).hexdigest(),
        )
        package = Package(
            message_id=uuid4(),
            sez_code=SEZ_CODE,
            environment=Environment.STAND,
            created_at=now(),
            contract_version=FIRST if _is_of_the_first(act) else NEWEST,
            sequence=next(self.numbers),
            record_count=1,
            records=(Record(header=header, document=data),),
        )
        element = codec.write(package, root_id=f"package-{package.message_id}")
        body = sign_system(element, self.pki.signer("sez"))
        operation = kind_of(document).operation(document)
        return self.reader.read(self.client.call(operation, body))


def _is_of_the_first(act: Act) -> bool:
    """Whether a document can travel by the first contract, which knows purchases alone."""
    return act.object_type == PURCHASE and act.conditions_version == FIRST_CONDITIONS
