"""The next version of a protocol: which document, after which history (S216-A3.1g-i)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from sez.protocols.protocol import AnyProtocol, DraftedProtocol
from sez.records import kind
from sez.records.chain import VersionChain, last_version, stating
from sez.records.owner import Owner
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.document import Act
from shared_contracts.messages.protocol import PurchaseProtocol

Maker: TypeAlias = kind.Maker[AnyProtocol]
"""Makes the next document of a protocol from where it stands."""


def act(
    owner: Owner,
    object_type: str,
    object_id: UUID,
    protocol: AnyProtocol,
    reason: str | None = None,
) -> Act:
    """The act of the next whole version; the first needs no reason."""
    why = None if last_version(protocol) is None else reason
    return VersionChain(object_type).act(owner, object_id, protocol, stating(protocol), why)


def whole(object_type: str, stated: PurchaseProtocol | None = None, reason: str = "") -> Maker:
    """The protocol as ``stated``, or else as drafted, as the next version."""

    def make(owner: Owner, object_id: UUID, protocol: AnyProtocol) -> PurchaseProtocol:
        drafted = protocol.document if isinstance(protocol, DraftedProtocol) else None
        document = stated or drafted
        if document is None:
            raise RefusedByRule("there is no draft to sign")
        following = act(owner, object_type, object_id, protocol, reason)
        return msgspec.structs.replace(document, act=following)

    return make


def deletion(object_type: str, reason: str, deleted_at: datetime, deleted_by: str) -> Maker:
    """The removal of the protocol."""
    return VersionChain(object_type).deletion(reason, deleted_at, deleted_by)
