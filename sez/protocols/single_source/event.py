"""What can happen to a protocol of a purchase from a single source."""

from typing import TypeAlias

from sez.protocols.protocol import (
    DeletedProtocol,
    DraftedProtocol,
    NoProtocol,
    ProtocolDrafted,
    ProtocolEvents,
    ProtocolSigned,
    ProtocolTakenBack,
    SignedProtocol,
)
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import SingleSourceProtocol

State: TypeAlias = (
    NoProtocol
    | DraftedProtocol[SingleSourceProtocol]
    | SignedProtocol[SingleSourceProtocol]
    | DeletedProtocol[SingleSourceProtocol]
)


@topic("single-source-protocol-drafted.1")
class SingleSourceProtocolDrafted(ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: SingleSourceProtocol


@topic("single-source-protocol-signed.1")
class SingleSourceProtocolSigned(ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.3)."""

    document: SingleSourceProtocol


@topic("single-source-protocol-withdrawn.1")
class SingleSourceProtocolTakenBack(ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: State


EVENTS = ProtocolEvents(
    SingleSourceProtocolDrafted, SingleSourceProtocolSigned, SingleSourceProtocolTakenBack
)
"""The events of this kind."""
