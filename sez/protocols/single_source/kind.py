"""Protocols of purchases from a single source as a kind of record in the SEZ."""

from typing import TypeAlias

from sez.protocols import protocol
from sez.protocols.kinds import ProtocolKind, kind
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol

SingleSourceState: TypeAlias = protocol.State[SingleSourceProtocol]


@topic("single-source-protocol-drafted.1")
class SingleSourceProtocolDrafted(protocol.ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: SingleSourceProtocol


@topic("single-source-protocol-signed.1")
class SingleSourceProtocolSigned(protocol.ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.3)."""

    document: SingleSourceProtocol


@topic("single-source-protocol-withdrawn.1")
class SingleSourceProtocolTakenBack(protocol.ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: SingleSourceState


KIND: ProtocolKind = kind(
    SINGLE_SOURCE_PROTOCOL,
    protocol.ProtocolEvents(
        SingleSourceProtocolDrafted, SingleSourceProtocolSigned, SingleSourceProtocolTakenBack
    ),
    SingleSourceState,
)
"""The kind SINGLE_SOURCE_PROTOCOL."""
