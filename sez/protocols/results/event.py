"""What can happen to a protocol of the results of open tenders and auctions."""

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
from shared_contracts.messages.protocol import ResultsProtocol

State: TypeAlias = (
    NoProtocol
    | DraftedProtocol[ResultsProtocol]
    | SignedProtocol[ResultsProtocol]
    | DeletedProtocol[ResultsProtocol]
)


@topic("results-protocol-drafted.1")
class ResultsProtocolDrafted(ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: ResultsProtocol


@topic("results-protocol-signed.1")
class ResultsProtocolSigned(ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.4)."""

    document: ResultsProtocol


@topic("results-protocol-withdrawn.1")
class ResultsProtocolTakenBack(ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: State


EVENTS = ProtocolEvents(ResultsProtocolDrafted, ResultsProtocolSigned, ResultsProtocolTakenBack)
"""The events of this kind."""
