"""Protocols of purchases from a single source as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.protocol import ProtocolRecorded
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol


@topic("single-source-protocol-recorded.1")
class SingleSourceProtocolRecorded(ProtocolRecorded, frozen=True, kw_only=True):
    """A purchase from a single source was concluded, or its protocol amended (S216-9.3)."""

    document: SingleSourceProtocol


KIND: ProtocolKind = kind(SINGLE_SOURCE_PROTOCOL, SingleSourceProtocolRecorded)
"""The kind SINGLE_SOURCE_PROTOCOL."""
