"""The plain stack: Spyne objects, signxml, and the eventsourcing library with its defaults.

It does the checks of the Registry's intake for announcements of purchases, each at the best safe
setting that its parts offer: the schema compiled once, certificates and keys kept as objects,
revocation verdicts kept as the Registry keeps them, the rules themselves those of the Registry.
It is spared what its parts have nothing for: chain, leaf and checkpoint, sequence numbers that
stay unique, protection from hostile envelopes.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from eventsourcing.application import AggregateNotFoundError
from lxml import etree
from spyne import AnyXml, Application, MethodContext, ServiceBase, rpc
from spyne.protocol.soap import Soap11
from spyne.server import ServerBase

from registry.intake.content_report import MessageIdentity
from registry.intake.receipts import AnsweredMessage, PackageVerdict, Times, receipt
from shared_contracts.astana_time import now
from shared_contracts.faults import Breach, Refused
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import Package
from shared_contracts.messages.receipt import LogReference, Stage
from shared_contracts.signing.sign import FileSigner
from shared_contracts.soap.services import REGISTRY
from tests.bench.plain_checks import (
    Bench,
    check_files,
    check_integrity,
    check_persons,
    check_system,
    examine,
)
from tests.bench.plain_log import Announced, Message
from tests.bench.plain_models import model


@dataclass(frozen=True)
class Judged:
    """What became of a package: how far it came, what was found, when it was received."""

    stage: Stage
    breaches: tuple[Breach, ...]
    documents: tuple[Any, ...]
    at: datetime


@dataclass(frozen=True)
class Plain:
    """A plain stack at work over its own database; ``handle`` is its endpoint."""

    bench: Bench
    signer: FileSigner

    def accepts(self, body: bytes) -> bool:
        """Answer a message and say whether its package was accepted."""
        return b"ACCEPTED<" in self.handle(body)

    def close(self) -> None:
        """Let go of the database."""
        self.bench.log.close()

    def handle(self, body: bytes, _content_type: str | None = None) -> bytes:
        """Answer a SOAP message; a fault is raised."""
        start = MethodContext(self._server, MethodContext.SERVER)
        start.in_string = [body]
        [ctx] = self._server.generate_contexts(start)
        ctx.udc = (self, body)
        self._server.get_in_object(ctx)
        self._server.get_out_object(ctx)
        if ctx.out_error is not None:
            raise ctx.out_error
        self._server.get_out_string(ctx)
        return b"".join(ctx.out_string)

    def transfer(self, package: Package, element: etree._Element, body: bytes) -> etree._Element:
        """Take a package through all checks, record it and answer it."""
        try:
            message: Any = self.bench.log.repository.get(Message.create_id(str(package.message_id)))
        except AggregateNotFoundError:
            return self._record(package, self._judge(package, element), body)
        return etree.fromstring(message.receipt)

    def _judge(self, package: Package, element: etree._Element) -> Judged:
        at, stage = now(), Stage.INTEGRITY
        try:
            opened = check_integrity(package, element)
            stage = Stage.CERTIFICATE
            check_system(self.bench, package, element, at)
            check_persons(self.bench, opened, at)
            stage = Stage.FORMAT_LOGIC
            documents = examine(self.bench, package, opened, at)
            check_files(self.bench, documents)
        except Refused as refused:
            return Judged(stage, refused.breaches, (), at)
        return Judged(Stage.RECORDED, (), tuple(documents), at)

    def _record(self, package: Package, judged: Judged, body: bytes) -> etree._Element:
        digest = hashlib.sha256(body).hexdigest()
        answer = self._receipt(package, judged, digest)
        headers = [record.header for record in package.records]
        about = {"message_id": str(package.message_id), "received_at": judged.at.isoformat()}
        announced = [
            Announced(
                object_id=header.object_id,
                record=number,
                content=msgspec.to_builtins((header, document)),
                **about,
            )
            for number, (header, document) in enumerate(
                zip(headers, judged.documents, strict=False), 1
            )
        ]
        verdict = {
            **about,
            "stage": judged.stage,
            "rules": [breach.rule for breach in judged.breaches],
            "documents": [header.document_hash for header in headers],
            "evidence": digest,
        }
        message = Message(message_id=about["message_id"], verdict=verdict, evidence=body.decode())
        message.answer(answer.decode())
        self.bench.log.save(*announced, message)
        return etree.fromstring(answer)

    def _receipt(self, package: Package, judged: Judged, digest: str) -> bytes:
        identity = MessageIdentity(
            message_id=package.message_id, sez_code=package.sez_code, sequence=package.sequence
        )
        ids = {number: uuid7() for number, _ in enumerate(judged.documents, 1)}
        subject = AnsweredMessage(Environment.STAND, identity, digest, package, ids)
        times = Times(judged.at, judged.at, now())
        said = receipt(subject, PackageVerdict(judged.stage, judged.breaches), times, _NO_LOG)
        return self.bench.tools.receipt(said)

    @cached_property
    def _server(self) -> ServerBase:
        protocols = {"in_protocol": Soap11(), "out_protocol": Soap11()}
        return ServerBase(Application([Exchange], REGISTRY.namespace, **protocols))


_NO_LOG = LogReference(checkpoint="-")


class Exchange(ServiceBase):  # type: ignore[misc]  # Spyne has no types
    """The one operation, with a typed parameter."""

    @rpc(model(Package), _returns=AnyXml)  # type: ignore[untyped-decorator]  # Spyne has no types
    def TransferRecords(ctx, Package: Any) -> etree._Element:  # noqa: N802, N803, N805  # the wire's
        """Take a package and answer it."""
        plain, body = ctx.udc
        for record in Package.records:
            record.document = b"".join(record.Document.document or ())
        package = msgspec.convert(Package, _PACKAGE, from_attributes=True)
        answer: etree._Element = plain.transfer(package, ctx.in_body_doc[0], body)
        return answer


_PACKAGE = Package
