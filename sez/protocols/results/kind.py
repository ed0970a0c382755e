"""Protocols of the results of open tenders and auctions as a kind of record in the SEZ."""

from typing import TypeAlias

from sez.protocols import protocol
from sez.protocols.kinds import ProtocolKind, kind
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import RESULTS_PROTOCOL, ResultsProtocol

ResultsState: TypeAlias = protocol.State[ResultsProtocol]


@topic("results-protocol-drafted.1")
class ResultsProtocolDrafted(protocol.ProtocolDrafted, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced."""

    document: ResultsProtocol


@topic("results-protocol-signed.1")
class ResultsProtocolSigned(protocol.ProtocolSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-9.4)."""

    document: ResultsProtocol


@topic("results-protocol-withdrawn.1")
class ResultsProtocolTakenBack(protocol.ProtocolTakenBack, frozen=True, kw_only=True):
    """A refused version was taken back."""

    back_to: ResultsState


KIND: ProtocolKind = kind(
    RESULTS_PROTOCOL,
    protocol.ProtocolEvents(
        ResultsProtocolDrafted, ResultsProtocolSigned, ResultsProtocolTakenBack
    ),
    ResultsState,
)
"""The kind RESULTS_PROTOCOL."""
