"""A SEZ served over a socket, and a Registry that audits it there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg

from registry.app import RegistrySystem
from registry.soap.client import Connection, SezClient
from sez.app import SezSystem
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.xml import codec, schema
from tests.on_demand import sez_app
from tests.postgres import owner_of
from tests.serving import serving
from tests.sez.systems import BothSystems


@dataclass(frozen=True)
class Auditor:
    """Puts requests to the SEZ at an address, as the Registry or as another."""

    systems: BothSystems
    client: SezClient

    def ask(self, content: str, signer: Signer | None = None, **changes: Any) -> AuditAnswer:
        """The answer to one request."""
        request = self.request(content, **changes)
        name = f"audit-{request.message_id}"
        body = sign_message(request, name, signer or self.systems.registry.intake.signer)
        element = schema.parse(self.client.call("Audit", body))
        assert schema.validate(element, "I-XSD-1") == []
        return codec.read(element, AuditAnswer)

    def request(self, content: str, **changes: Any) -> AuditRequest:
        """A request as the Registry puts it."""
        now: datetime = self.systems.registry.intake.clock()
        given: dict[str, Any] = {
            "message_id": uuid7(),
            "sez_code": "SEZ01",
            "environment": Environment.STAND,
            "created_at": now,
            "audit_id": uuid7(),
            "content": AuditContent(content),
            "ground": "Поручение № 17",
            "ordered_by": "Сәрсенова А.",
        }
        return AuditRequest(**given | changes)


@contextmanager
def audited(systems: BothSystems) -> Iterator[Auditor]:
    """The SEZ over a socket, and who audits it."""
    with serving(sez_app(systems.system)) as address:
        client = SezClient(Connection(address, timeout=20))
        try:
            yield Auditor(systems, client)
        finally:
            client.close()


def tamper(system: SezSystem | RegistrySystem, statement: LiteralString, *values: object) -> None:
    """Change a store behind the back of its system, as who owns the database can."""
    with psycopg.connect(owner_of(system.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.events DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER ALL")
        owner.execute(statement, values)
