"""A version that is too large for this process is formed and recorded (S216-3, S216-18.5).

What is asked of any other version is asked of it too, before it is signed; its parts are kept
beside the event (decision 0056).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from sez.publication.checked_document import not_publishable
from sez.publication.history import examine_history
from sez.publication.known_codes import unknown_codes
from sez.publication.large_process import LargeProcess, UnderWork
from sez.publication.large_work import LargeOrder, LargePrepared, LargeSigned
from sez.publication.publisher import (
    AnyState,
    DocumentPublisher,
    NextVersion,
    append,
    check_own,
    forming,
)
from sez.publication.related import check_changes
from sez.publication.sendable import unsendable
from sez.publication.signers import formed_by
from sez.publication.signing_rights import check_roles
from sez.publication.uploads import UNDER
from sez.records.chain import VersionChain, stating
from sez.records.parts import parts_before
from sez.records.version import Publish
from shared_contracts.errors import Absent, BadInput, RefusedByRule
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Act, Amendable
from shared_contracts.messages.roots import DOCUMENTS
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.signing.subject import subject_of


def publish_large(publisher: DocumentPublisher, object_id: UUID, sha256: str) -> AnyState:
    """Make the next version of the JSON in a file that was uploaded, have it signed, record it.

    The uploaded file is removed once the version is recorded: what is evidence is signed.
    ``NotPublishable`` if rules forbid it, ``BadInput`` if the file is not as it must be,
    ``Temporary`` while another one is formed.
    """
    state = publisher.current_state(object_id).state
    chain = VersionChain(publisher.kind.object_type)
    act = chain.act(publisher.owner, object_id, state, stating(state))
    return _formed(publisher, sha256, act)


def take_signed_large(publisher: DocumentPublisher, object_type: str, sha256: str) -> AnyState:
    """Record a document signed elsewhere that was uploaded; raises as ``publish_large`` does.

    Its bytes are evidence, and are kept among the files; they may lie there already.
    """
    return _formed(publisher.of(object_type), sha256, None)


@contextmanager
def _given(process: LargeProcess, sha256: str, act: Act | None) -> Iterator[Path]:
    """Where the file lies that was given; ``Absent`` if nowhere."""
    with process.uploads.using(sha256) as uploaded:
        kept = process.files.find(sha256) if act is None else None
        if (source := uploaded or kept) is None:
            raise Absent(f"no file {sha256} is here: upload it by PUT {UNDER}/{sha256}")
        yield source


def _order(publisher: DocumentPublisher, source: Path, act: Act | None, target: Path) -> LargeOrder:
    return LargeOrder(
        source=str(source),
        target=str(target),
        object_type=publisher.kind.object_type,
        act=act,
        at=publisher.clock(),
        users=str(_process(publisher).users),
    )


def _process(publisher: DocumentPublisher) -> LargeProcess:
    if publisher.large is None or publisher.kind.large is None:
        raise RefusedByRule(f"{publisher.kind.object_type} is not formed from files")
    return publisher.large


def _formed(publisher: DocumentPublisher, sha256: str, act: Act | None) -> AnyState:
    process = _process(publisher)
    with (
        _given(process, sha256, act) as source,
        process.forming(partial(_order, publisher, source, act)) as work,
    ):
        prepared = work.prepared()
        document, apart = _read(prepared)
        check_own(publisher.owner, document)
        with forming(publisher, document.act.object_id, lambda _: document) as version:
            _check(publisher, version, apart)
        signed = work.signed()
        chains = [one.certificates for one in signed.signatures]
        check_roles(chains, document, publisher.clock())
        return _recorded(publisher, work, (document, apart), signed)


def _read(prepared: LargePrepared) -> tuple[Amendable, Apart]:
    """The document without its parts, and what is kept of them; ``NotPublishable`` if broken."""
    if errors := [breach for breach in prepared.breaches if has_errors((breach,))]:
        raise not_publishable(errors)
    if prepared.content is None or prepared.apart is None:
        raise BadInput(f"the file is no {prepared.root}")
    return msgspec.json.decode(prepared.content, type=DOCUMENTS[prepared.root]), prepared.apart


def _check(publisher: DocumentPublisher, version: NextVersion[Amendable], apart: Apart) -> None:
    """What the rules say of the version after its object and beside others (S216-A2.1.4)."""
    at, document, before = publisher.clock(), version.document, version.at
    kind = publisher.kind
    if kind.large is None:
        raise RefusedByRule(f"{kind.object_type} is not formed from files")
    codes = (publisher.known_codes, publisher.log, apart.written())
    breaches = [
        *kind.examine_next(document, before.state, at),
        *kind.large.examine(document, before.state, version.referred.standing, apart, at),
        *examine_history(kind, publisher.log, publisher.owner, (before, document), at),
        *unknown_codes(*codes, before, at),
    ]
    check_changes(kind, publisher.log, before, document, apart)
    if errors := [breach for breach in breaches if has_errors((breach,))]:
        raise not_publishable(errors)


def _recorded(
    publisher: DocumentPublisher,
    work: UnderWork,
    content: tuple[Amendable, Apart],
    signed: LargeSigned,
) -> AnyState:
    """Record what was signed; asked once more, since much may have happened meanwhile."""
    document, apart = content
    with forming(publisher, document.act.object_id, lambda _: document) as version:
        _check(publisher, version, apart)
        command = Publish(
            document=document,
            document_hash=signed.sha256,
            formed_at=publisher.clock(),
            formed_by=formed_by(subject_of(signed.signatures[-1].certificates[0])),
            apart=apart,
            numbers_before=tuple(parts_before(publisher.kind, publisher.log, version.at)),
            size=signed.size,
        )
        if found := unsendable(command, signed.size):
            raise not_publishable(found)
        files = _process(publisher).files
        if not files.has(signed.sha256):
            files.take(signed.sha256, work.document)
        return append(publisher, version.at, command, referred=version.referred)
